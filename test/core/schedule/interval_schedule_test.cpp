#include "acron/core/schedule/interval_schedule.hpp"

#include <catch2/catch.hpp>

#include "support/times.hpp"

using namespace acron;
using namespace std::chrono_literals;

// Computed with Python's zoneinfo by a walk over the minutes that applies the rules as they are worded.
TEST_CASE("an interval is a grid on the local wall clock, through every kind of jump", "[interval_schedule]") {
  struct Case {
    std::string_view zone, every, after;
    std::vector<std::string> expected;
  };
  const auto [zone_name, every, after, expected] = GENERATE(values<Case>({
      {"Europe/Madrid",
       "1h",
       "2026-03-28T23:30:00Z",
       {"2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00",
        "2026-03-29T05:00:00+02:00"}},
      {"Europe/Madrid",
       "30m",
       "2026-10-24T23:40:00Z",
       {"2026-10-25T02:00:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00",
        "2026-10-25T02:30:00+01:00", "2026-10-25T03:00:00+01:00", "2026-10-25T03:30:00+01:00"}},
      {"Europe/Madrid",
       "1h",
       "2026-10-24T23:30:00Z",
       {"2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00",
        "2026-10-25T04:00:00+01:00"}},
      {"Europe/Madrid",
       "2h",
       "2026-10-24T21:30:00Z",
       {"2026-10-25T00:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T04:00:00+01:00",
        "2026-10-25T06:00:00+01:00"}},
      {"Europe/Madrid",
       "2h",
       "2026-03-28T22:30:00Z",
       {"2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00",
        "2026-03-29T06:00:00+02:00"}},
      {"Europe/Madrid",
       "7m",
       "2026-10-25T00:50:00Z",
       {"2026-10-25T02:54:00+02:00", "2026-10-25T02:05:00+01:00", "2026-10-25T02:12:00+01:00",
        "2026-10-25T02:19:00+01:00"}},
      {"Europe/Madrid",
       "40m",
       "2026-10-24T23:50:00Z",
       {"2026-10-25T02:00:00+02:00", "2026-10-25T02:40:00+02:00", "2026-10-25T02:40:00+01:00",
        "2026-10-25T03:20:00+01:00", "2026-10-25T04:00:00+01:00"}},
      {"Europe/Madrid",
       "1d",
       "2026-10-24T00:00:00Z",
       {"2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", "2026-10-27T00:00:00+01:00",
        "2026-10-28T00:00:00+01:00"}},
      {"Europe/Madrid",
       "1w",
       "2026-03-20T00:00:00Z",
       {"2026-03-22T00:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-04-05T00:00:00+02:00"}},
      {"Australia/Lord_Howe",
       "1h",
       "2026-04-04T13:30:00Z",
       {"2026-04-05T01:00:00+11:00", "2026-04-05T02:00:00+10:30", "2026-04-05T03:00:00+10:30"}},
      {"Australia/Lord_Howe",
       "10m",
       "2026-04-04T14:45:00Z",
       {"2026-04-05T01:50:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T01:40:00+10:30",
        "2026-04-05T01:50:00+10:30"}},
      {"Australia/Lord_Howe",
       "1h",
       "2026-10-03T14:30:00Z",
       {"2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00", "2026-10-04T04:00:00+11:00"}},
      {"Pacific/Apia",
       "1d",
       "2011-12-29T09:00:00Z",
       {"2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00", "2012-01-01T00:00:00+14:00"}},
      {"Pacific/Apia",
       "6h",
       "2011-12-30T03:00:00Z",
       {"2011-12-29T18:00:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-31T06:00:00+14:00",
        "2011-12-31T12:00:00+14:00"}},
      {"Pacific/Kwajalein",
       "1d",
       "1993-08-20T11:00:00Z",
       {"1993-08-20T00:00:00-12:00", "1993-08-22T00:00:00+12:00", "1993-08-23T00:00:00+12:00"}},
      {"America/Sao_Paulo",
       "1d",
       "2018-11-02T12:00:00Z",
       {"2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"}},
      {"America/Sao_Paulo",
       "1d",
       "2018-02-16T12:00:00Z",
       {"2018-02-17T00:00:00-02:00", "2018-02-18T00:00:00-03:00", "2018-02-19T00:00:00-03:00"}},
      {"America/Sao_Paulo",
       "1h",
       "2018-02-18T00:30:00Z",
       {"2018-02-17T23:00:00-02:00", "2018-02-17T23:00:00-03:00", "2018-02-18T00:00:00-03:00",
        "2018-02-18T01:00:00-03:00"}},
      {"Asia/Beirut",
       "1d",
       "2024-03-29T12:00:00Z",
       {"2024-03-30T00:00:00+02:00", "2024-03-31T01:00:00+03:00", "2024-04-01T00:00:00+03:00"}},
      {"Asia/Beirut",
       "1d",
       "2024-10-25T12:00:00Z",
       {"2024-10-26T00:00:00+03:00", "2024-10-27T00:00:00+02:00", "2024-10-28T00:00:00+02:00"}},
      {"America/Havana",
       "1d",
       "2024-03-08T12:00:00Z",
       {"2024-03-09T00:00:00-05:00", "2024-03-10T01:00:00-04:00", "2024-03-11T00:00:00-04:00"}},
      {"America/Havana",
       "1d",
       "2024-11-01T12:00:00Z",
       {"2024-11-02T00:00:00-04:00", "2024-11-03T00:00:00-04:00", "2024-11-04T00:00:00-05:00"}},
      {"America/Havana",
       "1h",
       "2024-11-03T03:30:00Z",
       {"2024-11-03T00:00:00-04:00", "2024-11-03T00:00:00-05:00", "2024-11-03T01:00:00-05:00",
        "2024-11-03T02:00:00-05:00"}},
      {"Europe/Dublin",
       "1h",
       "2024-10-26T23:30:00Z",
       {"2024-10-27T01:00:00+01:00", "2024-10-27T01:00:00+00:00", "2024-10-27T02:00:00+00:00"}},
      {"Africa/Casablanca",
       "1h",
       "2024-03-10T00:30:00Z",
       {"2024-03-10T02:00:00+01:00", "2024-03-10T02:00:00+00:00", "2024-03-10T03:00:00+00:00",
        "2024-03-10T04:00:00+00:00"}},
      {"Africa/Casablanca", "1d", "2024-04-13T12:00:00Z", {"2024-04-14T00:00:00+00:00", "2024-04-15T00:00:00+01:00"}},
      {"Asia/Kolkata", "1h", "2026-01-01T00:00:00Z", {"2026-01-01T06:00:00+05:30", "2026-01-01T07:00:00+05:30"}},
      {"Asia/Kathmandu", "1h", "2026-01-01T00:00:00Z", {"2026-01-01T06:00:00+05:45", "2026-01-01T07:00:00+05:45"}},
      {"Asia/Kathmandu", "1d", "1985-12-31T12:00:00Z", {"1986-01-01T00:15:00+05:45", "1986-01-02T00:00:00+05:45"}},
      {"UTC", "1w", "2026-01-01T00:00:00Z", {"2026-01-04T00:00:00+00:00", "2026-01-11T00:00:00+00:00"}},
      {"UTC", "7m", "2026-01-01T00:00:00Z", {"2026-01-01T00:07:00+00:00", "2026-01-01T00:14:00+00:00"}},
  }));
  CAPTURE(zone_name, every, after);
  const auto schedule = parse_every(every).value();
  const auto zone = zone_named(zone_name);
  CHECK(next_ticks(schedule, zone, time_at(after), expected.size()) == expected);
}

