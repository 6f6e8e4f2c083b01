#include "acron/core/job/incident.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

using namespace acron;
using namespace std::chrono_literals;

namespace {

const TimePoint noon = parse_rfc3339("2026-01-07T12:00:00Z").value();
const Verdict failed{true, "exit status 1"};
const Verdict ok{};

}  // namespace

TEST_CASE("an incident begins with the first failure and ends with the first success", "[incident]") {
  struct Row {
    Verdict verdict;
    Turn turn;
    Incident after;
  };
  const std::vector<Row> rows{
      {ok, Turn::still_well, {}},
      {failed, Turn::first_failure, {1, noon + 1min}},
      {failed, Turn::still_failing, {2, noon + 1min}},
      {failed, Turn::still_failing, {3, noon + 1min}},
      {ok, Turn::recovered, {}},
      {ok, Turn::still_well, {}},
      {failed, Turn::first_failure, {1, noon + 6min}},
  };
  Incident incident;
  auto ended = noon;
  for (const auto& row : rows) {
    CHECK(turn_of(incident, row.verdict) == row.turn);
    incident = next(incident, row.verdict, ended);
    CHECK(incident == row.after);
    CHECK(incident.going_on() == row.verdict.failed);
    ended += 1min;
  }
}

TEST_CASE("an incident of any length is counted without overflow", "[incident]") {
  const Incident before{std::numeric_limits<std::uint32_t>::max(), noon};
  CHECK(next(before, failed, noon + 1h) == before);
}

TEST_CASE("a recovery says how long and how many runs it took", "[incident]") {
  struct Row {
    Duration span;
    std::uint32_t runs;
    std::string text;
  };
  const std::vector<Row> rows{
      {3h + 12min + 59s, 19, "recovered after 3 h 12 m and 19 failed runs"},
      {0s, 1, "recovered after 0 s and 1 failed run"},
      {59s + 999ms, 1, "recovered after 59 s and 1 failed run"},
      {60s, 2, "recovered after 1 m and 2 failed runs"},
      {61s, 2, "recovered after 1 m 1 s and 2 failed runs"},
      {1h, 2, "recovered after 1 h and 2 failed runs"},
      {1h + 30s, 2, "recovered after 1 h and 2 failed runs"},
      {49h + 59min, 2, "recovered after 2 d 1 h and 2 failed runs"},
      {24h * 4000, 2, "recovered after 4000 d and 2 failed runs"},
      {-5min, 1, "recovered after 0 s and 1 failed run"},  // the clock was set back meanwhile
  };
  for (const auto& row : rows) CHECK(describe_recovery({row.runs, noon}, noon + row.span) == row.text);
}
