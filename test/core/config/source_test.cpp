#include "acron/core/config/source.hpp"

#include <catch2/catch.hpp>

#include "job_texts.hpp"

using namespace acron;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

std::string first_fault(std::string text) { return render(faults_of(std::move(text)).front()); }

std::string last_line(const std::string& text) { return text.substr(text.rfind('\n') + 1); }

std::string excerpt_line(const std::string& text) {
  const auto begin = text.find('\n') + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

/// What stands above the caret.
char pointed_at(const std::string& rendered) { return excerpt_line(rendered).at(last_line(rendered).size() - 1); }

}  // namespace

TEST_CASE("an error reads like a compiler's", "[source]") {
  const auto faults = faults_of("every 10m\nrun true\ntimout 1m\n");
  REQUIRE(faults.size() == 1);
  CHECK(headline(faults[0]) == "job:3:1: error: unknown directive 'timout'; did you mean 'timeout'?");
  CHECK(render(faults[0]) ==
        "job:3:1: error: unknown directive 'timout'; did you mean 'timeout'?\n"
        "  timout 1m\n"
        "  ^");
}

TEST_CASE("the caret stands below the word that is wrong", "[source]") {
  CHECK(first_fault("every 10m\nrun true\nerror if-nonzero if-stdrr # x\n") ==
        "job:3:18: error: 'if-stdrr' is not known here; did you mean 'if-stderr'?\n"
        "  error if-nonzero if-stdrr # x\n"
        "                   ^");
  CHECK(first_fault("every 10m\nrun true\noutput\t\tb@c@d # x\n") ==
        "job:3:10: error: '@' can't stand before the '@'\n"
        "  output  b@c@d # x\n"
        "           ^");
}

TEST_CASE("the caret counts characters, the column bytes", "[source]") {
  CHECK(first_fault("every 10m\nrun true\noutput /\xC3\xA9\xE2\x82\xAC b\n") ==
        "job:3:15: error: 'b' is one word too many; the form is 'output [CONDITION] TARGET'\n"
        "  output /\xC3\xA9\xE2\x82\xAC b\n"
        "             ^");
}

TEST_CASE("an error can neither steer a terminal nor take more lines than three", "[source]") {
  CHECK(first_fault("every 10m\nrun true\n\x1b[2Jtimeout\x07 1m\n") ==
        "job:3:1: error: unknown directive '\\x1b[2Jtimeout\\x07'\n"
        "  \\x1b[2Jtimeout\\x07 1m\n"
        "  ^");
  CHECK(first_fault("every 10m\nrun true\nerror \x1b[31m\xFFx y\\z\n") ==
        "job:3:12: error: this is not UTF-8\n"
        "  error \\x1b[31m\\xffx y\\z\n"
        "                ^");
  const auto job = parse_job({"a\n\x1b[2Jb", "every 10m\n"});
  REQUIRE(job.has_error());
  CHECK(headline(job.error().front()) ==
        "a\\x0a\\x1b[2Jb: error: no 'run': the job has no command; 'disabled' switches a job off");
}

TEST_CASE("of a long line that part is shown in which the error stands", "[source]") {
  const std::string long_name(100'000, 'x');
  const auto at_the_end = first_fault("every 10m\nrun true\noutput if-error /" + std::string(100, 'x') + " " + "!b\n");
  CHECK_THAT(excerpt_line(at_the_end), StartsWith("  ...xxx") && EndsWith("x !b"));
  CHECK(pointed_at(at_the_end) == '!');
  const auto at_the_front = first_fault("every 10m\nrun true\nq" + long_name + "\n");
  CHECK_THAT(excerpt_line(at_the_front), StartsWith("  qxxx") && EndsWith("xxx..."));
  CHECK(at_the_front.size() < 400);
  CHECK(pointed_at(at_the_front) == 'q');
  const auto amid = first_fault("every 10m\nrun true\nif echo " + long_name + "\"" + long_name + "\n");
  CHECK_THAT(excerpt_line(amid), StartsWith("  ...xxx") && EndsWith("xxx..."));
  CHECK(pointed_at(amid) == '"');
}

TEST_CASE("a long line is not cut inside a character", "[source]") {
  std::string euros;
  for (int i = 0; i < 1000; ++i) euros += "\xE2\x82\xAC";
  for (const auto* pad : {"", "a", "ab"}) {
    const auto text = first_fault("every 10m\nrun true\nif " + (pad + euros) + "\"" + euros + "\n");
    CHECK_THAT(text, !Contains("\\x"));
  }
}

TEST_CASE("a fault of the whole file has neither line nor caret", "[source]") {
  const auto faults = faults_of("every 10m\n");
  REQUIRE(faults.size() == 1);
  CHECK(render(faults[0]) == "job: error: no 'run': the job has no command; 'disabled' switches a job off");
}
