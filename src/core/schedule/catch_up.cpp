#include "acron/core/schedule/catch_up.hpp"

#include <algorithm>

namespace acron {

std::optional<Occurrence> missed_occurrence(const Schedule& schedule, const TimeZone& zone, const Splay& splay,
                                            std::uint32_t fraction, TimePoint last_tick, TimePoint now) {
  constexpr Duration instant(1);
  const auto tick = tick_at_or_before(schedule, zone, now);
  if (!tick || *tick <= last_tick) return std::nullopt;
  // The run of the last tick may still be to come, so the search starts at the tick before.
  const TimePoint from = tick_at_or_before(schedule, zone, *tick - instant).value_or(*tick) - instant;
  std::optional<Occurrence> missed;
  auto next = occurrence_after(schedule, zone, splay, fraction, from);
  while (next && next->due <= now) {
    if (next->tick > last_tick) missed = next;
    next = occurrence_after(schedule, zone, splay, fraction, next->due);
  }
  return missed;
}

Duration make_up_delay(std::uint32_t fraction, Duration room) {
  return splay_offset(fraction, std::clamp(room, Duration::zero(), longest_make_up_delay));
}

}  // namespace acron
