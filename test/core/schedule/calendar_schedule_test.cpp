#include "acron/core/schedule/calendar_schedule.hpp"

#include <catch2/catch.hpp>

#include "support/times.hpp"

using namespace acron;
using namespace std::chrono_literals;

// Computed with Python's zoneinfo by a walk over the minutes that applies the rules as they are worded.
TEST_CASE("a time of day ticks once on each of its days, through every kind of jump", "[calendar_schedule]") {
  struct Case {
    std::string_view zone, every, after;
    std::vector<std::string> expected;
  };
  const auto [zone_name, every, after, expected] = GENERATE(values<Case>({
      {"Europe/Madrid",
       "day at 02:30",
       "2026-03-28T00:00:00Z",
       {"2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
      {"Europe/Madrid",
       "day at 02:30",
       "2026-10-24T12:00:00Z",
       {"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
      {"Europe/Madrid",
       "mon-fri at 09:00,17:30",
       "2026-11-27T08:00:00Z",
       {"2026-11-27T17:30:00+01:00", "2026-11-30T09:00:00+01:00", "2026-11-30T17:30:00+01:00"}},
      {"Europe/Madrid",
       "sun at 02:00,02:15,03:00",
       "2026-03-28T00:00:00Z",
       {"2026-03-29T03:00:00+02:00", "2026-04-05T02:00:00+02:00"}},
      {"Australia/Lord_Howe",
       "sun at 01:45",
       "2026-04-04T00:00:00Z",
       {"2026-04-05T01:45:00+11:00", "2026-04-12T01:45:00+10:30"}},
      {"Australia/Lord_Howe",
       "day at 02:15",
       "2026-10-03T12:00:00Z",
       {"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
      {"Pacific/Apia",
       "fri at 12:00",
       "2011-12-25T00:00:00Z",
       {"2011-12-31T00:00:00+14:00", "2012-01-06T12:00:00+14:00"}},
      {"America/Sao_Paulo", "day", "2018-11-03T12:00:00Z", {"2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"}},
      {"Asia/Beirut",
       "day at 00:30,12:00",
       "2024-03-30T12:00:00Z",
       {"2024-03-31T01:00:00+03:00", "2024-03-31T12:00:00+03:00", "2024-04-01T00:30:00+03:00"}},
      {"America/Havana",
       "weekends at 00:30",
       "2024-11-02T12:00:00Z",
       {"2024-11-03T00:30:00-04:00", "2024-11-09T00:30:00-05:00"}},
      {"Europe/Dublin",
       "day at 01:30",
       "2024-10-26T12:00:00Z",
       {"2024-10-27T01:30:00+01:00", "2024-10-28T01:30:00+00:00"}},
      {"Africa/Casablanca",
       "day at 02:30",
       "2024-04-13T12:00:00Z",
       {"2024-04-14T03:00:00+01:00", "2024-04-15T02:30:00+01:00"}},
      {"Asia/Kolkata",
       "wed at 00:00",
       "2026-01-01T00:00:00Z",
       {"2026-01-07T00:00:00+05:30", "2026-01-14T00:00:00+05:30"}},
  }));
  CAPTURE(zone_name, every, after);
  const auto schedule = parse_every(every).value();
  CHECK(next_ticks(schedule, zone_named(zone_name), time_at(after), expected.size()) == expected);
}
