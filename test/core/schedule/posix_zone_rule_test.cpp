#include "../src/core/schedule/posix_zone_rule.hpp"

#include <catch2/catch.hpp>

#include "support/times.hpp"

using namespace acron;
using namespace std::chrono_literals;

// Computed with Python's zoneinfo from a TZif file that has the rule alone; `59` and `299`, which it counts from 1
// against POSIX, with glibc by `TZ=RULE date`.
TEST_CASE("a rule's transitions are where POSIX and RFC 9636 put them", "[posix_zone_rule]") {
  struct Case {
    std::string_view rule;
    int year;
    std::string_view first, second;
  };
  const auto [text, year, first, second] = GENERATE(values<Case>({
      {"CET-1CEST,M3.5.0,M10.5.0/3", 2026, "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"},
      {"IST-1GMT0,M10.5.0,M3.5.0/1", 2026, "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026, "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"},
      {"EET-2EEST,M3.4.4/50,M10.4.4/50", 2026, "2026-03-28T00:00:00Z", "2026-10-23T23:00:00Z"},
      {"XXX3YYY,J60/0,J300", 2028, "2028-03-01T03:00:00Z", "2028-10-27T04:00:00Z"},
      {"XXX3YYY,59/0,299", 2028, "2028-02-29T03:00:00Z", "2028-10-26T04:00:00Z"},
      {"XXX-9:30:15YYY-11,M2.1.6/-167,M11.5.1/167", 2027, "2027-01-29T15:29:45Z", "2027-12-05T12:00:00Z"},
  }));
  CAPTURE(text);
  const auto rule = parse_posix_zone_rule(text);
  REQUIRE(rule.has_value());
  const auto both = rule->transitions_in(std::chrono::year{year});
  CHECK(both[0].at == time_at(first));
  CHECK(both[1].at == time_at(second));
}

TEST_CASE("a rule without daylight time keeps one offset", "[posix_zone_rule]") {
  const auto rule = parse_posix_zone_rule("<+0545>-5:45");
  REQUIRE(rule.has_value());
  CHECK(rule->standard_offset == 5h + 45min);
  CHECK_FALSE(rule->daylight.has_value());
}

TEST_CASE("what is no rule, or names no dates, is refused", "[posix_zone_rule]") {
  const auto text =
      GENERATE("", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1x", "<CET-1", "CET-25",
               "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1",
               "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0,", "-1", "CET99999999999999999999");
  CAPTURE(text);
  CHECK_FALSE(parse_posix_zone_rule(text).has_value());
}
