// Any text: read or refused, within bounds. The first byte chooses the reader, the rest is what it reads.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>

#include "../src/core/schedule/posix_zone_rule.hpp"
#include "acron/core/schedule/schedule.hpp"
#include "acron/core/text.hpp"
#include "acron/core/time.hpp"
#include "support/times.hpp"

using namespace acron;

namespace {

void require(bool holds, std::string_view what, std::string_view text) {
  if (holds) return;
  std::cerr << what << ": " << printable(text, 1000) << '\n';
  std::abort();
}

void check_error(const Error& error, std::string_view text) {
  require(error.at <= text.size(), "the error is outside the text", text);
  require(!error.message.empty() && error.message.size() < 500, "the message is no sentence", text);
  const bool clean = std::none_of(error.message.begin(), error.message.end(), [](unsigned char c) { return c < ' '; });
  require(clean && is_utf8(error.message), "the message is not fit for a terminal", text);
}

void check_ticks(const Schedule& schedule, const TimeZone& zone, TimePoint time, std::string_view text) {
  for (int i = 0; i < 3; ++i) {
    const auto next = tick_after(schedule, zone, time);
    if (!next) return;
    require(*next > time, "a tick is not later than it was asked", text);
    require(tick_at_or_before(schedule, zone, *next) == next, "a tick is not found again", text);
    const auto last = tick_at_or_before(schedule, zone, *next - Duration{1});
    require(!last || *last <= time, "a tick was passed over", text);
    time = *next;
  }
}

void check_schedule(const Result<Schedule>& schedule, std::string_view text,
                    Result<Schedule> (*parse)(std::string_view)) {
  if (!schedule) return check_error(schedule.error(), text);
  const auto description = describe(*schedule);
  const auto read_back = parse(std::string_view{description}.substr(description.find(' ') + 1));
  require(read_back.has_value() && *read_back == *schedule, "the description is not read back", text);
  static const auto madrid = zone_named("Europe/Madrid"), apia = zone_named("Pacific/Apia");
  check_ticks(*schedule, madrid, time_at("2026-10-24T20:00:00Z"), text);
  check_ticks(*schedule, apia, time_at("2011-12-29T20:00:00Z"), text);
}

void check_duration(std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration) return check_error(duration.error(), text);
  require(*duration >= std::chrono::seconds{1} && *duration <= longest_duration, "the duration is out of bounds", text);
  require(parse_duration(format_duration(*duration)).value() == *duration, "the duration is not read back", text);
}

void check_time(std::string_view text) {
  const auto time = parse_rfc3339(text);
  if (!time) return check_error(time.error(), text);
  const auto inside = *time > TimePoint{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}} &&
                      *time < TimePoint{std::chrono::sys_days{std::chrono::year{9999} / 1 / 1}};
  if (inside)
    require(parse_rfc3339(format_rfc3339(*time, std::chrono::hours{5})).value() == *time, "the time is not read back",
            text);
}

void check_zone_rule(std::string_view text) {
  const auto rule = parse_posix_zone_rule(text);
  if (!rule || !rule->daylight) return;
  const auto both = rule->transitions_in(std::chrono::year{2028});
  require(both[0].at <= both[1].at, "the transitions are out of order", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0]) {
    case 'e': check_schedule(parse_every(text), text, parse_every); break;
    case 'c': check_schedule(parse_cron(text), text, parse_cron); break;
    case 'd': check_duration(text); break;
    case 't': check_time(text); break;
    case 'z': check_zone_rule(text); break;
    default: break;
  }
  return 0;
}
