#include "acron/core/schedule/splay.hpp"

#include <algorithm>
#include <array>

#include "acron/core/schedule/key_fraction.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

/// The longest that a run may be moved from its tick, however far the next is. The last run before the end of a window
/// should not drift into the night.
Duration longest_move(const Schedule& schedule) {
  const auto* window = std::get_if<WindowSchedule>(&schedule);
  return window == nullptr ? Duration::max() : window->period;
}

/// The tick moved by the job's place in what follows it.
Occurrence occurrence_of(TimePoint tick, const Schedule& schedule, const TimeZone& zone, const Splay& splay,
                         std::uint32_t fraction) {
  if (splay.key == Splay::Key::off) return {tick, tick};
  auto span = std::min(splay.window.value_or(Duration::max()), longest_move(schedule));
  if (const auto next = tick_after(schedule, zone, tick)) span = std::min(span, *next - tick);
  if (span == Duration::max()) span = Duration::zero();  // the last tick of all has nothing to move in
  return {tick, tick + splay_offset(fraction, span)};
}

}  // namespace

std::uint32_t splay_fraction(std::string_view host, std::string_view job, Splay::Key key) {
  if (key == Splay::Key::off) return 0;
  auto text = splay_host(host);
  if (key == Splay::Key::host_and_job) text.append(":").append(job);
  return key_fraction(text);
}

Duration splay_offset(std::uint32_t fraction, Duration span) {
  // 96 bits of product in two halves.
  const auto milliseconds = static_cast<std::uint64_t>(span.count());
  const auto high = milliseconds >> 32U, low = milliseconds & 0xFFFF'FFFFU;
  return Duration{static_cast<Duration::rep>(fraction * high + ((fraction * low) >> 32U))};
}

std::string splay_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return lower_ascii(host);
}

bool identifies_host(std::string_view host) {
  // Of /etc/hosts as distributions ship it (`ipv6-` is openSUSE's), and of Fedora's live image.
  constexpr std::array<std::string_view, 11> shared{"localhost",     "localhost4",   "localhost6",     "localhost-live",
                                                    "ip6-localhost", "ip6-loopback", "ipv6-localhost", "ipv6-loopback",
                                                    "loopback",      "loopback6",    "(none)"};
  const auto name = splay_host(host);
  const auto label = std::string_view{name}.substr(0, name.find('.'));
  return !label.empty() && std::find(shared.begin(), shared.end(), label) == shared.end();
}

std::optional<Occurrence> occurrence_after(const Schedule& schedule, const TimeZone& zone, const Splay& splay,
                                           std::uint32_t fraction, TimePoint time) {
  if (splay.key != Splay::Key::off) {
    if (const auto tick = tick_at_or_before(schedule, zone, time)) {
      const auto current = occurrence_of(*tick, schedule, zone, splay, fraction);
      if (current.due > time) return current;
    }
  }
  const auto tick = tick_after(schedule, zone, time);
  if (!tick) return {};
  return occurrence_of(*tick, schedule, zone, splay, fraction);
}

}  // namespace acron
