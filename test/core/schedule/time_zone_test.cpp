#include "acron/core/schedule/time_zone.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <string>

#include "support/times.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

/// The offset that the C library finds by its own reader of the same tzdata.
class LibraryZone {
 public:
  explicit LibraryZone(std::string_view name) {
    setenv("TZ", (":" + std::string{name}).c_str(), 1);
    tzset();
  }
  ~LibraryZone() { unsetenv("TZ"); }
  LibraryZone(const LibraryZone&) = delete;
  LibraryZone& operator=(const LibraryZone&) = delete;

  [[nodiscard]] static std::chrono::seconds offset_at(TimePoint time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm local{};
    localtime_r(&seconds, &local);
    return std::chrono::seconds{local.tm_gmtoff};
  }
};

}  // namespace

// Computed with Python's zoneinfo.
TEST_CASE("a zone changes its offset when tzdata says", "[time_zone]") {
  struct Case {
    std::string_view zone, transition;
    std::chrono::seconds before, after;
  };
  const auto [name, transition, before, after] = GENERATE(values<Case>({
      {"Europe/Madrid", "2026-03-29T01:00:00Z", 3600s, 7200s},
      {"Europe/Madrid", "2026-10-25T01:00:00Z", 7200s, 3600s},
      {"Europe/Madrid", "2099-10-25T01:00:00Z", 7200s, 3600s},
      {"Australia/Lord_Howe", "2026-04-04T15:00:00Z", 39600s, 37800s},
      {"Australia/Lord_Howe", "2026-10-03T15:30:00Z", 37800s, 39600s},
      {"Pacific/Apia", "2011-12-30T10:00:00Z", -36000s, 50400s},
      {"Pacific/Kwajalein", "1993-08-21T12:00:00Z", -43200s, 43200s},
      {"America/Sao_Paulo", "2018-02-18T02:00:00Z", -7200s, -10800s},
      {"America/Sao_Paulo", "2018-11-04T03:00:00Z", -10800s, -7200s},
      {"Asia/Beirut", "2024-03-30T22:00:00Z", 7200s, 10800s},
      {"Africa/Casablanca", "2024-03-10T02:00:00Z", 3600s, 0s},
      {"Africa/Casablanca", "2024-04-14T02:00:00Z", 0s, 3600s},
      {"Europe/Dublin", "2040-03-25T01:00:00Z", 0s, 3600s},
      {"Europe/Dublin", "2040-10-28T01:00:00Z", 3600s, 0s},
      {"America/Nuuk", "2050-03-27T01:00:00Z", -7200s, -3600s},
      {"Asia/Kathmandu", "1985-12-31T18:30:00Z", 19800s, 20700s},
      {"America/New_York", "9998-03-08T07:00:00Z", -18000s, -14400s},
      {"America/New_York", "9998-11-01T06:00:00Z", -14400s, -18000s},
  }));
  CAPTURE(name, transition);
  const auto zone = zone_named(name);
  const auto at = time_at(transition);
  const auto period_before = zone.period_at(at - 1ms);
  const auto period_after = zone.period_at(at);
  CHECK(period_before.offset == before);
  CHECK(period_before.end == at);
  CHECK(period_after.offset == after);
  CHECK(period_after.begin == at);
}

TEST_CASE("every zone agrees with the C library, transition by transition to 2040 and by samples to 2600",
          "[time_zone]") {
  const auto names = TimeZone::names();
  REQUIRE(names.size() > 400);
  for (const auto& name : names) {
    const auto zone = zone_named(name);
    const LibraryZone library{name};
    std::size_t wrong = 0;
    for (auto at = time_at("1970-01-01T00:00:00Z"); at < time_at("2040-01-01T00:00:00Z");) {
      const auto period = zone.period_at(at);
      for (const auto end = std::min(period.end, time_at("2040-01-01T00:00:00Z")); at < end; at += 240h) {
        wrong += library.offset_at(at) != period.offset;
      }
      wrong += library.offset_at(period.end - 1s) != period.offset && period.end != TimePoint::max();
      at = period.end;
    }
    for (auto at = time_at("2040-01-01T00:00:00Z"); at < time_at("2600-01-01T00:00:00Z"); at += 4001h) {
      wrong += library.offset_at(at) != zone.period_at(at).offset;
    }
    INFO(name);
    CHECK(wrong == 0);
  }
}

TEST_CASE("the periods of every zone follow each other without a gap, and the offset changes at each", "[time_zone]") {
  for (const auto& name : TimeZone::names()) {
    INFO(name);
    const auto zone = zone_named(name);
    auto period = zone.period_at(TimePoint::min());
    CHECK(period.begin == TimePoint::min());
    while (period.end < time_at("2500-01-01T00:00:00Z")) {
      const auto next = zone.period_at(period.end);
      const bool follows = next.begin == period.end && next.end > next.begin && next.offset != period.offset;
      if (!follows) FAIL(format_rfc3339(period.end, 0s));
      period = next;
    }
  }
}

TEST_CASE("UTC has one period and needs no look-up", "[time_zone]") {
  const TimeZone utc;
  CHECK(utc.name() == "UTC");
  CHECK(zone_named("UTC") == utc);
  CHECK(utc.period_at(TimePoint::max()).begin == TimePoint::min());
  CHECK(utc.period_at(TimePoint{}).end == TimePoint::max());
  CHECK(utc.period_at(TimePoint{}).offset == 0s);
}

