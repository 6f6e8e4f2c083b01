#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// `cron */15 8-18 * * mon-fri`: a crontab expression as crontab(5) reads it. Made by parse_cron.
///
/// On the days when the clocks change it does as Vixie's cron and cronie do. With a `*` in the minute or the hour it
/// follows real time: skipped times are lost, repeated ones run twice. Else its times are fixed ones: those that fall
/// into a gap run once, together, when the gap ends; those of a repeated hour run the first time only.
struct CronSchedule {
  // Sets as bits: bit n is in when the field has n. Sunday is 0.
  std::uint64_t seconds = 1;
  std::uint64_t minutes = 0;
  std::uint32_t hours = 0;
  std::uint32_t days = 0;
  std::uint16_t months = 0;
  std::uint8_t weekdays = 0;
  // Both must match when the text of either day field starts with `*`; else one of them is enough.
  bool both_days_match = true;
  bool follows_real_time = false;
  std::string text;  // as it was written, for people

  /// The first tick strictly later than `time`, from 1970 up to the year 9999.
  [[nodiscard]] std::optional<TimePoint> tick_after(const TimeZone& zone, TimePoint time) const;
  /// The last tick at or before `time`.
  [[nodiscard]] std::optional<TimePoint> tick_at_or_before(const TimeZone& zone, TimePoint time) const;
  bool operator==(const CronSchedule&) const = default;
};

}  // namespace acron
