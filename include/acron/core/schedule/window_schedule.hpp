#pragma once

#include <optional>

#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/schedule/weekdays.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// `every 15m between 08:00-18:00 on mon-fri`: labels `period` apart, counted anew from the start of each day's
/// window, up to and including its end. A window that ends on the next day belongs to the day on which it starts.
///
/// Where the clocks change, labels tick as those of an IntervalSchedule do.
struct WindowSchedule {
  static constexpr std::chrono::seconds end_of_day = std::chrono::hours{24} - std::chrono::seconds{1};

  Duration period{};                        // whole seconds, at least one, no longer than the window
  std::chrono::seconds from{};              // since midnight, less than a day
  std::chrono::seconds until = end_of_day;  // since the same midnight: later than `from`, by at most a day
  Weekdays days;

  /// The first tick strictly later than `time`, from 1970 up to the year 9999.
  [[nodiscard]] std::optional<TimePoint> tick_after(const TimeZone& zone, TimePoint time) const;
  /// The last tick at or before `time`.
  [[nodiscard]] std::optional<TimePoint> tick_at_or_before(const TimeZone& zone, TimePoint time) const;
  bool operator==(const WindowSchedule&) const = default;
};

}  // namespace acron
