#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "acron/core/schedule/schedule.hpp"
#include "acron/core/schedule/time_zone.hpp"

namespace acron {

/// What a wall clock shows, taken apart.
struct WallClock {
  std::int64_t minutes;  // since 1970-01-01 00:00 on the same clock

  [[nodiscard]] std::int64_t minute_of_day() const { return minutes % 1440; }
  [[nodiscard]] std::int64_t weekday() const { return (minutes / 1440 + 4) % 7; }  // Sunday is 0
};

/// A schedule, and its meaning told a second time in the plainest way.
struct Specimen {
  enum class Rule { interval, fixed_time, real_time };

  std::string_view directive;
  Rule rule;
  std::chrono::minutes period;  // of an interval
  bool (*is_label)(WallClock);

  [[nodiscard]] Schedule schedule() const;
};

/// The ticks later than `from` and not later than `until`: the clock is looked at once a minute, from a day and
/// some hours earlier on, and the rules are applied as they are worded.
std::vector<TimePoint> ticks_by_walking(const Specimen& specimen, const TimeZone& zone, TimePoint from,
                                        TimePoint until);

/// False for the few periods of old whose local time is not UTC's to the minute, which a walk over minutes can't tell.
bool on_whole_minutes(const TimeZone::Period& period);

std::chrono::local_days local_day(const TimeZone& zone, TimePoint time);

/// Every form, with and without a part in the hours at which clocks are changed.
extern const std::array<Specimen, 14> specimens;

}  // namespace acron
