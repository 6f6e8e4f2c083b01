#include "acron/core/job/resource_limits.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace acron;
using Catch::Matchers::Contains;

TEST_CASE("a size is a number of bytes or of powers of 1024, and is written as it is read", "[resource_limits]") {
  struct Row {
    std::string text;
    std::uint64_t bytes;
  };
  const std::vector<Row> rows{
      {"0", 0},
      {"1", 1},
      {"1023", 1023},
      {"1K", 1024},
      {"512M", 536'870'912},
      {"3G", 3'221'225'472},
      {"2T", 2'199'023'255'552},
      {"1048576T", 1'152'921'504'606'846'976},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    CHECK(parse_size(row.text).value() == row.bytes);
    CHECK(format_size(row.bytes) == row.text);
  }
  CHECK(parse_size("2048K").value() == 2'097'152);
  CHECK(format_size(2'097'152) == "2M");
}

TEST_CASE("what is no size is refused", "[resource_limits]") {
  for (const std::string text : {"", "M", "-1", "+1", "1.5G", "512m", "512MB", "512 M", "0x10", "1e9", "\x1b[2J"}) {
    INFO(text);
    REQUIRE(parse_size(text).has_error());
    CHECK_THAT(parse_size(text).error().message, Contains("is no number of bytes"));
  }
  for (const std::string text : {"1048577T", "18446744073709551615", "18446744073709551616", "99999999999999999999K"}) {
    INFO(text);
    REQUIRE(parse_size(text).has_error());
    CHECK_THAT(parse_size(text).error().message, Contains("more than any machine has"));
  }
}
