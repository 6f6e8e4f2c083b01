#include "acron/core/job/run_settings.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/job/definition.hpp"

using namespace acron;
using Catch::Matchers::Contains;

TEST_CASE("a variable is a name and a value, in quotes where it has blanks", "[run_settings]") {
  struct Row {
    std::string text, name, value;
  };
  const std::vector<Row> rows{
      {"A=b", "A", "b"},
      {"A=", "A", ""},
      {"_a1=b=c", "_a1", "b=c"},
      {"A='b c'", "A", "b c"},
      {"A=\"b 'c' # $d\"", "A", "b 'c' # $d"},
      {"A=''", "A", ""},
      {"A=it's", "A", "it's"},
      {"A=$HOME\\n", "A", "$HOME\\n"},
      {"PATH=/opt/bin:/usr/bin", "PATH", "/opt/bin:/usr/bin"},
      {"ACRON=x", "ACRON", "x"},
      {"A=\xC3\xA4", "A", "\xC3\xA4"},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    CHECK(parse_environment_variable(row.text).value() == EnvironmentVariable{row.name, row.value});
  }
}

TEST_CASE("what sets no variable, or not the job's to set, is refused", "[run_settings]") {
  struct Row {
    std::string text, reason;
    std::size_t at;
  };
  const std::vector<Row> rows{
      {"", "sets no variable", 0},
      {"PATH", "sets no variable", 0},
      {"=x", "the name of the variable is missing", 0},
      {"1A=x", "no name of a variable", 0},
      {"A-B=x", "no name of a variable", 1},
      {"A =x", "no name of a variable", 1},
      {"export A=x", "no name of a variable", 6},
      {"\xC3\x84=x", "no name of a variable", 0},
      {"ACRON_JOB=x", "acron's own", 0},
      {"ACRON_=x", "acron's own", 0},
      {"A=b C=d", "in quotes", 3},
      {"A='b", "never closed", 2},
      {"A='b'c", "nothing may follow", 5},
      {"A=" + std::string(128 * 1024, 'x'), "128 KiB", 0},
  };
  for (const auto& row : rows) {
    INFO(row.text.substr(0, 80));
    const auto variable = parse_environment_variable(row.text);
    REQUIRE(variable.has_error());
    CHECK_THAT(variable.error().message, Contains(row.reason));
    CHECK(variable.error().at == row.at);
  }
}

TEST_CASE("settings cost a job that has none two pointers, and are compared by value", "[run_settings]") {
  CHECK(sizeof(JobDefinition::settings) <= 16);
  JobDefinition a, b;
  CHECK(a == b);
  a.settings.edit([](RunSettings& settings) { settings.lock = "disk"; });
  CHECK_FALSE(a == b);
  CHECK(b.settings->lock.empty());
  const auto copy = a;
  CHECK(&*copy.settings == &*a.settings);
  b.settings.edit([](RunSettings& settings) { settings.lock = "disk"; });
  CHECK(a == b);
  a.settings.edit([](RunSettings& settings) { settings.lock.clear(); });
  CHECK(a == JobDefinition{});
  CHECK(copy.settings->lock == "disk");
}
