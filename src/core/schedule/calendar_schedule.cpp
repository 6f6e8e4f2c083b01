#include "acron/core/schedule/calendar_schedule.hpp"

#include <algorithm>
#include <iterator>

#include "day_labels.hpp"
#include "weekday_search.hpp"

namespace acron {
namespace {

using std::chrono::seconds;

class DatedTimes {
 public:
  explicit DatedTimes(const std::vector<seconds>& times) : times_{times} {}

  [[nodiscard]] seconds first() const { return times_.front(); }
  [[nodiscard]] seconds last() const { return times_.back(); }

  [[nodiscard]] std::optional<seconds> at_or_after(seconds time) const {
    const auto found = std::lower_bound(times_.begin(), times_.end(), time);
    return found == times_.end() ? std::nullopt : std::optional{*found};
  }

  [[nodiscard]] std::optional<seconds> at_or_before(seconds time) const {
    const auto later = std::upper_bound(times_.begin(), times_.end(), time);
    return later == times_.begin() ? std::nullopt : std::optional{*std::prev(later)};
  }

 private:
  const std::vector<seconds>& times_;
};

}  // namespace

std::optional<TimePoint> CalendarSchedule::tick_after(const TimeZone& zone, TimePoint time) const {
  const WeekdaySearch dates{days};
  const DatedTimes clock{times};
  const DayLabels labels{dates, clock};
  return Ticks{labels, fixed_time, zone}.after(time);
}

std::optional<TimePoint> CalendarSchedule::tick_at_or_before(const TimeZone& zone, TimePoint time) const {
  const WeekdaySearch dates{days};
  const DatedTimes clock{times};
  const DayLabels labels{dates, clock};
  return Ticks{labels, fixed_time, zone}.at_or_before(time);
}

}  // namespace acron
