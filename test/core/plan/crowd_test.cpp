#include "acron/core/plan/crowd.hpp"

#include <catch2/catch.hpp>

using namespace acron;
using namespace std::chrono_literals;

namespace {

UpcomingRun run(std::string_view job, Duration due) { return {job, {TimePoint(due), TimePoint(due)}, {}}; }

}  // namespace

TEST_CASE("three jobs within one second are a crowd, and the largest is told", "[crowd]") {
  const std::vector<UpcomingRun> runs{run("a", 1000ms), run("b", 1500ms), run("c", 1999ms), run("a", 2000ms),
                                      run("d", 3000ms), run("c", 3000ms), run("b", 3001ms), run("a", 3999ms)};
  const auto crowd = largest_crowd(runs);
  REQUIRE(crowd.has_value());
  CHECK(crowd->second == TimePoint(3s));
  CHECK(crowd->jobs == std::vector<std::string_view>{"a", "b", "c", "d"});
  CHECK(describe(*crowd) ==
        "4 jobs start within the second 1970-01-01T00:00:03.000+00:00: a, b, c and 1 more; 'splay job' would spread "
        "them");
}

TEST_CASE("two jobs, or one that runs often, are no crowd", "[crowd]") {
  CHECK_FALSE(largest_crowd(std::vector<UpcomingRun>{run("a", 0ms), run("b", 0ms), run("c", 1000ms)}).has_value());
  CHECK_FALSE(largest_crowd(std::vector<UpcomingRun>{run("a", 0ms), run("a", 300ms), run("a", 600ms)}).has_value());
  CHECK_FALSE(largest_crowd({}).has_value());
}