TEST_CASE("the ends of time are in a period too", "[time_zone]") {
  const auto zone = zone_named("Europe/Madrid");
  CHECK(zone.name() == "Europe/Madrid");
  CHECK(zone == zone_named("Europe/Madrid"));
  CHECK_FALSE(zone == zone_named("Europe/Paris"));
  CHECK(zone.period_at(TimePoint::min()).begin == TimePoint::min());
  CHECK(zone.period_at(TimePoint::max()).begin < TimePoint::max());
}

TEST_CASE("an unknown zone is refused with the nearest name", "[time_zone]") {
  struct Case {
    std::string_view name, part_of_message;
  };
  const auto [name, part] = GENERATE(values<Case>({
      {"Europe/Madird", "did you mean 'Europe/Madrid'?"},
      {"europe/madrid", "did you mean 'Europe/Madrid'?"},
      {"Madrid", "did you mean 'Europe/Madrid'?"},
      {"", "such as Europe/Berlin"},
      {"posix/Europe/Madrid", "did you mean 'Europe/Madrid'?"},
      {"right/UTC", "did you mean 'UTC'?"},
      {"/usr/share/zoneinfo/Europe/Madrid", "unknown time zone"},
      {"zone.tab", "/usr/share/zoneinfo/zone.tab is no time zone file"},
      {"Etc/../Europe/Madrid", "unknown time zone"},
      {"../../../etc/passwd", "unknown time zone"},
      {"Europe", "unknown time zone"},
      {"x\x1b[2J", R"(\x1b)"},
  }));
  CAPTURE(name);
  const auto zone = TimeZone::named(name);
  REQUIRE(zone.has_error());
  CHECK_THAT(zone.error().message, Catch::Contains(std::string{part}));
}

TEST_CASE("a zone by its rule alone has it for ever", "[time_zone]") {
  struct Case {
    std::string_view rule, time;
    std::chrono::seconds offset;
  };
  const auto [rule, time, offset] = GENERATE(values<Case>({
      {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-01T00:00:00Z", 7200s},
      {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-01-01T00:00:00Z", 3600s},
      {"CET-1CEST", "2026-03-20T00:00:00Z", 7200s},  // without dates, those of the USA
      {"<+0330>-3:30", "2026-07-01T00:00:00Z", 12600s},
      {"JST-9", "1965-07-01T00:00:00Z", 32400s},
      {"UTC0", "2026-07-01T00:00:00Z", 0s},
      // Daylight time all year, as RFC 9636, section 3.3.1, has it.
      {"EST5EDT,0/0,J365/25", "2026-07-01T00:00:00Z", -14400s},
      {"EST5EDT,0/0,J365/25", "2027-01-01T05:00:00Z", -14400s},
      {"XXX3EDT4,0/0,J365/23", "2026-12-31T23:59:59Z", -14400s},
      {"AAA3BBB2,J1/-5,J365/20", "2028-12-31T22:00:00Z", -7200s},
  }));
  CAPTURE(rule, time);
  const auto zone = TimeZone::of_rule(rule);
  REQUIRE(zone.has_value());
  CHECK(zone->name() == rule);
  CHECK(*zone == TimeZone::of_rule(rule).value());
  CHECK(zone->period_at(time_at(time)).offset == offset);
  CHECK(TimeZone::of_rule("Foo").has_error());
}

TEST_CASE("the zone in a file is named after what the file holds", "[time_zone]") {
  struct Case {
    std::string_view file, likely_name, name;
  };
  const auto [file, likely_name, name] = GENERATE(values<Case>({
      {"Europe/Berlin", "Europe/Berlin", "Europe/Berlin"},
      {"right/Europe/Berlin", "Europe/Berlin", "Europe/Berlin"},
      {"Europe/Berlin", "", "Europe/Berlin"},
      {"Europe/Berlin", "Europe/Madrid", "Europe/Berlin"},
      {"Europe/Berlin", "UTC", "Europe/Berlin"},
      {"Europe/Berlin", "No/Such_Zone", "No/Such_Zone"},  // a machine without this zone's tzdata
      {"Etc/UTC", "Etc/UTC", "UTC"},
      {"Etc/UTC", "Europe/Berlin", "UTC"},
      {"Etc/UTC", "", "UTC"},
  }));
  CAPTURE(file, likely_name);
  const auto zone = TimeZone::in_file("/usr/share/zoneinfo/" + std::string{file}, likely_name);
  REQUIRE(zone.has_value());
  CHECK(zone->name() == name);
  const auto expected = zone_named(file.ends_with("UTC") ? "UTC" : "Europe/Berlin");
  CHECK(zone->period_at(time_at("2026-07-01T00:00:00Z")).offset ==
        expected.period_at(time_at("2026-07-01T00:00:00Z")).offset);
}

TEST_CASE("a file that holds no zone is an error that says what it is", "[time_zone]") {
  const auto [path, trouble] = GENERATE(table<std::string, std::string>({
      {"/dev/null", "/dev/null is no regular file"},
      {"/etc/passwd", "/etc/passwd is no time zone file"},
      {"/etc", "/etc can't be read: Is a directory"},
      {"/no/such/file", "/no/such/file can't be read: No such file or directory"},
  }));
  const auto zone = TimeZone::in_file(path, "Europe/Berlin");
  REQUIRE(zone.has_error());
  CHECK(zone.error().message == trouble);
}
