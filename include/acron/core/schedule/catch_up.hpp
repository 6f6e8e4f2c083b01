#pragma once

#include <cstdint>
#include <optional>

#include "acron/core/schedule/splay.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// The latest run that was due at or before `now` and whose tick is later than `last_tick`: all runs missed since then
/// come to this one. Empty when none was missed.
std::optional<Occurrence> missed_occurrence(const Schedule& schedule, const TimeZone& zone, const Splay& splay,
                                            std::uint32_t fraction, TimePoint last_tick, TimePoint now);

/// The longest that a missed run waits, so that a fleet which comes back from a power cut does not start as one.
inline constexpr Duration longest_make_up_delay = std::chrono::minutes(15);

/// How long a missed run waits: the fraction's part of the time that is free for it, which ends with the next regular
/// run and with the job's patience (`catch-up within`), `room` being the smaller of the two.
Duration make_up_delay(std::uint32_t fraction, Duration room);

}  // namespace acron