TEST_CASE("in UTC a tick is where the time since 1970 is a multiple of the period", "[interval_schedule]") {
  const Duration period = GENERATE(1s, 7s, 10s, 59s, 90s, 7min, 10min, 35min, 1h, 5h, 24h, 51h, 3650 * 24h);
  const IntervalSchedule schedule{period};
  for (auto time = time_at("2026-11-24T11:42:20.001Z"); time < time_at("2026-11-24T12:42:20Z"); time += 599123ms) {
    const auto since_1970 = time.time_since_epoch();
    const TimePoint floor{since_1970 / period * period};
    CHECK(schedule.tick_at_or_before({}, time) == floor);
    CHECK(schedule.tick_after({}, time) == floor + period);
    CHECK(schedule.tick_after({}, floor - 1ms) == floor);
    CHECK(schedule.tick_at_or_before({}, floor) == floor);
  }
}

TEST_CASE("an interval ticks from 1970 to 9999, whatever it is asked", "[interval_schedule]") {
  const IntervalSchedule hourly{1h};
  CHECK(hourly.tick_after({}, TimePoint::min()) == TimePoint{});
  CHECK(hourly.tick_after({}, TimePoint{} - 1ms) == TimePoint{});
  CHECK_FALSE(hourly.tick_at_or_before({}, TimePoint{} - 1ms).has_value());
  CHECK_FALSE(hourly.tick_at_or_before({}, TimePoint::min()).has_value());
  CHECK(hourly.tick_at_or_before({}, TimePoint{}) == TimePoint{});
  CHECK_FALSE(hourly.tick_after({}, TimePoint::max()).has_value());
  CHECK_FALSE(hourly.tick_after({}, time_at("9999-12-31T23:00:00Z")).has_value());
  CHECK(hourly.tick_after({}, time_at("9999-12-31T22:59:59Z")) == time_at("9999-12-31T23:00:00Z"));
  CHECK(hourly.tick_at_or_before({}, TimePoint::max()) == time_at("9999-12-31T23:00:00Z"));
  const auto madrid = zone_named("Europe/Madrid");
  CHECK(IntervalSchedule{longest_duration}.tick_after(madrid, time_at("2026-01-01T00:00:00Z")).has_value());
  CHECK(IntervalSchedule{longest_duration}.tick_at_or_before(madrid, time_at("2026-01-01T00:00:00Z")).has_value());
}
