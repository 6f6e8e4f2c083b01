#include "acron/core/job/joined_streams.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "acron/core/config/job_parser.hpp"

using namespace acron;

TEST_CASE("streams are joined where all output goes to files and stderr is no failure", "[joined_streams]") {
  struct Case {
    std::string lines;
    bool joined;
  };
  const auto [lines, joined] = GENERATE(values<Case>({
      {"output /a", true},
      {"output /a\noutput if-error /b", true},
      {"output if-error /b\nerror if-nonzero", true},
      {"output /a\noutput /dev/null", true},
      {"output /dev/null", false},
      {"", false},  // mailed
      {"output /a\noutput if-error a@example.com", false},
      {"output /a\noutput syslog", false},
      {"output /a\noutput http://localhost/x", false},
      {"output /a\nerror if-stderr", false},
      {"output /a\nerror if-nonzero if-stderr", false},
  }));
  CAPTURE(lines);
  CHECK(joins_streams(parse_job({"a", "every 1h\nrun work\n" + lines + "\n"}).value()) == joined);
}
