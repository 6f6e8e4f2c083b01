#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/config/warnings.hpp"
#include "fault_rows.hpp"

using namespace acron;

TEST_CASE("a character that only looks right is named where acron reads its own words", "[foreign_characters]") {
  const std::string nbsp = "\xC2\xA0", zero = "\xE2\x80\x8B", dash = "\xE2\x80\x93";
  const auto blank = [](const std::string& what) { return " stands where a plain blank belongs" + what; };
  check_line_faults({
      {"timeout" + nbsp + "5m", {":3:8: error: U+00A0 NO-BREAK SPACE" + blank("; write 'timeout 5m'")}},
      {"timeout 5m" + nbsp, {":3:11: error: U+00A0 NO-BREAK SPACE" + blank("; write 'timeout 5m'")}},
      {"timeout\xE3\x80\x80"
       "5m",
       {":3:8: error: U+3000 IDEOGRAPHIC SPACE" + blank("; write 'timeout 5m'")}},
      {"timeout\f5m", {":3:8: error: U+000C FORM FEED" + blank("; write 'timeout 5m'")}},
      {nbsp + nbsp + "--since yesterday", {":3:1: error: U+00A0 NO-BREAK SPACE" + blank("")}},
      {"splay" + zero, {":3:6: error: an invisible U+200B ZERO WIDTH SPACE stands here; write 'splay'"}},
      {zero + "splay", {":3:1: error: an invisible U+200B ZERO WIDTH SPACE stands here; write 'splay'"}},
      {"catch" + dash + "up", {":3:6: error: U+2013 EN DASH is no '-'; write 'catch-up'"}},
      {"c\xD0\xB0tch-up", {":3:2: error: U+0430 CYRILLIC SMALL LETTER A is no 'a'; write 'catch-up'"}},
      {"timeout \xEF\xBC\x95m", {":3:9: error: U+FF15 FULLWIDTH DIGIT FIVE is no '5'; write 'timeout 5m'"}},
      {"only on web*\xEF\xBC\x8C"
       "db*",
       {":3:13: error: U+FF0C FULLWIDTH COMMA is no ','; write 'only on web*,db*'"}},
      {"output if" + dash + "error a@b.c", {":3:10: error: U+2013 EN DASH is no '-'; write 'output if-error a@b.c'"}},
      {"output a\xEF\xBC\xA0"
       "b.c",
       {":3:9: error: U+FF20 FULLWIDTH COMMERCIAL AT is no '@'; write 'output a@b.c'"}},
      {"output /x" + nbsp, {":3:10: error: U+00A0 NO-BREAK SPACE" + blank("; write 'output /x'")}},
      {"env A\xE2\x80\x8B=b", {":3:6: error: an invisible U+200B ZERO WIDTH SPACE stands here; write 'env A=b'"}},
      {"env A=\xE2\x80\x9Chello\xE2\x80\x9D",
       {":3:7: error: U+201C LEFT DOUBLE QUOTATION MARK is no '\"'; write 'env A=\"hello\"'"}},
      {"timeout 5\xD0\xBC", {":3:10: error: U+043C CYRILLIC SMALL LETTER EM is no 'm'; write 'timeout 5m'"}},
      {"timeout 5\xF3\xA0\x80\xA0m",
       {":3:10: error: an invisible U+E0020 TAG CHARACTER stands here; write 'timeout 5m'"}},
      {"timeout \xE4\xBA\x94m",
       {":3:9: error: '\xE4\xBA\x94m' is not a duration (try 10m, 1h30m, 1d or a word such as `hour`); U+4E94 is no "
        "plain character"}},
      {"\xE4\xBA\x94plit 5m",
       {":3:1: error: unknown directive '\xE4\xBA\x94plit', in which U+4E94 is no plain character"}},
      {"disabled \xD0\xBE"
       "ff",
       {":3:10: error: 'disabled \xD0\xBE"
        "ff' would disable the job, with '\xD0\xBE"
        "ff' as the reason; write 'disabled off' to have it scheduled"}},

      {"workdir: \xE2\x80\x9C/x\xE2\x80\x9D", {":3:10: error: U+201C LEFT DOUBLE QUOTATION MARK is no '\"'"}},
      {"error if-stderr\xE2\x80\xA8", {":3:16: error: U+2028 LINE SEPARATOR" + blank("; write 'error if-stderr'")}},
  });
  check_faults(
      {{"every" + nbsp + "10m\nrun true\n", {":1:6: error: U+00A0 NO-BREAK SPACE" + blank("; write 'every 10m'")}},
       {"cron 30 2 * * mon" + dash + "fri\nrun true\n",
        {":1:18: error: U+2013 EN DASH is no '-'; write 'cron 30 2 * * mon-fri'"}},
       {"every day at 02\xE2\x88\xB6"
        "30\nrun true\n",
        {":1:16: error: U+2236 RATIO is no ':'; write 'every day at 02:30'"}},
       {"*/5 * * * *" + nbsp + "/usr/bin/x\n", {":1:12: error: *", ": error: *", ": error: *"}}});
}

TEST_CASE("a message does not show what can't be seen as if it were right", "[foreign_characters]") {
  const auto faults = faults_of(
      "every\xC2\xA0"
      "10m\nrun true\n");
  CHECK(render(faults.front()) ==
        "job:1:6: error: U+00A0 NO-BREAK SPACE stands where a plain blank belongs; write 'every 10m'\n"
        "  every<U+00A0>10m\n"
        "       ^");
}

TEST_CASE("texts may hold any character", "[foreign_characters]") {
  for (const std::string line :
       {"description \xE2\x80\x9Cx\xE2\x80\x9D \xE2\x80\x93 y", "run echo '\xE2\x80\x9Chi\xE2\x80\x9D \xC2\xA0'",
        "if echo \"a \xE2\x80\x93 b\"", "env A='\xE2\x80\x9Chi\xE2\x80\x9D'",
        "output /srv/\xE6\x97\xA5\xE6\x9C\xAC/x.log", "# \xC2\xA0 \xE2\x80\x9Cx\xE2\x80\x9D"}) {
    INFO(line);
    const auto text = "every 10m\n" + line + "\n" + (line.starts_with("run") ? "" : "run true\n");
    CHECK(parse_job({"job", text}).has_value());
    CHECK(warnings_about({"job", text}).empty());
  }
}
