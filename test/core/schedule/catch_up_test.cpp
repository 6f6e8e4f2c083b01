#include "acron/core/schedule/catch_up.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace acron;
using namespace std::chrono_literals;

namespace {

TimePoint at(const std::string& text) { return parse_rfc3339(text).value(); }
constexpr std::uint32_t half = 1U << 31;

}  // namespace

TEST_CASE("all runs missed since the last one come to the latest", "[catch_up]") {
  struct Row {
    std::string every, last_tick, now, missed_due;  // empty: none missed
    Splay splay;
  };
  const Splay none, splayed{Splay::Key::host, {}};
  // By hand: a day's tick is at 00:00, half a day of splay makes the run due at 12:00.
  const Row rows[] = {
      {"1d", "2026-01-01T00:00:00Z", "2026-01-01T23:59:59Z", "", none},
      {"1d", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", none},
      {"1d", "2026-01-01T00:00:00Z", "2026-01-09T08:00:00Z", "2026-01-09T00:00:00Z", none},
      {"1d", "2026-01-01T00:00:00Z", "2026-01-02T11:59:59Z", "", splayed},
      {"1d", "2026-01-01T00:00:00Z", "2026-01-03T11:59:59Z", "2026-01-02T12:00:00Z", splayed},
      {"1d", "2026-01-01T00:00:00Z", "2026-01-03T12:00:00Z", "2026-01-03T12:00:00Z", splayed},
      {"10m", "2026-01-01T00:00:00Z", "2026-01-01T08:03:00Z", "2026-01-01T08:00:00Z", none},
  };
  for (const Row& row : rows) {
    INFO(row.every << " last " << row.last_tick << " now " << row.now);
    const auto missed =
        missed_occurrence(parse_every(row.every).value(), {}, row.splay, half, at(row.last_tick), at(row.now));
    REQUIRE(missed.has_value() == !row.missed_due.empty());
    if (missed) CHECK(format_rfc3339(missed->due, 0s) == format_rfc3339(at(row.missed_due), 0s));
  }
}

TEST_CASE("a missed run waits its own part of the room, a quarter of an hour at most", "[catch_up]") {
  CHECK(make_up_delay(half, 10min) == 5min);
  CHECK(make_up_delay(half, 24h) == 7min + 30s);
  CHECK(make_up_delay(0, 24h) == 0ms);
  CHECK(make_up_delay(half, -5min) == 0ms);
}
