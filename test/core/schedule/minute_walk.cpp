#include "minute_walk.hpp"

namespace acron {
namespace {

using namespace std::chrono_literals;

std::int64_t minute_shown(TimePoint time, std::chrono::seconds offset) {
  return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch() + offset).count();
}

bool any_label(const Specimen& specimen, std::int64_t from, std::int64_t until) {
  for (auto minutes = from; minutes <= until; ++minutes) {
    if (specimen.is_label({minutes})) return true;
  }
  return false;
}

}  // namespace

Schedule Specimen::schedule() const {
  const auto space = directive.find(' ');
  const auto rest = directive.substr(space + 1);
  return directive.starts_with("cron") ? parse_cron(rest).value() : parse_every(rest).value();
}

std::vector<TimePoint> ticks_by_walking(const Specimen& specimen, const TimeZone& zone, TimePoint from,
                                        TimePoint until) {
  std::vector<TimePoint> ticks;
  std::optional<TimePoint> last;
  auto period = zone.period_at(from - 28h);
  auto reached = minute_shown(from - 28h, period.offset) - 1;
  for (auto time = from - 28h; time <= until; time += 1min) {
    if (time >= period.end) period = zone.period_at(time);
    const auto shown = minute_shown(time, period.offset);
    bool ticks_now = false;
    if (specimen.rule == Specimen::Rule::real_time) {
      ticks_now = specimen.is_label({shown});
    } else if (shown > reached) {
      ticks_now = any_label(specimen, reached + 1, shown);
    } else if (specimen.rule == Specimen::Rule::interval) {
      ticks_now = specimen.is_label({shown}) && last && time - *last >= specimen.period;
    }
    reached = std::max(reached, shown);
    if (!ticks_now) continue;
    last = time;
    if (time > from) ticks.push_back(time);
  }
  return ticks;
}

bool on_whole_minutes(const TimeZone::Period& period) {
  return period.offset % 1min == 0s && period.begin.time_since_epoch() % 1min == 0ms;
}

std::chrono::local_days local_day(const TimeZone& zone, TimePoint time) {
  const auto shown = time.time_since_epoch() + zone.period_at(time).offset;
  return std::chrono::floor<std::chrono::days>(std::chrono::local_time<Duration>{shown});
}

const std::array<Specimen, 14> specimens{{
    {"every 10m", Specimen::Rule::interval, 10min, [](WallClock c) { return c.minutes % 10 == 0; }},
    {"every 7m", Specimen::Rule::interval, 7min, [](WallClock c) { return c.minutes % 7 == 0; }},
    {"every 1h", Specimen::Rule::interval, 1h, [](WallClock c) { return c.minutes % 60 == 0; }},
    {"every 1h30m", Specimen::Rule::interval, 90min, [](WallClock c) { return c.minutes % 90 == 0; }},
    {"every 1d", Specimen::Rule::interval, 24h, [](WallClock c) { return c.minute_of_day() == 0; }},
    {"every 1w", Specimen::Rule::interval, 168h,
     [](WallClock c) { return c.minute_of_day() == 0 && c.weekday() == 0; }},
    {"every 25m between 23:10-03:20 on sat,sun", Specimen::Rule::interval, 25min,
     [](WallClock c) {
       const auto yesterday = (c.weekday() + 6) % 7;
       const auto late = c.minute_of_day() - 1390, early = c.minute_of_day() + 50;
       return (c.weekday() % 6 == 0 && late >= 0 && late % 25 == 0) ||
              (yesterday % 6 == 0 && early <= 250 && early % 25 == 0);
     }},
    {"every 20m on mon-sat", Specimen::Rule::interval, 20min,
     [](WallClock c) { return c.minutes % 20 == 0 && c.weekday() != 0; }},
    {"every day at 00:00,02:30", Specimen::Rule::fixed_time, 0min,
     [](WallClock c) { return c.minute_of_day() == 0 || c.minute_of_day() == 150; }},
    {"every sat,sun at 01:45,23:30", Specimen::Rule::fixed_time, 0min,
     [](WallClock c) { return c.weekday() % 6 == 0 && (c.minute_of_day() == 105 || c.minute_of_day() == 1410); }},
    {"cron 0,15 0,1,2,3,23 * * *", Specimen::Rule::fixed_time, 0min,
     [](WallClock c) {
       const auto hour = c.minute_of_day() / 60;
       return (hour <= 3 || hour == 23) && (c.minutes % 60 == 0 || c.minutes % 60 == 15);
     }},
    {"cron @daily", Specimen::Rule::fixed_time, 0min, [](WallClock c) { return c.minute_of_day() == 0; }},
    {"cron */20 * * * *", Specimen::Rule::real_time, 0min, [](WallClock c) { return c.minutes % 20 == 0; }},
    {"cron 30 */2 * * 0", Specimen::Rule::real_time, 0min,
     [](WallClock c) { return c.weekday() == 0 && c.minutes % 120 == 30; }},
}};

}  // namespace acron
