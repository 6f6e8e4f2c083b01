#include "acron/core/mail/last_tries.hpp"

#include <algorithm>

namespace acron {
namespace {

constexpr Duration longest_try = std::chrono::seconds(15);
/// A container, which grants ten seconds, has one left for the state.
constexpr Duration more_than_jobs = std::chrono::seconds(2);

}  // namespace

Duration time_for_last_tries(const EndOfJobs& jobs) {
  // What is not sent now never will be.
  if (!jobs.keeps_mail && !jobs.has_deadline) return longest_try;
  return std::clamp(jobs.granted + more_than_jobs - jobs.since_told, Duration::zero(), longest_try);
}

}  // namespace acron
