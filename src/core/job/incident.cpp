#include "acron/core/job/incident.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace acron {
namespace {

/// As a person says it, in the two largest units: `3 h 12 m`. Less than a second is `0 s`.
std::string spoken(Duration span) {
  constexpr std::array<std::pair<std::int64_t, const char*>, 4> units{{{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}}};
  auto seconds = std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(span).count());
  const auto* unit = std::find_if(units.begin(), units.end() - 1, [&](const auto& u) { return seconds >= u.first; });
  auto text = std::to_string(seconds / unit->first) + " " + unit->second;
  seconds %= unit->first;
  if (++unit == units.end() || seconds / unit->first == 0) return text;
  return text + " " + std::to_string(seconds / unit->first) + " " + unit->second;
}

}  // namespace

Incident next(const Incident& before, const Verdict& verdict, TimePoint ended) {
  if (!verdict.failed) return {};
  if (!before.going_on()) return {.failed_runs = 1, .since = ended};
  const bool countable = before.failed_runs < std::numeric_limits<std::uint32_t>::max();
  return {.failed_runs = before.failed_runs + (countable ? 1 : 0), .since = before.since};
}

Turn turn_of(const Incident& before, const Verdict& verdict) {
  if (before.going_on()) return verdict.failed ? Turn::still_failing : Turn::recovered;
  return verdict.failed ? Turn::first_failure : Turn::still_well;
}

std::string describe_recovery(const Incident& before, TimePoint ended) {
  return "recovered after " + spoken(ended - before.since) + " and " + std::to_string(before.failed_runs) +
         (before.failed_runs == 1 ? " failed run" : " failed runs");
}

}  // namespace acron
