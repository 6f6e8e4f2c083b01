#include <catch2/catch.hpp>

#include "acron/core/config/job_parser.hpp"
#include "job_texts.hpp"

using namespace acron;

TEST_CASE("a job that is disabled may lack its schedule and its command", "[at_rest]") {
  const auto why = [](const std::string& text) { return why_at_rest({"a", text}); };
  CHECK(why("disabled\n") == "it says 'disabled', and has neither a schedule nor 'run'");
  CHECK(why("disabled until the move\nrun true\n") == "it says 'disabled until the move', and has no schedule");
  CHECK(why("#run true\nevery 10m\ntimeout 1m\ndisabled\n") == "it says 'disabled', and has no 'run'");
  CHECK(why_at_rest({"a", "disabled\n"}, defaults_of("every 10m\n")) == "it says 'disabled', and has no 'run'");
  for (const char* text :
       {"", "every 10m\nrun true\ndisabled\n", "every 10m\n", "disabled off\n", "disabled no\n", "disabled\ndisabled\n",
        "disabled\nsplay 5x\n", "disabled\nrum true\n", "disabled\nrun 'x\n"}) {
    CAPTURE(text);
    CHECK(why(text).empty());
  }
  // Without the line below it the file would be a bad one, whatever is above.
  CHECK(why_at_rest({"a", "run true\n"}, defaults_of("disabled\n")).empty());
}

TEST_CASE("a job of which all lines are comments is switched off", "[at_rest]") {
  for (const char* text : {"#every 10m\n#run true\n", "# run true", "\xEF\xBB\xBF## every 10m\r\n\r\n",
                           "# a job\n  #\tcron @daily\n\n", "#every 10m\n#run true\n#    and more\n"}) {
    CAPTURE(text);
    CHECK(why_at_rest({"a", text}) == "all its lines are comments");
  }
  for (const char* text : {"", "\n\n", "# to do\n", "#every now and then\n", "#!/bin/sh\n", "#splay\n",
                           "#every 10m\nrun true\n", "every 10m\n#run true\n"}) {
    CAPTURE(text);
    CHECK(why_at_rest({"a", text}).empty());
  }
}
