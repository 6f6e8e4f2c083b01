#include "acron/core/schedule/cron_schedule.hpp"

#include "bits.hpp"
#include "day_labels.hpp"

namespace acron {
namespace {

using std::chrono::local_days;

// A day that comes at all comes within the 400 years after which the calendar repeats.
constexpr int months_searched = 400 * 12;

class Days {
 public:
  explicit Days(const CronSchedule& cron) : cron_{cron} {}

  [[nodiscard]] std::optional<local_days> at_or_after(local_days from) const {
    const std::chrono::year_month_day date{from};
    auto month = date.year() / date.month();
    auto day = member_from(days_in(month), static_cast<unsigned>(date.day()));
    for (int i = 0; !day && i < months_searched; ++i) {
      month += std::chrono::months{1};
      day = member_from(days_in(month), 1);
    }
    if (!day) return {};
    return local_days{month / std::chrono::day{*day}};
  }

  [[nodiscard]] std::optional<local_days> at_or_before(local_days until) const {
    const std::chrono::year_month_day date{until};
    auto month = date.year() / date.month();
    auto day = member_before(days_in(month), static_cast<unsigned>(date.day()) + 1);
    for (int i = 0; !day && i < months_searched; ++i) {
      month -= std::chrono::months{1};
      day = member_before(days_in(month), 32);
    }
    if (!day) return {};
    return local_days{month / std::chrono::day{*day}};
  }

 private:
  /// The matching days of a month as a set of 1 to 31.
  [[nodiscard]] std::uint64_t days_in(std::chrono::year_month month) const {
    if (!has(cron_.months, static_cast<unsigned>(month.month()))) return 0;
    const auto length = static_cast<unsigned>((month / std::chrono::last).day());
    const std::uint64_t all = ((std::uint64_t{1} << length) - 1) << 1U;
    const std::chrono::weekday first{local_days{month / 1}};
    const auto by_weekday = days_on_weekdays(first.c_encoding());
    return all & (cron_.both_days_match ? cron_.days & by_weekday : cron_.days | by_weekday);
  }

  /// For a month whose first day is the weekday `first`: five weeks, beyond any month's end.
  [[nodiscard]] std::uint64_t days_on_weekdays(unsigned first) const {
    const std::uint64_t two_weeks = cron_.weekdays | std::uint64_t{cron_.weekdays} << 7U;
    const auto week = two_weeks >> first & 0x7FU;
    std::uint64_t days = 0;
    for (unsigned day = 1; day <= 31; day += 7) days |= week << day;
    return days;
  }

  const CronSchedule& cron_;
};

class CronTimes {
 public:
  using Seconds = std::chrono::seconds;

  explicit CronTimes(const CronSchedule& cron) : cron_{cron} {}

  [[nodiscard]] Seconds first() const { return *at_or_after(Seconds{0}); }
  [[nodiscard]] Seconds last() const { return *at_or_before(std::chrono::hours{24}); }

  [[nodiscard]] std::optional<Seconds> at_or_after(Seconds since_midnight) const {
    const auto [hour, minute, second] = split(since_midnight);
    if (has(cron_.hours, hour)) {
      if (has(cron_.minutes, minute)) {
        if (const auto s = member_from(cron_.seconds, second)) return joined(hour, minute, *s);
      }
      if (const auto m = member_from(cron_.minutes, minute + 1)) return joined(hour, *m, least(cron_.seconds));
    }
    const auto h = member_from(cron_.hours, hour + 1);
    if (!h) return {};
    return joined(*h, least(cron_.minutes), least(cron_.seconds));
  }

  [[nodiscard]] std::optional<Seconds> at_or_before(Seconds since_midnight) const {
    const auto [hour, minute, second] = split(since_midnight);
    if (has(cron_.hours, hour)) {
      if (has(cron_.minutes, minute)) {
        if (const auto s = member_before(cron_.seconds, second + 1)) return joined(hour, minute, *s);
      }
      if (const auto m = member_before(cron_.minutes, minute)) return joined(hour, *m, greatest(cron_.seconds));
    }
    const auto h = member_before(cron_.hours, hour);
    if (!h) return {};
    return joined(*h, greatest(cron_.minutes), greatest(cron_.seconds));
  }

 private:
  struct Clock {
    unsigned hour, minute, second;
  };

  static Clock split(Seconds since_midnight) {
    const auto seconds = static_cast<unsigned>(since_midnight.count());
    return {seconds / 3600, seconds / 60 % 60, seconds % 60};
  }

  static Seconds joined(unsigned hour, unsigned minute, unsigned second) {
    return Seconds{hour * 3600 + minute * 60 + second};
  }

  static unsigned least(std::uint64_t set) { return member_from(set, 0).value_or(0); }
  static unsigned greatest(std::uint64_t set) { return member_before(set, 64).value_or(0); }

  const CronSchedule& cron_;
};

}  // namespace

std::optional<TimePoint> CronSchedule::tick_after(const TimeZone& zone, TimePoint time) const {
  const Days day_set{*this};
  const CronTimes times{*this};
  const DayLabels labels{day_set, times};
  return Ticks{labels, follows_real_time ? real_time : fixed_time, zone}.after(time);
}

std::optional<TimePoint> CronSchedule::tick_at_or_before(const TimeZone& zone, TimePoint time) const {
  const Days day_set{*this};
  const CronTimes times{*this};
  const DayLabels labels{day_set, times};
  return Ticks{labels, follows_real_time ? real_time : fixed_time, zone}.at_or_before(time);
}

}  // namespace acron
