#include "acron/core/config/effective_directives.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace acron;

namespace {

std::vector<std::string> shown(const SourceFile& file, const std::vector<SourceFile>& defaults) {
  std::vector<std::string> lines;
  for (const auto& [text, from, line] : effective_directives(file, defaults)) {
    lines.push_back(from + ":" + std::to_string(line) + ": " + text);
  }
  return lines;
}

}  // namespace

TEST_CASE("each directive of a job is shown with the line that it came from", "[effective_directives]") {
  const std::vector<SourceFile> defaults{
      {"_defaults", "# for all\nevery 1h\ntimeout 1m  # short\noutput /root\noutput if-error a@b.c\nif root\n"},
      {"web/_defaults", "splay\noutput /web\nif web\n"},
  };
  CHECK(shown({"web/job", "cron @daily\n\nif job\n\nrun a  # x\n  b\n"}, defaults) ==
        std::vector<std::string>{
            "_defaults:3: timeout 1m",
            "_defaults:6: if root",
            "web/_defaults:1: splay",
            "web/_defaults:2: output /web",
            "web/_defaults:3: if web",
            "web/job:1: cron @daily",
            "web/job:3: if job",
            "web/job:5: run a b",
        });
}

TEST_CASE("a job without defaults is shown as it is written", "[effective_directives]") {
  CHECK(shown({"job", "run a\noutput /b\noutput /c\nevery 1h\n"}, {}) ==
        std::vector<std::string>{"job:1: run a", "job:2: output /b", "job:3: output /c", "job:4: every 1h"});
}

TEST_CASE("lines that are no directives are not shown", "[effective_directives]") {
  CHECK(shown({"job", "rum a\nevery 1h\n"}, {{"_defaults", "\x1b[2J\n"}}) ==
        std::vector<std::string>{"job:2: every 1h"});
}
