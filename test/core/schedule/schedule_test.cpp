#include "acron/core/schedule/schedule.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace acron;

TEST_CASE("times of the day are fixed and a rhythm is not", "[schedule]") {
  struct Row {
    std::string every, cron;
    bool fixed;
  };
  const Row rows[] = {
      {"10m", "", false},
      {"1d", "", false},
      {"15m between 08:00-18:00 on mon-fri", "", false},
      {"day at 02:30", "", true},
      {"mon-fri", "", true},
      // A `*` in the minute or the hour is what cron(8) calls a wildcard job.
      {"", "30 2 * * *", true},
      {"", "*/15 2 * * *", false},
      {"", "30 * * * *", false},
      {"", "@daily", true},
  };
  for (const Row& row : rows) {
    INFO(row.every << row.cron);
    const auto schedule = row.cron.empty() ? parse_every(row.every) : parse_cron(row.cron);
    REQUIRE(schedule.has_value());
    CHECK(has_fixed_times(*schedule) == row.fixed);
  }
}
