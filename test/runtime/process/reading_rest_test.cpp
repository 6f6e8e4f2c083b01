#include "../src/runtime/process/reading_rest.hpp"

#include <catch2/catch.hpp>

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("who reads what never ends rests for ninety-nine times what it worked", "[reading_rest]") {
  CHECK(rest_after(1ms) == 99ms);
  CHECK(rest_after(300us) == 29'700us);
  CHECK(rest_after(0ns) == 10ms);
  CHECK(rest_after(1min) == 1s);
}
