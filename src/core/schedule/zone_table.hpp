#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acron/core/schedule/time_zone.hpp"
#include "posix_zone_rule.hpp"

namespace acron {

/// All transitions of one zone: those that tzdata tabulates, then those of its rule for 400 years, after which the
/// Gregorian calendar, weekdays included, repeats. About 16 KB for a zone that keeps changing its clocks.
class ZoneTable {
 public:
  ZoneTable(std::string name, std::chrono::seconds first_offset, const std::vector<Transition>& tabulated,
            const std::optional<PosixZoneRule>& rule);

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] TimeZone::Period period_at(TimePoint time) const;

 private:
  void add(Transition transition);
  void add_years_of(const PosixZoneRule& rule);
  [[nodiscard]] TimeZone::Period tabulated_period_at(std::chrono::sys_seconds time) const;

  std::string name_;
  std::chrono::seconds first_offset_;    // before the first transition
  std::vector<Transition> transitions_;  // sorted; the offset changes at each
  bool repeats_ = false;                 // the last 400 years of the table go on for ever
};

}  // namespace acron
