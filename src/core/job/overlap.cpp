#include "acron/core/job/overlap.hpp"

namespace acron {

OverlapDecision decide(OverlapPolicy policy, std::size_t running, std::size_t waiting) {
  if (running + waiting == 0) return OverlapDecision::start;
  switch (policy) {
    case OverlapPolicy::skip: return OverlapDecision::skip;
    case OverlapPolicy::queue: return waiting == 0 ? OverlapDecision::queue : OverlapDecision::skip;
    case OverlapPolicy::replace: return waiting == 0 ? OverlapDecision::replace : OverlapDecision::skip;
    case OverlapPolicy::allow:
      return running + waiting < most_runs_of_a_job ? OverlapDecision::start : OverlapDecision::skip;
  }
  return OverlapDecision::skip;
}

std::string_view skip_reason(OverlapPolicy policy, std::size_t waiting, bool begun) {
  switch (policy) {
    case OverlapPolicy::skip: break;
    case OverlapPolicy::queue:
    case OverlapPolicy::replace: return "a run is waiting already";
    case OverlapPolicy::allow: return "100 runs of the job are still going";
  }
  if (waiting > 0) return "the previous run is still waiting";
  return begun ? "the previous run is still going" : "the previous run waits for its user or its 'if each-run'";
}

std::string_view describe(OverlapPolicy policy) {
  switch (policy) {
    case OverlapPolicy::skip: break;
    case OverlapPolicy::queue: return "queue";
    case OverlapPolicy::replace: return "replace";
    case OverlapPolicy::allow: return "allow";
  }
  return "skip";
}

}  // namespace acron
