#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "acron/core/schedule/calendar_schedule.hpp"
#include "acron/core/schedule/cron_schedule.hpp"
#include "acron/core/schedule/interval_schedule.hpp"
#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/schedule/window_schedule.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// When a job is due, as its file says; read in a zone that is given with every question. A tick is an instant at
/// which it is due, before any splay.
using Schedule = std::variant<IntervalSchedule, WindowSchedule, CalendarSchedule, CronSchedule>;

/// Reads what follows `every`, in any case of letters but for the units of a duration:
///
///     10m | hour                                    an interval
///     15m [between 08:00-18:00] [on mon-fri]        an interval within days; both ends of the range are included, and
///                                                   22:00-06:00 belongs to the day on which it starts
///     day [at 02:30] [on mon-fri] | mon-fri [at 09:00,17:30] | week on sun [at 02:30]
///                                                   times of day, 00:00 when none is given
///
/// On error, `at` points at the fault in `text`.
[[nodiscard]] Result<Schedule> parse_every(std::string_view text);

/// Reads what follows `cron`: five fields of crontab(5), with `seconds FIELD` before them where they are wanted, or
/// `@hourly @daily @midnight @weekly @monthly @yearly @annually`. An expression that can never match a date is an
/// error. On error, `at` points at the fault in `text`.
[[nodiscard]] Result<Schedule> parse_cron(std::string_view text);

/// The first tick strictly later than `time`; empty when there is none before the year 10000. Ends within a few
/// microseconds whatever is asked.
std::optional<TimePoint> tick_after(const Schedule& schedule, const TimeZone& zone, TimePoint time);

/// The last tick at or before `time`; empty when there is none since 1970.
std::optional<TimePoint> tick_at_or_before(const Schedule& schedule, const TimeZone& zone, TimePoint time);

/// Times of the day rather than a rhythm: one of them that a clock set forward passes over is still wanted, as cron(8)
/// has it, while a rhythm just goes on.
bool has_fixed_times(const Schedule& schedule);

/// The directive that means the schedule: `every 15m between 08:00-18:00 on mon-fri`, `cron */15 8-18 * * mon-fri`.
/// What follows its first word is read back as the same schedule.
std::string describe(const Schedule& schedule);

}  // namespace acron
