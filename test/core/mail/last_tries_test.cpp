#include "acron/core/mail/last_tries.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("mail has what jobs have left of their time and two seconds, fifteen at most", "[last_tries]") {
  struct Row {
    std::string what;
    Duration since_told, granted, tried_for;
  };
  const std::vector<Row> rows{
      {"no job runs, the usual drain", 0s, 1min, 15s},
      {"no job runs, a drain of an hour", 0s, 1h, 15s},
      {"the drain is nearly over", 55s, 1min, 7s},
      {"the drain is over", 1min, 1min, 2s},
      {"a drain of 0", 0s, 0s, 2s},
      {"a container without jobs", 0s, 7s, 9s},
      {"a container whose jobs were killed", 8s, 7s, 1s},
      {"a machine that stood still", 1h, 7s, 0s},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(time_for_last_tries({row.since_told, row.granted}) == row.tried_for);
    CHECK(time_for_last_tries({row.since_told, row.granted, false, true}) == row.tried_for);
  }
}

TEST_CASE("mail that no disk keeps is tried for longer where nobody ends us", "[last_tries]") {
  CHECK(time_for_last_tries({0s, 0s, false, false}) == 15s);
  CHECK(time_for_last_tries({1min, 1min, false, false}) == 15s);
}
