#include "acron/core/job/run_report.hpp"

#include "acron/core/text.hpp"

namespace acron {

std::string result_of(const RunReport& report) {
  switch (turn_of(report.before, report.verdict)) {
    case Turn::still_well: break;
    case Turn::first_failure:
    case Turn::still_failing: return "failed: " + printable(report.verdict.reason);
    case Turn::recovered: return describe_recovery(report.before, report.identity.started + report.duration);
  }
  return "succeeded";
}

std::string summary_of(const RunReport& report) {
  return "[" + printable(report.host, 100) + "] " + printable_name(report.identity.job) + " " + result_of(report);
}

}  // namespace acron
