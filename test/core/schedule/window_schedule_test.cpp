#include "acron/core/schedule/window_schedule.hpp"

#include <catch2/catch.hpp>

#include "support/times.hpp"

using namespace acron;
using namespace std::chrono_literals;

// Computed with Python's zoneinfo by a walk over the minutes that applies the rules as they are worded.
TEST_CASE("an interval within days counts from the start of each window to its end, both included",
          "[window_schedule]") {
  struct Case {
    std::string_view zone, every, after;
    std::vector<std::string> expected;
  };
  const auto [zone_name, every, after, expected] = GENERATE(values<Case>({
      {"Europe/Madrid",
       "15m between 08:00-09:00 on mon-fri",
       "2026-11-27T07:50:00Z",
       {"2026-11-27T09:00:00+01:00", "2026-11-30T08:00:00+01:00", "2026-11-30T08:15:00+01:00",
        "2026-11-30T08:30:00+01:00", "2026-11-30T08:45:00+01:00", "2026-11-30T09:00:00+01:00"}},
      {"Europe/Madrid",
       "45m between 08:00-10:30",
       "2026-11-27T07:50:00Z",
       {"2026-11-27T09:30:00+01:00", "2026-11-27T10:15:00+01:00", "2026-11-28T08:00:00+01:00",
        "2026-11-28T08:45:00+01:00"}},
      {"Europe/Madrid",
       "2h between 22:00-06:00 on fri",
       "2026-11-27T20:00:00Z",
       {"2026-11-27T22:00:00+01:00", "2026-11-28T00:00:00+01:00", "2026-11-28T02:00:00+01:00",
        "2026-11-28T04:00:00+01:00", "2026-11-28T06:00:00+01:00", "2026-12-04T22:00:00+01:00"}},
      {"Europe/Madrid",
       "30m between 01:00-03:00",
       "2026-10-24T22:30:00Z",
       {"2026-10-25T01:00:00+02:00", "2026-10-25T01:30:00+02:00", "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00",
        "2026-10-25T03:00:00+01:00", "2026-10-26T01:00:00+01:00", "2026-10-26T01:30:00+01:00"}},
      {"Europe/Madrid",
       "30m between 01:00-03:00",
       "2026-03-28T23:30:00Z",
       {"2026-03-29T01:00:00+01:00", "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00",
        "2026-03-30T01:00:00+02:00"}},
      {"Europe/Madrid",
       "15m between 02:00-02:45",
       "2026-03-28T12:00:00Z",
       {"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"}},
      {"Europe/Madrid",
       "50m between 00:30-04:00",
       "2026-10-24T22:00:00Z",
       {"2026-10-25T00:30:00+02:00", "2026-10-25T01:20:00+02:00", "2026-10-25T02:10:00+02:00",
        "2026-10-25T02:10:00+01:00", "2026-10-25T03:00:00+01:00", "2026-10-25T03:50:00+01:00"}},
      {"Europe/Madrid",
       "7h on sat,sun",
       "2026-11-27T12:00:00Z",
       {"2026-11-28T00:00:00+01:00", "2026-11-28T07:00:00+01:00", "2026-11-28T14:00:00+01:00",
        "2026-11-28T21:00:00+01:00", "2026-11-29T00:00:00+01:00", "2026-11-29T07:00:00+01:00",
        "2026-11-29T14:00:00+01:00", "2026-11-29T21:00:00+01:00", "2026-12-05T00:00:00+01:00"}},
      {"America/Sao_Paulo",
       "30m between 23:00-00:30 on sat",
       "2018-02-17T23:00:00Z",
       {"2018-02-17T23:00:00-02:00", "2018-02-17T23:30:00-02:00", "2018-02-17T23:00:00-03:00",
        "2018-02-17T23:30:00-03:00", "2018-02-18T00:00:00-03:00", "2018-02-18T00:30:00-03:00",
        "2018-02-24T23:00:00-03:00"}},
      {"America/Sao_Paulo",
       "30m between 23:30-00:30 on sat",
       "2018-11-03T23:00:00Z",
       {"2018-11-03T23:30:00-03:00", "2018-11-04T01:00:00-02:00", "2018-11-10T23:30:00-02:00",
        "2018-11-11T00:00:00-02:00"}},
      {"Pacific/Apia",
       "6h between 06:00-18:00 on fri",
       "2011-12-29T00:00:00Z",
       {"2011-12-31T00:00:00+14:00", "2012-01-06T06:00:00+14:00", "2012-01-06T12:00:00+14:00"}},
      {"Asia/Kathmandu",
       "15m between 23:30-00:30",
       "1985-12-31T17:40:00Z",
       {"1985-12-31T23:30:00+05:30", "1985-12-31T23:45:00+05:30", "1986-01-01T00:15:00+05:45",
        "1986-01-01T00:30:00+05:45", "1986-01-01T23:30:00+05:45", "1986-01-01T23:45:00+05:45"}},
  }));
  CAPTURE(zone_name, every, after);
  const auto schedule = parse_every(every).value();
  CHECK(next_ticks(schedule, zone_named(zone_name), time_at(after), expected.size()) == expected);
}

TEST_CASE("a window to midnight ends with the first instant of the next day", "[window_schedule]") {
  const auto schedule = parse_every("1h between 22:00-24:00 on fri").value();
  const std::vector<std::string> expected{"2026-11-27T22:00:00+00:00", "2026-11-27T23:00:00+00:00",
                                          "2026-11-28T00:00:00+00:00", "2026-12-04T22:00:00+00:00"};
  CHECK(next_ticks(schedule, {}, time_at("2026-11-27T21:00:00Z"), 4) == expected);
  CHECK(tick_at_or_before(schedule, {}, time_at("2026-11-28T00:00:00.500Z")) == time_at("2026-11-28T00:00:00Z"));
  CHECK(tick_at_or_before(schedule, {}, time_at("2026-12-04T21:59:59Z")) == time_at("2026-11-28T00:00:00Z"));
}

TEST_CASE("without a range the count begins at midnight and ends before the next", "[window_schedule]") {
  const auto schedule = parse_every("7m on mon-sun").value();
  CHECK(tick_after(schedule, {}, time_at("2026-11-27T23:50:00Z")) == time_at("2026-11-27T23:55:00Z"));
  CHECK(tick_after(schedule, {}, time_at("2026-11-27T23:55:00Z")) == time_at("2026-11-28T00:00:00Z"));
}
