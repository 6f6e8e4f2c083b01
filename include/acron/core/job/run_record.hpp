#pragma once

#include <vector>

#include "acron/core/job/incident.hpp"
#include "acron/core/job/run.hpp"
#include "acron/core/job/verdict.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// One run that has ended, and what we think of it. Outcome and verdict are those of its last attempt.
struct RunRecord {
  RunIdentity identity;
  RunOutcome outcome;
  Verdict verdict;
  Duration duration{};                           // from the start of the first attempt to the end of the last
  Incident before{};                             // up to the run before this one
  std::vector<FailedAttempt> failed_attempts{};  // those before the last
};

}  // namespace acron
