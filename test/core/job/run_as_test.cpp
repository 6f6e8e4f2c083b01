#include "acron/core/job/run_as.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace acron;
using Catch::Matchers::Contains;

TEST_CASE("a user is a name, perhaps with a group", "[run_as]") {
  CHECK(parse_run_as("backup").value() == RunAs{"backup", ""});
  CHECK(parse_run_as("backup:disk").value() == RunAs{"backup", "disk"});
  CHECK(parse_run_as("_apt").value().user == "_apt");
  CHECK(parse_run_as("mark.smith-2").value().user == "mark.smith-2");
  CHECK(parse_run_as("machine$").value().user == "machine$");
  CHECK(parse_run_as(std::string(32, 'x')).value().user.size() == 32);
  CHECK(describe(RunAs{"backup", ""}) == "backup");
  CHECK(describe(RunAs{"backup", "disk"}) == "backup:disk");
}

TEST_CASE("what could become root, or nobody in particular, is no user", "[run_as]") {
  struct Row {
    std::string text, reason;
    std::size_t at;
  };
  const std::vector<Row> rows{
      {"", "the name of the user is missing", 0},
      {":disk", "the name of the user is missing", 0},
      {"backup:", "the name of the group is missing", 7},
      {"0", "is a number", 0},
      {"1000", "is a number", 0},
      {"-1", "is a number", 0},
      {"+1", "is a number", 0},
      {"4294967295", "is a number", 0},
      {"18446744073709551616", "is a number", 0},
      {"backup:0", "is a number", 7},
      {"0day", "begins with neither", 0},
      {"-x", "begins with neither", 0},
      {".x", "begins with neither", 0},
      {"$", "begins with neither", 0},
      {"a$b", "'$' can't stand", 1},
      {"a/b", "'/' can't stand", 1},
      {"a:b:c", "':' can't stand", 3},
      {"m\xC3\xA4rk", "can't stand", 1},
      {"root\n", "can't stand", 4},
      {"a,b", "',' can't stand", 1},
      {std::string(33, 'x'), "32 bytes at most", 0},
      {"x:" + std::string(33, 'x'), "32 bytes at most", 2},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    const auto run_as = parse_run_as(row.text);
    REQUIRE(run_as.has_error());
    CHECK_THAT(run_as.error().message, Contains(row.reason));
    CHECK(run_as.error().at == row.at);
  }
}
