#include "acron/core/schedule/interval_schedule.hpp"

#include <cassert>

#include "ticks.hpp"

namespace acron {
namespace {

using namespace std::chrono_literals;

class Grid {
 public:
  explicit Grid(Duration period) : period_{period}, anchor_{period % 168h == 0h ? first_sunday : LocalTime{}} {
    assert(period >= 1s);
  }

  [[nodiscard]] std::optional<LocalTime> at_or_before(LocalTime local) const {
    const auto since = (local - anchor_) % period_;
    return local - (since < 0ms ? since + period_ : since);
  }

  [[nodiscard]] std::optional<LocalTime> at_or_after(LocalTime local) const {
    return *at_or_before(local + period_ - 1ms);
  }

 private:
  // Weeks begin as cron's do.
  static constexpr LocalTime first_sunday{3 * 24h};

  Duration period_;
  LocalTime anchor_;
};

}  // namespace

std::optional<TimePoint> IntervalSchedule::tick_after(const TimeZone& zone, TimePoint time) const {
  const Grid grid{period};
  return Ticks{grid, {true, period}, zone}.after(time);
}

std::optional<TimePoint> IntervalSchedule::tick_at_or_before(const TimeZone& zone, TimePoint time) const {
  const Grid grid{period};
  return Ticks{grid, {true, period}, zone}.at_or_before(time);
}

}  // namespace acron
