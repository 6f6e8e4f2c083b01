#pragma once

#include <vector>

#include "acron/core/schedule/time_zone.hpp"
#include "tzif.hpp"

namespace acron {

/// All transitions of one zone: those that tzdata tabulates, then those of its rule for 400 years, after which the
/// Gregorian calendar, weekdays included, repeats. About 16 KB for a zone that keeps changing its clocks.
class ZoneTable {
 public:
  explicit ZoneTable(const ZoneRules& rules);

  [[nodiscard]] TimeZone::Period period_at(TimePoint time) const;
  /// Whether the clocks of both show the same at any time.
  bool operator==(const ZoneTable&) const = default;
  /// Whether these rules are the zone's, as far as they go.
  [[nodiscard]] bool fits(const ZoneRules& rules) const;

 private:
  void add(Transition transition);
  void add_years_of(const PosixZoneRule& rule, std::chrono::sys_seconds last);
  [[nodiscard]] TimeZone::Period tabulated_period_at(std::chrono::sys_seconds time) const;

  std::chrono::seconds first_offset_;    // before the first transition
  std::vector<Transition> transitions_;  // strictly ascending; the offset changes at each
  bool repeats_ = false;                 // the last 400 years of the table go on for ever
};

}  // namespace acron
