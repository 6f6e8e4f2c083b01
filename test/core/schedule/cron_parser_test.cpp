#include <array>
#include <catch2/catch.hpp>

#include "acron/core/schedule/schedule.hpp"

using namespace acron;

namespace {

CronSchedule cron(std::string_view text) { return std::get<CronSchedule>(parse_cron(text).value()); }

std::uint64_t set_of(std::initializer_list<unsigned> members) {
  std::uint64_t set = 0;
  for (const auto n : members) set |= std::uint64_t{1} << n;
  return set;
}

}  // namespace

// Expected by crontab(5).
TEST_CASE("fields are lists of values, ranges and steps", "[cron_parser]") {
  struct Case {
    std::string_view minutes;
    std::initializer_list<unsigned> expected;
  };
  const std::array<Case, 9> cases{{
      {"0", {0}},
      {"59", {59}},
      {"007", {7}},
      {"5,1,5", {1, 5}},
      {"10-13", {10, 11, 12, 13}},
      {"10-20/5", {10, 15, 20}},
      {"*/20", {0, 20, 40}},
      {"*/60", {0}},
      {"0-2,30-40/10,59", {0, 1, 2, 30, 40, 59}},
  }};
  for (const auto& [minutes, expected] : cases) {
    CAPTURE(minutes);
    CHECK(cron(std::string{minutes} + " 0 * * *").minutes == set_of(expected));
  }
  CHECK(cron("* * * * *").minutes == (std::uint64_t{1} << 60U) - 1);
  CHECK(cron("0 * * * *").hours == (1U << 24U) - 1);
  CHECK(cron("0 0 * * *").days == 0xFFFFFFFE);
  CHECK(cron("0 0 * * *").months == 0x1FFE);
  CHECK(cron("0 0 * * *").weekdays == 0x7F);
  CHECK(cron("0 0 * * *").seconds == 1);
}

TEST_CASE("months and weekdays have names, and Sunday is 0 or 7", "[cron_parser]") {
  struct Case {
    std::string_view weekdays;
    std::initializer_list<unsigned> expected;
  };
  const std::array<Case, 11> cases{{
      {"0", {0}},
      {"7", {0}},
      {"sun", {0}},
      {"SUN,Sat", {0, 6}},
      {"mon-fri", {1, 2, 3, 4, 5}},
      {"Mon-Sun", {0, 1, 2, 3, 4, 5, 6}},
      {"sun-tue", {0, 1, 2}},
      {"5-7", {0, 5, 6}},
      {"fri-sun/2", {0, 5}},
      {"0-7", {0, 1, 2, 3, 4, 5, 6}},
      {"sun-sun", {0}},
  }};
  for (const auto& [weekdays, expected] : cases) {
    CAPTURE(weekdays);
    CHECK(cron("0 0 * * " + std::string{weekdays}).weekdays == set_of(expected));
  }
  CHECK(cron("0 0 1 jan,JUN-aug,12 *").months == set_of({1, 6, 7, 8, 12}));
}

TEST_CASE("a day field whose text starts with * is no restriction", "[cron_parser]") {
  CHECK(cron("0 0 * * 1").both_days_match);
  CHECK(cron("0 0 1 * *").both_days_match);
  CHECK(cron("0 0 */2 * 1").both_days_match);
  CHECK(cron("0 0 1 * */2").both_days_match);
  CHECK_FALSE(cron("0 0 1 * 1").both_days_match);
  CHECK_FALSE(cron("0 0 1-31 * 0-6").both_days_match);
}

TEST_CASE("a * in the minute or the hour follows real time", "[cron_parser]") {
  CHECK(cron("*/15 2 * * *").follows_real_time);
  CHECK(cron("0 * * * *").follows_real_time);
  CHECK(cron("0 */2 * * *").follows_real_time);
  CHECK(cron("@hourly").follows_real_time);
  CHECK_FALSE(cron("0,30 0-23 * * *").follows_real_time);
  CHECK_FALSE(cron("@daily").follows_real_time);
}

TEST_CASE("the names of crontab(5) stand for expressions", "[cron_parser]") {
  struct Case {
    std::string_view name, expression;
  };
  const auto [name, expression] = GENERATE(values<Case>({
      {"@hourly", "0 * * * *"},
      {"@daily", "0 0 * * *"},
      {"@midnight", "0 0 * * *"},
      {"@weekly", "0 0 * * 0"},
      {"@monthly", "0 0 1 * *"},
      {"@yearly", "0 0 1 1 *"},
      {"@annually", "0 0 1 1 *"},
  }));
  auto expected = cron(expression);
  expected.text = name;
  CHECK(cron(name) == expected);
}

TEST_CASE("seconds are spelled so that no one takes them for minutes", "[cron_parser]") {
  const auto with_seconds = cron("seconds 0,30 */5 * * * *");
  CHECK(with_seconds.seconds == set_of({0, 30}));
  CHECK(with_seconds.minutes == cron("*/5 * * * *").minutes);
}

