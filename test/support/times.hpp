#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/schedule/schedule.hpp"
#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// For expected values in tables. Throws on a text that is no RFC 3339 time, which is a fault of the table.
inline TimePoint time_at(std::string_view rfc3339) { return parse_rfc3339(rfc3339).value(); }

/// Throws when tzdata has no such zone.
inline TimeZone zone_named(std::string_view name) { return TimeZone::named(name).value(); }

/// RFC 3339 with the zone's offset, without milliseconds when there are none: as Python's isoformat() writes it.
inline std::string local_text(const TimeZone& zone, TimePoint time) {
  auto text = format_rfc3339(time, zone.period_at(time).offset);
  if (const auto zeros = text.find(".000"); zeros != std::string::npos) text.erase(zeros, 4);
  return text;
}

/// The next ticks after `time`, as local_text writes them.
inline std::vector<std::string> next_ticks(const Schedule& schedule, const TimeZone& zone, TimePoint time,
                                           std::size_t count) {
  std::vector<std::string> texts;
  for (auto tick = tick_after(schedule, zone, time); tick && texts.size() < count;
       tick = tick_after(schedule, zone, *tick)) {
    texts.push_back(local_text(zone, *tick));
  }
  return texts;
}

}  // namespace acron
