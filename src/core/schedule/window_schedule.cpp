#include "acron/core/schedule/window_schedule.hpp"

#include "ticks.hpp"
#include "weekday_search.hpp"

namespace acron {
namespace {

using std::chrono::days;
using std::chrono::local_days;

class Labels {
 public:
  explicit Labels(const WindowSchedule& window) : window_{window}, dates_{window.days} {}

  [[nodiscard]] std::optional<LocalTime> at_or_after(LocalTime local) const {
    // Yesterday's window may still be open.
    const auto yesterday = std::chrono::floor<days>(local) - days{1};
    for (auto day = dates_.at_or_after(yesterday); day; day = dates_.at_or_after(*day + days{1})) {
      const auto start = *day + window_.from;
      const auto waited = local > start ? local - start : Duration{};
      const auto label = (waited + window_.period - Duration{1}) / window_.period * window_.period;
      if (label <= window_.until - window_.from) return start + label;
    }
    return {};
  }

  [[nodiscard]] std::optional<LocalTime> at_or_before(LocalTime local) const {
    const auto today = std::chrono::floor<days>(local);
    for (auto day = dates_.at_or_before(today); day; day = dates_.at_or_before(*day - days{1})) {
      const auto start = *day + window_.from;
      if (local < start) continue;
      const auto open = std::min<Duration>(local - start, window_.until - window_.from);
      return start + open / window_.period * window_.period;
    }
    return {};
  }

 private:
  const WindowSchedule& window_;
  WeekdaySearch dates_;
};

}  // namespace

std::optional<TimePoint> WindowSchedule::tick_after(const TimeZone& zone, TimePoint time) const {
  const Labels labels{*this};
  return Ticks{labels, {true, period}, zone}.after(time);
}

std::optional<TimePoint> WindowSchedule::tick_at_or_before(const TimeZone& zone, TimePoint time) const {
  const Labels labels{*this};
  return Ticks{labels, {true, period}, zone}.at_or_before(time);
}

}  // namespace acron
