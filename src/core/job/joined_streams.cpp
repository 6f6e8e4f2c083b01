#include "acron/core/job/joined_streams.hpp"

#include <algorithm>

namespace acron {

bool joins_streams(const JobDefinition& job) {
  const auto is_one_text = [](const OutputRoute& route) {
    return std::holds_alternative<FileTarget>(route.target) || std::holds_alternative<StreamTarget>(route.target);
  };
  const auto is_kept = [](const OutputRoute& route) { return route.target != OutputTarget{FileTarget{"/dev/null"}}; };
  return !job.failure.if_stderr && std::all_of(job.outputs.begin(), job.outputs.end(), is_one_text) &&
         std::any_of(job.outputs.begin(), job.outputs.end(), is_kept);
}

}  // namespace acron
