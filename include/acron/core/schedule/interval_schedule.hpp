#pragma once

#include <optional>

#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// `every 10m`: a grid of labels on the local wall clock, `period` apart, from 1970-01-01 00:00 local, or from Sunday
/// 1970-01-04 00:00 local when the period is whole weeks.
///
/// A label ticks when the clock first shows it or jumps over it; the labels inside one jump make one tick. When the
/// clock goes back, the grid goes on from the first label that is at least `period` of real time after the last tick:
/// an hourly job keeps going through a repeated hour, a daily one has had its day.
struct IntervalSchedule {
  Duration period{};  // whole seconds, at least one

  /// The first tick strictly later than `time`, from 1970 up to the year 9999.
  [[nodiscard]] std::optional<TimePoint> tick_after(const TimeZone& zone, TimePoint time) const;
  /// The last tick at or before `time`.
  [[nodiscard]] std::optional<TimePoint> tick_at_or_before(const TimeZone& zone, TimePoint time) const;
  bool operator==(const IntervalSchedule&) const = default;
};

}  // namespace acron
