#include "acron/core/mail/backoff.hpp"

#include <catch2/catch.hpp>

#include <map>

using acron::Backoff;
using acron::Duration;

TEST_CASE("waits double up to the longest and are shortened by up to a half", "[backoff]") {
  struct Case {
    std::uint64_t failures;
    std::uint32_t fraction;
    long milliseconds;
  };
  const Case cases[] = {
      {1, 0, 500},
      {1, 0x80000000U, 750},
      {1, 0xFFFFFFFFU, 999},
      {2, 0, 1000},
      {5, 0, 8000},
      {10, 0, 256000},
      {11, 0, 450000},
      {12, 0, 450000},
      {1000, 0, 450000},
      {11, 0xFFFFFFFFU, 899999},
      {~0ULL, 0x80000000U, 675000},
  };
  for (const auto& [failures, fraction, milliseconds] : cases) {
    Backoff backoff;
    backoff.fraction = fraction;
    CHECK(backoff.delay_after(failures) == Duration{milliseconds});
  }
}

TEST_CASE("hosts that lose a server together come back spread over minutes", "[backoff]") {
  // Each host's tries after the server is lost at 0; how many come in any one second of the second hour?
  std::map<long, int> tries_in_second;
  for (std::uint32_t host = 0; host < 1000; ++host) {
    Backoff backoff;
    backoff.fraction = host * 4294967U;
    Duration at{};
    for (std::uint64_t failures = 1; at < std::chrono::hours{2}; ++failures) {
      at += backoff.delay_after(failures);
      if (at > std::chrono::hours{1}) ++tries_in_second[at / std::chrono::seconds{1}];
    }
  }
  for (const auto& [second, tries] : tries_in_second) REQUIRE(tries <= 20);
  CHECK(tries_in_second.size() > 1000);
}
