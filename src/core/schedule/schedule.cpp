#include "acron/core/schedule/schedule.hpp"

#include <array>
#include <cstdio>

namespace acron {
namespace {

using namespace std::chrono_literals;

std::string clock_text(std::chrono::seconds since_midnight) {
  const std::chrono::hh_mm_ss clock{since_midnight};
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()));
  const auto seconds = static_cast<int>(clock.seconds().count());
  if (seconds == 0) return text.data();
  const auto length = std::string_view{text.data()}.size();
  std::snprintf(text.data() + length, text.size() - length, ":%02d", seconds);
  return text.data();
}

std::string words(const IntervalSchedule& schedule) { return "every " + format_duration(schedule.period); }

std::string words(const CronSchedule& schedule) { return "cron " + schedule.text; }

std::string words(const CalendarSchedule& schedule) {
  const bool daily = schedule.days == Weekdays{};
  std::string times;
  for (const auto time : schedule.times) times.append(times.empty() ? "" : ",").append(clock_text(time));
  return "every " + (daily ? "day" : describe(schedule.days)) + " at " + times;
}

std::string words(const WindowSchedule& schedule) {
  auto text = "every " + format_duration(schedule.period);
  const bool all_day = schedule.from == 0s && schedule.until == WindowSchedule::end_of_day;
  if (!all_day) {
    const auto until = schedule.until > 24h ? schedule.until - 24h : schedule.until;
    text += " between " + clock_text(schedule.from) + "-" + clock_text(until);
  }
  // Without either clause it would read as a plain interval, whose count does not begin anew each day.
  if (all_day || schedule.days != Weekdays{}) text += " on " + describe(schedule.days);
  return text;
}

}  // namespace

std::optional<TimePoint> tick_after(const Schedule& schedule, const TimeZone& zone, TimePoint time) {
  return std::visit([&](const auto& form) { return form.tick_after(zone, time); }, schedule);
}

std::optional<TimePoint> tick_at_or_before(const Schedule& schedule, const TimeZone& zone, TimePoint time) {
  return std::visit([&](const auto& form) { return form.tick_at_or_before(zone, time); }, schedule);
}

std::string describe(const Schedule& schedule) {
  return std::visit([](const auto& form) { return words(form); }, schedule);
}

bool has_fixed_times(const Schedule& schedule) {
  if (const auto* cron = std::get_if<CronSchedule>(&schedule)) return !cron->follows_real_time;
  return std::holds_alternative<CalendarSchedule>(schedule);
}

}  // namespace acron
