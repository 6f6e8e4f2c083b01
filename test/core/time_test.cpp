#include "acron/core/time.hpp"

#include <catch2/catch.hpp>

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("a duration is a sum of units, largest first, or a word", "[time]") {
  struct Case {
    std::string_view text;
    Duration expected;
  };
  const auto [text, expected] = GENERATE(values<Case>({
      {"10s", 10s},
      {"5m", 5min},
      {"2h", 2h},
      {"1d", 24h},
      {"1w", 168h},
      {"1h30m", 90min},
      {"1w2d3h4m5s", 168h + 48h + 3h + 4min + 5s},
      {"90m", 90min},
      {"007m", 7min},
      {"0h30m", 30min},
      {"second", 1s},
      {"minute", 1min},
      {"hour", 1h},
      {"day", 24h},
      {"week", 168h},
      {"3650d", 3650 * 24h},
      {"3660d", longest_duration},
  }));
  CAPTURE(text);
  REQUIRE(parse_duration(text).value() == expected);
}

TEST_CASE("what is no duration is refused with a reason and its place", "[time]") {
  struct Case {
    std::string_view text, part_of_message;
    std::size_t at;
  };
  const auto [text, part, at] = GENERATE(values<Case>({
      {"", "missing", 0},
      {"10", "a unit is missing; write '10s' or '10m'", 2},
      {"99999999999999999999", "try 10m", 20},
      {"m", "not a duration", 0},
      {"5x", "'5x' is not a duration", 1},
      {"5m3x", "not a duration", 3},
      {"0s", "at least 1s", 0},
      {"0h0m", "at least 1s", 0},
      {"-5m", "not a duration", 0},
      {"+5m", "not a duration", 0},
      {"1.5h", "not a duration", 1},
      {"1 h", "write '1h'", 1},
      {"10 minutes", "write '10m'", 2},
      {"10min", "write '10m'", 3},
      {"5M", "'5M' is not a duration (try 10m", 1},
      {"500ms", "not a duration", 4},
      {"30m1h", "largest unit comes first", 4},
      {"1h1h", "each at most once", 3},
      {"huor", "did you mean 'hour'?", 0},
      {"month", "@monthly", 0},
      {"years", "@yearly", 0},
      {"3661d", "at most 3660d", 0},
      {"999999999w", "too long", 0},
      {"5124095576030431h", "too long", 0},
      {"99999999999999999999999999d", "too long", 0},
      {"5m\x1b[31m", R"(\x1b)", 2},
  }));
  CAPTURE(text);
  const auto result = parse_duration(text);
  REQUIRE(result.has_error());
  CHECK_THAT(result.error().message, Catch::Contains(std::string{part}));
  CHECK(result.error().at == at);
}

TEST_CASE("a duration is written as it is read", "[time]") {
  struct Case {
    Duration duration;
    std::string_view expected;
  };
  const auto [duration, expected] = GENERATE(values<Case>({
      {0s, "0s"},
      {1s, "1s"},
      {10min, "10m"},
      {90min, "1h30m"},
      {36h, "1d12h"},
      {240h, "10d"},
      {336h, "2w"},
      {3650 * 24h, "3650d"},
      {1250ms, "1.250s"},
      {7ms, "0.007s"},
      {178213ms, "2m58.213s"},
      {-90s, "-1m30s"},
  }));
  REQUIRE(format_duration(duration) == expected);
  if (duration >= 1s && duration % 1s == 0ms) REQUIRE(parse_duration(expected).value() == duration);
}

// Seconds since 1970 by `date -u -d TIME +%s`.
TEST_CASE("RFC 3339 is read as date(1) reads it", "[time]") {
  struct Case {
    std::string_view text;
    Duration since_1970;
  };
  const auto [text, expected] = GENERATE(values<Case>({
      {"1970-01-01T00:00:00Z", 0s},
      {"2026-01-07T00:02:58.213Z", 1767744178213ms},
      {"2026-01-07T00:02:58.213+01:00", 1767740578213ms},
      {"2026-01-07t00:02:58z", 1767744178s},
      {"2026-01-07 00:02:58-03:30", 1767756778s},
      {"2024-02-29T23:59:59-00:00", 1709251199s},
      {"1969-12-31T23:59:59.5Z", -500ms},
      {"2026-01-07T00:00:00.123999999Z", 1767744000123ms},
      {"9999-12-31T23:59:59Z", 253402300799s},
  }));
  CAPTURE(text);
  REQUIRE(parse_rfc3339(text).value().time_since_epoch() == expected);
}

TEST_CASE("what is not RFC 3339 is refused at the place of the fault", "[time]") {
  struct Case {
    std::string_view text;
    std::size_t at;
  };
  const auto [text, at] = GENERATE(values<Case>({
      {"", 0},
      {"now", 0},
      {"26-01-07T00:00:00Z", 0},
      {"2026-13-07T00:00:00Z", 5},
      {"2026-00-07T00:00:00Z", 5},
      {"2026-02-29T00:00:00Z", 10},
      {"2026-01-07", 10},
      {"2026-01-07T24:00:00Z", 11},
      {"2026-01-07T00:60:00Z", 14},
      {"2026-01-07T00:00Z", 16},
      {"2016-12-31T23:59:60Z", 17},
      {"2026-01-07T00:00:00", 19},
      {"2026-01-07T00:00:00.Z", 20},
      {"2026-01-07T00:00:00+0100", 22},
      {"2026-01-07T00:00:00+24:00", 20},
      {"2026-01-07T00:00:00Z ", 20},
      {"2026-01-07T00:00:-1Z", 17},
  }));
  CAPTURE(text);
  const auto result = parse_rfc3339(text);
  REQUIRE(result.has_error());
  CHECK(result.error().at == at);
}

TEST_CASE("RFC 3339 is written with milliseconds and a numeric offset", "[time]") {
  struct Case {
    Duration since_1970;
    std::chrono::seconds offset;
    std::string_view expected;
  };
  const auto [since_1970, offset, expected] = GENERATE(values<Case>({
      {0s, 0s, "1970-01-01T00:00:00.000+00:00"},
      {1767744178213ms, 1h, "2026-01-07T01:02:58.213+01:00"},
      {1767744178213ms, -12600s, "2026-01-06T20:32:58.213-03:30"},
      {-1ms, 0s, "1969-12-31T23:59:59.999+00:00"},
      {0s, -2670s, "1969-12-31T23:16:00.000-00:44"},  // Monrovia until 1972 was 44:30 behind
      {253402300799s, 0s, "9999-12-31T23:59:59.000+00:00"},
  }));
  const TimePoint time{since_1970};
  REQUIRE(format_rfc3339(time, offset) == expected);
  REQUIRE(parse_rfc3339(expected).value() == time);
}

TEST_CASE("a time that RFC 3339 can't say is written as the nearest that it can", "[time]") {
  REQUIRE(format_rfc3339(TimePoint::max(), 0s).starts_with("9999-12-3"));
  REQUIRE(format_rfc3339(TimePoint::min(), 0s).starts_with("0000-01-0"));
}
