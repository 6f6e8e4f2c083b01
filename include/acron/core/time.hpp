#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// Spans and points of wall-clock time, to the millisecond. Both are 64 bits wide: good far beyond the year 9999.
using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<Duration>;

/// The longest duration the job language accepts: ten years.
inline constexpr Duration longest_duration = std::chrono::hours{24 * 3660};

/// Reads `10s`, `5m`, `2h`, `1d`, `1w`, sums such as `1h30m` (largest unit first, each at most once), or one of the
/// words `second minute hour day week`. At least 1 s and at most `longest_duration`; anything else is an error that
/// says what was expected.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// The spelling that parse_duration reads back: `1h30m`, `1w`, largest unit first, in weeks only when they are whole
/// (`10d`). Milliseconds, which it does not read, are written `1.250s`. Zero is `0s`.
std::string format_duration(Duration duration);

/// RFC 3339 with milliseconds and a numeric offset: `2026-01-07T00:02:58.213+01:00`. `utc_offset` is what the local
/// clock is ahead of UTC, less than a day; its seconds, which RFC 3339 can't say, are cut. A time outside the years
/// 0000 to 9999, which it can't say either, is written as the nearest that it can.
std::string format_rfc3339(TimePoint time, std::chrono::seconds utc_offset);

/// The same for UTC, as logs and the state have it.
inline std::string in_utc(TimePoint time) { return format_rfc3339(time, std::chrono::seconds(0)); }

/// Reads RFC 3339 (`2026-01-07T00:00:00Z`, `2026-01-07 01:00:00.250+01:00`). Section 5.6 of RFC 3339; a leap second
/// (`:60`) is refused, digits beyond the millisecond are cut.
[[nodiscard]] Result<TimePoint> parse_rfc3339(std::string_view text);

}  // namespace acron
