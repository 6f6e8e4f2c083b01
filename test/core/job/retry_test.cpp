#include "acron/core/job/retry.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <vector>

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("a retry waits evenly, or twice as long each time up to an hour", "[retry]") {
  struct Row {
    RetryPolicy policy;
    std::uint32_t failed;
    Duration delay;
  };
  const std::vector<Row> rows{
      {{3, 30s, false}, 1, 30s},
      {{3, 30s, false}, 3, 30s},
      {{3, 2h, false}, 2, 2h},
      {{9, 10s, true}, 1, 10s},
      {{9, 10s, true}, 2, 20s},
      {{9, 10s, true}, 3, 40s},
      {{9, 10s, true}, 9, 2560s},
      {{100, 10s, true}, 10, 3600s},
      {{100, 10s, true}, 100, 3600s},
      {{3, 1h, true}, 2, 1h},
      {{3, 10s, true}, 4'000'000'000, 1h},
  };
  for (const auto& row : rows) {
    INFO(row.failed);
    CHECK(delay_after(row.policy, row.failed) == row.delay);
  }
}

TEST_CASE("a run is tried again as often as it may be, and only before the next one is due", "[retry]") {
  const RetryPolicy thrice{3, 30s, false};
  CHECK(wait_before_retry(thrice, 1, {}) == 30s);
  CHECK(wait_before_retry(thrice, 3, {}) == 30s);
  CHECK(wait_before_retry(thrice, 4, {}) == std::nullopt);
  CHECK(wait_before_retry(thrice, 1, 31s) == 30s);
  CHECK(wait_before_retry(thrice, 1, 30s) == std::nullopt);
  CHECK(wait_before_retry(thrice, 1, -5s) == std::nullopt);
  CHECK(wait_before_retry({10, 10s, true}, 3, 41s) == 40s);
  CHECK(wait_before_retry({10, 10s, true}, 3, 40s) == std::nullopt);
  CHECK(wait_before_retry({}, 1, {}) == std::nullopt);
}
