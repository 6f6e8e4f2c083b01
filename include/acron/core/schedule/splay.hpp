#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "acron/core/schedule/schedule.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// How far a job's runs are moved from its ticks, as its file says.
struct Splay {
  enum class Key : std::uint8_t { off, host, host_and_job };
  Key key = Key::off;
  // How far at most. The distance from the tick to the next bounds it too, and so does the interval of one that runs
  // `between` times, so that its last run of a day does not drift into the night.
  std::optional<Duration> window;
  bool operator==(const Splay&) const = default;
};

/// A host's or a job's place in any interval: U / 2^32 with U = first 4 bytes, big-endian, of SHA-256(key).
/// The key is the host as splay_host gives it, alone or with `:` and the job's name; 0 for a key that is off.
/// The definition is frozen: a change would move every job of a fleet. `printf %s KEY | sha256sum | cut -c1-8`.
std::uint32_t splay_fraction(std::string_view host, std::string_view job, Splay::Key key);

/// `(fraction * span) >> 32`, exact: 0 <= offset < span, or 0 for a span of 0. The span is not negative.
Duration splay_offset(std::uint32_t fraction, Duration span);

/// A host name as the splay hashes it: ASCII lower case, one trailing dot removed.
std::string splay_host(std::string_view host);

/// False for the names that many machines bear (none at all, `(none)`, each form of `localhost`, with any domain):
/// hashed, they would start a whole fleet at once.
bool identifies_host(std::string_view host);

/// One run that is to come: the tick it belongs to and the instant it starts at.
struct Occurrence {
  TimePoint tick;
  TimePoint due;
  bool operator==(const Occurrence&) const = default;
};

/// The first run that is due strictly later than `time`. Its tick may lie before `time`, since a run starts up to the
/// splay's window, but never as much as a whole span, after its tick. Due times strictly increase, as ticks do.
std::optional<Occurrence> occurrence_after(const Schedule& schedule, const TimeZone& zone, const Splay& splay,
                                           std::uint32_t fraction, TimePoint time);

}  // namespace acron
