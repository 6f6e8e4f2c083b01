#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "acron/core/job/incident.hpp"
#include "acron/core/job/output_capture.hpp"
#include "acron/core/job/run.hpp"
#include "acron/core/job/verdict.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// All that can be said about one run that has ended.
struct RunReport {
  RunIdentity identity;
  std::string host;
  std::string command;
  RunOutcome outcome;
  Verdict verdict;
  Duration duration{};
  std::chrono::seconds utc_offset{};  // of the local clock when the run started
  OutputCapture output;
  Incident before{};                             // up to the run before this one
  std::vector<FailedAttempt> failed_attempts{};  // those before the last
};

/// `failed: exit status 3`, `succeeded`, `recovered after 12 m and 2 failed runs`; safe to print.
std::string result_of(const RunReport& report);

/// The report in one line, safe to print: `[web-0001] web/cleanup failed: exit status 3`.
std::string summary_of(const RunReport& report);

}  // namespace acron
