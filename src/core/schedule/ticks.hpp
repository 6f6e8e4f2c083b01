#pragma once

#include <algorithm>
#include <optional>

#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// What a wall clock shows in some zone.
using LocalTime = std::chrono::local_time<Duration>;

inline LocalTime local_time(TimePoint time, std::chrono::seconds offset) {
  return LocalTime{time.time_since_epoch() + offset};
}

inline TimePoint utc_time(LocalTime local, std::chrono::seconds offset) {
  return TimePoint{local.time_since_epoch() - offset};
}

// Ticks outside are never answered: language and RFC 3339 end with the year 9999, and no run is older than its host.
inline constexpr TimePoint first_tick_time{};
inline constexpr TimePoint end_of_tick_times = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};

/// What becomes of the labels that a zone's clock jumps over, or shows again after it was set back.
struct JumpRule {
  bool runs_skipped = false;  // labels inside a gap make one tick, at its end
  Duration repeats_after{};  // a label shown again ticks again from so long after the last tick; Duration::max(): never
};

// Labels follow real time: skipped ones are lost, repeated ones tick twice.
inline constexpr JumpRule real_time{false, Duration::zero()};
// A label names a time of a day that has to come once.
inline constexpr JumpRule fixed_time{true, Duration::max()};

/// The instants at which a zone's wall clock shows the labels of a set. Labels has two questions, answered in bounded
/// time: `at_or_after(LocalTime)` and `at_or_before(LocalTime)`, both std::optional<LocalTime>.
///
/// A zone's history is a row of periods of one offset, and so of stretches on the wall clock. Where one period follows
/// another the clock jumps: forward over a gap, or back over a stretch that it has shown before. All that is special
/// happens there; inside a period a label L ticks at L - offset.
template <class Labels>
class Ticks {
 public:
  Ticks(const Labels& labels, JumpRule rule, const TimeZone& zone) : labels_{labels}, rule_{rule}, zone_{zone} {}

  /// The first tick strictly later than `time`.
  [[nodiscard]] std::optional<TimePoint> after(TimePoint time) const {
    if (time >= end_of_tick_times) return {};
    const auto tick = first_from(std::max(time + Duration{1}, first_tick_time));
    return tick && *tick < end_of_tick_times ? tick : std::nullopt;
  }

  /// The last tick at or before `time`.
  [[nodiscard]] std::optional<TimePoint> at_or_before(TimePoint time) const {
    if (time < first_tick_time) return {};
    const auto tick = last_until(std::min(time, end_of_tick_times - Duration{1}));
    return tick && *tick >= first_tick_time ? tick : std::nullopt;
  }

 private:
  using Period = TimeZone::Period;

  // More than any zone has jumped, or can: offsets lie within 16 h of UTC.
  static constexpr Duration longest_jump = std::chrono::hours{48};

  /// How a period begins.
  struct Start {
    LocalTime reached;      // labels earlier than this were shown by the periods before
    LocalTime labels_from;  // the first label that may tick when it is shown
    bool ticks;             // at once, for labels that were skipped
  };

  [[nodiscard]] std::optional<TimePoint> first_from(TimePoint from) const {
    for (;;) {
      const auto period = zone_.period_at(from);
      auto labels_from = local_time(from, period.offset);
      if (begins_shortly_before(period, from)) {
        const auto start = start_of(period);
        if (start.ticks && from == period.begin) return from;
        labels_from = std::max(labels_from, start.labels_from);
      }
      const auto label = labels_.at_or_after(labels_from);
      if (!label) return {};
      const auto tick = utc_time(*label, period.offset);
      if (tick < period.end) return tick;
      from = period.end;
      // When there is nothing to repeat either, no clock shows the label, or jumps over it, before that.
      const auto end = local_time(period.end, period.offset);
      const auto last = labels_.at_or_before(end - Duration{1});
      if (!last || *last < end - longest_jump) from = std::max(from, tick - longest_jump);
    }
  }

  [[nodiscard]] std::optional<TimePoint> last_until(TimePoint time) const {
    for (;;) {
      const auto period = zone_.period_at(time);
      const auto local = local_time(time, period.offset);
      const auto label = labels_.at_or_before(local);
      if (!label) return {};
      const auto tick = utc_time(*label, period.offset);
      if (!begins_shortly_before(period, tick)) return tick;
      const auto start = start_of(period);
      if (*label >= start.labels_from) return tick;
      if (start.ticks) return period.begin;
      time = period.begin - Duration{1};
      // Unless the periods before have shown later labels, no clock has shown any since this one.
      if (local >= start.reached) time = std::min(time, tick + longest_jump);
    }
  }

  [[nodiscard]] static bool begins_shortly_before(const Period& period, TimePoint time) {
    return period.begin != TimePoint::min() && time < period.begin + longest_jump;
  }

  [[nodiscard]] Start start_of(const Period& period) const {
    const auto shown = local_time(period.begin, period.offset);
    const auto reached = reached_before(period);
    if (shown < reached) return {reached, repeats_from(period, shown, reached), false};
    if (!rule_.runs_skipped) return {reached, shown, false};
    const auto skipped = labels_.at_or_after(reached);
    return {reached, shown + Duration{1}, skipped && *skipped <= shown};
  }

  /// The end of what the clock has shown before the period; labels earlier than that have had their tick.
  [[nodiscard]] LocalTime reached_before(const Period& period) const {
    auto reached = LocalTime::min();
    auto earlier = period;
    do {
      earlier = zone_.period_at(earlier.begin - Duration{1});
      reached = std::max(reached, local_time(earlier.end, earlier.offset));
    } while (earlier.begin != TimePoint::min() && earlier.begin > period.begin - longest_jump);
    return reached;
  }

  /// The first label to tick of a period that begins with labels shown before.
  [[nodiscard]] LocalTime repeats_from(const Period& period, LocalTime shown, LocalTime reached) const {
    if (rule_.repeats_after == Duration::zero()) return shown;
    if (rule_.repeats_after > 2 * longest_jump) return reached;
    const auto repeated = labels_.at_or_after(shown);
    if (!repeated || *repeated >= reached) return reached;
    const auto last = last_until(period.begin - Duration{1});
    if (!last) return reached;
    return std::clamp(local_time(*last + rule_.repeats_after, period.offset), shown, reached);
  }

  const Labels& labels_;
  JumpRule rule_;
  const TimeZone& zone_;
};

}  // namespace acron