TEST_CASE("an expression is described as it was written", "[cron_parser]") {
  CHECK(describe(parse_cron("  */15\t8-18  * * mon-fri ").value()) == "cron */15 8-18 * * mon-fri");
  CHECK(describe(parse_cron("@daily").value()) == "cron @daily");
  CHECK(describe(parse_cron("seconds 0 1 2 3 4 5").value()) == "cron seconds 0 1 2 3 4 5");
}

TEST_CASE("a faulty expression is refused with a reason at its place", "[cron_parser]") {
  struct Case {
    std::string_view text, part_of_message;
    std::size_t at;
  };
  const auto [text, part, at] = GENERATE(values<Case>({
      {"", "minute is missing", 0},
      {"   ", "minute is missing", 0},
      {"* * * *", "day-of-week is missing", 7},
      {"* * * * * *", "a sixth field", 10},
      {"0 5 * * mon, tue", "a list or a range has no blanks", 13},
      {"0 5 * * mon - fri", "a list or a range has no blanks", 12},
      {"* * * * * /usr/bin/true", "a command belongs in `run`", 10},
      {"* * * * * root true", "a command belongs in `run`", 10},
      {"60 * * * *", "minute field: 60 is not within 0-59", 0},
      {"* 24 * * *", "hour field: 24 is not within 0-23", 2},
      {"* * 0 * *", "day-of-month field: 0 is not within 1-31", 4},
      {"* * 32 * *", "not within 1-31", 4},
      {"* * * 13 *", "month field: 13 is not within 1-12", 6},
      {"* * * * 8", "day-of-week field: 8 is not within 0-7", 8},
      {"99999999999999999999 * * * *", "not within 0-59", 0},
      {"1,2,,3 * * * *", "',' has no place here", 4},
      {"1, * * * *", "something is missing", 2},
      {"1- * * * *", "something is missing", 2},
      {"-1 * * * *", "'-' has no place here", 0},
      {"*/ * * * *", "something is missing", 2},
      {"*/0 * * * *", "a step is 1 to 60", 2},
      {"*/61 * * * *", "a step is 1 to 60", 2},
      {"* */25 * * *", "a step is 1 to 24", 4},
      {"5/10 * * * *", "a step needs a range; write 'cron 5-59/10 * * * *'", 1},
      {"5*  * * * *", "'*' has no place here", 1},
      {"**  * * * *", "'*' has no place here", 1},
      {"1.5 * * * *", "'.' has no place here", 1},
      {"* 22-2 * * *", "the range '22-2' ends before it begins; write 'cron * 22-23,0-2 * * *'", 2},
      {"* * * * fri-mon", "write 'cron * * * * 5-6,0-1'", 8},
      {"* * * * 7-3", "write 'cron * * * * 0-3'", 8},
      {"* * * janu *", "write 'cron * * * jan *'", 6},
      {"* * * * mon-fry", "'fry' is unknown; write 'cron * * * * mon-fri'", 12},
      {"* * * * monday", "write 'cron * * * * mon'", 8},
      {"jan * * * *", "minute field: 'jan' is unknown", 0},
      {"0 5 ? * *", "write 'cron 0 5 * * *'", 4},
      {"* * L * *", "are not known here", 4},
      {"* * 15W * *", "are not known here", 6},
      {"* * * * 5#2", "are not known here", 9},
      {"H * * * *", "`splay`", 0},
      {"0~59 * * * *", "`splay`", 1},
      {"0 0 30 2 *", "it would never run: none of its months has a day 30", 4},
      {"0 0 31 feb,4,jun,9,11 *", "none of its months has a day 31", 4},
      {"0 0 31 4 */2", "none of its months has a day 31", 4},
      {"@reboot", "`catch-up`", 0},
      {"@every 5m", "write 'every 5m'", 0},
      {"@dayly", "write 'cron @daily'", 0},
      {"@fortnightly", "one of @hourly", 0},
      {"@daily 5", "nothing may follow '@daily'", 7},
      {"seconds", "second field is missing", 7},
      {"seconds 61 * * * * *", "second field: 61 is not within 0-59", 8},
      {"seconds 0 * * * *", "day-of-week is missing", 17},
      {"seconds 0 * * * * * *", "a sixth field", 20},
      {"\xC3\xA9 * * * *", R"('\xc3' has no place here)", 0},
      {"\x1b[31m * * * *", R"('\x1b' has no place here)", 0},
  }));
  CAPTURE(text);
  const auto result = parse_cron(text);
  REQUIRE(result.has_error());
  CHECK_THAT(result.error().message, Catch::Contains(std::string{part}));
  CHECK(result.error().at == at);
}

TEST_CASE("a day that only some months or years have is no reason to refuse", "[cron_parser]") {
  CHECK(parse_cron("0 0 29 2 *").has_value());
  CHECK(parse_cron("0 0 31 feb,mar *").has_value());
  CHECK(parse_cron("0 0 30 2 mon").has_value());  // each Monday of February
}
