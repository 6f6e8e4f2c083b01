#pragma once

#include <optional>
#include <vector>

#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/schedule/weekdays.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// `every mon-fri at 09:00,17:30`: times of the local day, on days of the week.
///
/// Each time of a day ticks once. One that the clock skips ticks when the gap ends, several of them together; one that
/// the clock shows twice ticks the first time.
struct CalendarSchedule {
  Weekdays days;
  std::vector<std::chrono::seconds> times;  // since midnight; sorted, each once, at least one, all less than a day

  /// The first tick strictly later than `time`, from 1970 up to the year 9999.
  [[nodiscard]] std::optional<TimePoint> tick_after(const TimeZone& zone, TimePoint time) const;
  /// The last tick at or before `time`.
  [[nodiscard]] std::optional<TimePoint> tick_at_or_before(const TimeZone& zone, TimePoint time) const;
  bool operator==(const CalendarSchedule&) const = default;
};

}  // namespace acron
