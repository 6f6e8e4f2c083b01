#include "acron/core/schedule/splay.hpp"

#include <catch2/catch.hpp>

#include "support/times.hpp"

using namespace acron;
using namespace std::chrono_literals;

// Frozen: computed with Python's hashlib, and again by sha256sum and the arithmetic of dash.
TEST_CASE("a host and a job have the same place in an interval for ever", "[splay]") {
  struct Case {
    std::string_view host, job;
    std::chrono::seconds period;
    std::uint32_t fraction;
    Duration offset;
    std::string_view first_due;
  };
  const auto [host, job, period, fraction, offset, first_due] = GENERATE(values<Case>({
      {"web-0001.dc1.example.com", "cleanup/disk", 600s, 0x4c09adc8, 178213ms, "2026-01-07T00:02:58.213Z"},
      {"web-0002.dc1.example.com", "cleanup/disk", 600s, 0xf7c14a8a, 580675ms, "2026-01-07T00:09:40.675Z"},
      {"web-0001.dc1.example.com", "cleanup/logs", 600s, 0x48a4e1b6, 170259ms, "2026-01-07T00:02:50.259Z"},
      {"web-0001.dc1.example.com", "", 600s, 0x2fdd7bb9, 112183ms, "2026-01-07T00:01:52.183Z"},
      {"web-0001.dc1.example.com", "cleanup/disk", 60s, 0x4c09adc8, 17821ms, "2026-01-07T00:00:17.821Z"},
      {"web-0001.dc1.example.com", "cleanup/disk", 3600s, 0x4c09adc8, 1069281ms, "2026-01-07T00:17:49.281Z"},
      {"web-0001.dc1.example.com", "cleanup/disk", 86400s, 0x4c09adc8, 25662760ms, "2026-01-07T07:07:42.760Z"},
      {"db-17.eu-west.example.net", "backup/full dump", 86400s, 0x5c18280e, 31081846ms, "2026-01-07T08:38:01.846Z"},
      {"web1", "a", 420s, 0x8813397c, 223248ms, "2026-01-07T00:01:43.248Z"},
      {"ip-10-0-0-1.ec2.internal", "täglich/report", 1800s, 0x238614f5, 249776ms, "2026-01-07T00:04:09.776Z"},
  }));
  const auto key = job.empty() ? Splay::Key::host : Splay::Key::host_and_job;
  CAPTURE(host, job);
  CHECK(splay_fraction(host, job, key) == fraction);
  CHECK(splay_offset(fraction, period) == offset);
  const auto due = occurrence_after(IntervalSchedule{period}, {}, {key, {}}, fraction, time_at("2026-01-07T00:00:00Z"));
  REQUIRE(due.has_value());
  CHECK(due->due == time_at(first_due));
  CHECK(due->tick == due->due - offset);
}

// python3: (U * span) >> 32
TEST_CASE("an offset is exact where the product needs more than 64 bits, and always less than its span", "[splay]") {
  CHECK(splay_offset(0xFFFFFFFF, longest_duration) == Duration{316223999926});
  CHECK(splay_offset(0xFFFFFFFF, 1s) == 999ms);
  CHECK(splay_offset(0x80000000, 8000 * 8766h) == Duration{126230400000000});
  CHECK(splay_offset(0, longest_duration) == 0ms);
  CHECK(splay_offset(0xFFFFFFFF, 0ms) == 0ms);
}

TEST_CASE("a host is hashed in lower case without its last dot", "[splay]") {
  CHECK(splay_host("Web-0001.DC1.Example.COM.") == "web-0001.dc1.example.com");
  CHECK(splay_host("a..") == "a.");
  CHECK(splay_host("").empty());
  CHECK(splay_fraction("WEB1.", "a", Splay::Key::host_and_job) == 0x8813397c);
  CHECK(splay_fraction("web1", "a", Splay::Key::off) == 0);
}

TEST_CASE("a name that many machines bear identifies none", "[splay]") {
  const auto shared =
      GENERATE("", ".", "localhost", "LocalHost.", "localhost.localdomain", "localhost.lan", "localhost4",
               "localhost4.localdomain4", "localhost6", "LOCALHOST6.localdomain6", "localhost-live",
               "localhost-live.localdomain", "ip6-localhost", "ip6-loopback", "ipv6-localhost", "ipv6-loopback.lan",
               "loopback", "loopback6", "(none)", "(none).(none)");
  CHECK_FALSE(identifies_host(shared));
  CHECK(identifies_host("localhost-7"));
  CHECK(identifies_host("localhost7.example.com"));
  CHECK(identifies_host("web1"));
}

TEST_CASE("a window moves a run by less than the distance to the next tick", "[splay]") {
  const auto now = time_at("2026-01-07T00:00:00Z");
  const std::uint32_t half = 0x80000000;
  const Schedule hourly = IntervalSchedule{1h};
  const auto due = [&](std::optional<Duration> window) {
    return occurrence_after(hourly, {}, {Splay::Key::host, window}, half, now)->due;
  };
  CHECK(due({}) == now + 30min);
  CHECK(due(10min) == now + 5min);
  CHECK(due(5h) == now + 30min);
}

TEST_CASE("the last run within a window is not moved further than the others", "[splay]") {
  const auto schedule = parse_every("15m between 08:00-18:00 on mon-fri").value();
  const auto last = time_at("2026-11-27T18:00:00Z");
  const auto run = occurrence_after(schedule, {}, {Splay::Key::host, {}}, 0x80000000, last);
  CHECK(run == Occurrence{last, last + 450s});
  CHECK(occurrence_after(schedule, {}, {Splay::Key::host, 2min}, 0x80000000, last) == Occurrence{last, last + 1min});
}

TEST_CASE("a run that is due between its tick and the next is neither lost nor run twice", "[splay]") {
  const Schedule schedule = IntervalSchedule{10min};
  const Splay splay{Splay::Key::host, {}};
  const std::uint32_t fraction = 0xf7c14a8a;  // 9 min 40.675 s
  const auto tick = time_at("2026-01-07T00:00:00Z");
  const auto due = tick + 580675ms;
  CHECK(occurrence_after(schedule, {}, splay, fraction, due - 1ms) == Occurrence{tick, due});
  CHECK(occurrence_after(schedule, {}, splay, fraction, due) == Occurrence{tick + 10min, due + 10min});
}

TEST_CASE("splayed runs stay one interval apart on the days when the clocks change", "[splay]") {
  const auto madrid = zone_named("Europe/Madrid");
  const Schedule schedule = IntervalSchedule{10min};
  const Splay splay{Splay::Key::host, {}};
  const auto end = time_at("2026-10-25T04:00:00Z");
  std::size_t runs = 0;
  auto last = occurrence_after(schedule, madrid, splay, 0x4c09adc8, time_at("2026-10-24T22:00:00Z"));
  while (last && last->due < end) {
    const auto next = occurrence_after(schedule, madrid, splay, 0x4c09adc8, last->due);
    REQUIRE(next.has_value());
    CHECK(next->due - last->due == 10min);
    last = next;
    ++runs;
  }
  CHECK(runs == 36);
}

TEST_CASE("without splay a run is due at its tick", "[splay]") {
  const auto tick = time_at("2026-01-07T00:10:00Z");
  CHECK(occurrence_after(IntervalSchedule{10min}, {}, {}, 0xFFFFFFFF, tick - 1ms) == Occurrence{tick, tick});
}
