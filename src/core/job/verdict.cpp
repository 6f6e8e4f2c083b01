#include "acron/core/job/verdict.hpp"

#include <cstring>

namespace acron {
namespace {

void append_reason(std::string& reasons, const std::string& reason) {
  if (!reasons.empty()) reasons += ", ";
  reasons += reason;
}

void append_ending(std::string& reasons, const FailurePolicy& policy, const Ending& ending) {
  if (const auto* exited = std::get_if<Exited>(&ending); exited && exited->status != 0 && policy.if_nonzero) {
    append_reason(reasons, "exit status " + std::to_string(exited->status));
  } else if (const auto* signaled = std::get_if<Signaled>(&ending)) {
    append_reason(reasons, "killed by " + signal_name(signaled->signal));
  } else if (const auto* not_started = std::get_if<NotStarted>(&ending)) {
    append_reason(reasons, "could not be started: " + not_started->reason);
  }
}

}  // namespace

Verdict judge(const FailurePolicy& policy, const RunOutcome& outcome) {
  std::string reasons;
  if (outcome.timed_out_after) append_reason(reasons, "timed out after " + format_duration(*outcome.timed_out_after));
  if (outcome.replaced) append_reason(reasons, "replaced by the next run");
  if (outcome.ended_with_acron) append_reason(reasons, "ended with acron");
  append_ending(reasons, policy, outcome.ending);
  if (outcome.out_of_memory) append_reason(reasons, "out of memory");
  if (policy.if_stderr && outcome.stderr_bytes > 0) append_reason(reasons, "wrote to stderr");
  return {.failed = !reasons.empty(), .reason = reasons};
}

std::string signal_name(int signal) {
  // The C library's own table (glibc 2.32), so that no signal of this machine is missing from ours.
  const char* abbreviation = ::sigabbrev_np(signal);
  return abbreviation ? std::string{"SIG"} + abbreviation : "signal " + std::to_string(signal);
}

}  // namespace acron
