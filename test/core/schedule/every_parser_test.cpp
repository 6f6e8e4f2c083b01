#include <catch2/catch.hpp>

#include "acron/core/schedule/schedule.hpp"

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("schedules are read as people write them, and described in one way", "[every_parser]") {
  struct Case {
    std::string_view text, description;
  };
  const auto [text, description] = GENERATE(values<Case>({
      // intervals
      {"10m", "every 10m"},
      {"  10m ", "every 10m"},
      {"hour", "every 1h"},
      {"day", "every 1d"},
      {"week", "every 1w"},
      {"36h", "every 1d12h"},
      // times of day
      {"day at 02:30", "every day at 02:30"},
      {"day at 2:30", "every day at 02:30"},
      {"1d at 02:30", "every day at 02:30"},
      {"Day At 02:30:15", "every day at 02:30:15"},
      {"day at midnight,noon", "every day at 00:00,12:00"},
      {"day at 17:30, 09:00 and 17:30", "every day at 09:00,17:30"},
      {"day at 02:30 on mon-fri", "every mon-fri at 02:30"},
      {"day on sun", "every sun at 00:00"},
      {"day on mon-sun at 01:00", "every day at 01:00"},
      {"week on mon at 03:00", "every mon at 03:00"},
      {"week on thursday", "every thu at 00:00"},
      {"mon-fri at 09:00,17:30", "every mon-fri at 09:00,17:30"},
      {"mon - fri at 09:00 , 17:30", "every mon-fri at 09:00,17:30"},
      {"monday to friday at 09:00", "every mon-fri at 09:00"},
      {"Mondays, Wednesdays, and Fridays at 09:00", "every mon,wed,fri at 09:00"},
      {"tues,thurs at 09:00", "every tue,thu at 09:00"},
      {"Thur, weds and Suns", "every wed,thu,sun at 00:00"},
      {"weekday at 09:00", "every mon-fri at 09:00"},
      {"weekends at 10:00", "every sat,sun at 10:00"},
      {"fri-mon at 10:00", "every mon,fri-sun at 10:00"},
      {"sun-sat at 10:00", "every day at 10:00"},
      {"sat-sun at 10:00", "every sat,sun at 10:00"},
      {"sun", "every sun at 00:00"},
      // intervals within days
      {"15m between 08:00-18:00 on mon-fri", "every 15m between 08:00-18:00 on mon-fri"},
      {"15m on mon-fri between 8:00-18:00", "every 15m between 08:00-18:00 on mon-fri"},
      {"15m between 08:00 and 18:00", "every 15m between 08:00-18:00"},
      {"15m from 08:00 to 18:00 on weekdays", "every 15m between 08:00-18:00 on mon-fri"},
      {"hour between 08:00-18:00 on mon,tue,wed", "every 1h between 08:00-18:00 on mon-wed"},
      {"15m on mon-fri", "every 15m on mon-fri"},
      {"15m on mon-sun", "every 15m on mon-sun"},
      {"2h between 22:00-06:00", "every 2h between 22:00-06:00"},
      {"1h between 20:00-24:00", "every 1h between 20:00-24:00"},
      {"1h between 20:00-00:00", "every 1h between 20:00-24:00"},
      {"1h between 20:00-midnight", "every 1h between 20:00-24:00"},
      {"1h between 00:00-24:00", "every 1h between 00:00-24:00"},
      {"10s between 12:00:30-12:01:30", "every 10s between 12:00:30-12:01:30"},
      {"10h between 08:00-18:00", "every 10h between 08:00-18:00"},
  }));
  CAPTURE(text);
  const auto schedule = parse_every(text).value();
  CHECK(describe(schedule) == description);
  CHECK(parse_every(description.substr(sizeof "every")).value() == schedule);
}

TEST_CASE("any set of weekdays is read back as it is described", "[every_parser]") {
  for (unsigned bits = 1; bits <= Weekdays::every_day; ++bits) {
    const Schedule schedule = CalendarSchedule{{static_cast<std::uint8_t>(bits)}, {8h, 9h + 1s}};
    CAPTURE(describe(schedule));
    CHECK(parse_every(describe(schedule).substr(sizeof "every")).value() == schedule);
  }
}

TEST_CASE("what is no schedule is refused with a reason at its place", "[every_parser]") {
  struct Case {
    std::string_view text, part_of_message;
    std::size_t at;
  };
  const auto [text, part, at] = GENERATE(values<Case>({
      {"", "how often is missing", 0},
      {"  ", "how often is missing", 2},
      {"10 minutes", "write 'every 10m'", 2},
      {"15 min between 08:00-18:00", "write 'every 15m between 08:00-18:00'", 2},
      {"10", "not a duration", 2},
      {"0s", "at least 1s", 0},
      {"-5m", "not a duration", 0},
      {"5M", "is not a duration (try 10m", 1},
      {"5124095576030431h", "too long", 0},
      {" 5x at 02:30", "'5x' is not a duration", 2},
      {"huor", "write 'every hour'", 0},
      {"wekday at 09:00", "write 'every weekday at 09:00'", 0},
      {"month", "`cron @monthly`", 0},
      {"year at 02:30", "`cron @yearly`", 0},
      {"second tuesday at 10:00", "'tuesday' has no place here", 7},
      {"xyzzy", "(try 10m, 1h30m, 1d", 0},
      {"day at", "a time of day is missing", 6},
      {"day at 9", "'9' is not a time of day", 7},
      {"day at 9am", "'9am' is not a time of day", 7},
      {"day at 0930", "not a time of day", 7},
      {"day at 24:00", "midnight is 00:00", 7},
      {"day at 25:00", "not a time of day", 7},
      {"day at 12:60", "not a time of day", 7},
      {"day at 12:5", "not a time of day", 7},
      {"day at 12:00:5", "not a time of day", 7},
      {"day at 12:00,", "a time of day is missing", 13},
      {"day at 12:00 13:00", "parted by commas", 13},
      {"day at 12:00-13:00", "'-' has no place here", 12},
      {"day att 12:00", "write 'every day at 12:00'", 4},
      {"day at 12:00 at 13:00", "said twice", 13},
      {"day between 08:00-18:00", "every day: an interval within days is shorter than a day", 4},
      {"2d at 02:30", "a time of day goes with days", 3},
      {"hour at 00:15", "`cron 15 * * * *`", 5},
      {"2d on mon", "every 2d: an interval within days is shorter than a day", 3},
      {"week at 03:00", "which day of the week?", 5},
      {"week between 08:00-18:00", "every week: an interval within days is shorter than a day", 5},
      {"mon-fri between 08:00-18:00", "between two times an interval runs", 8},
      {"mon on tue", "named already", 4},
      {"mon-", "day of the week is missing", 4},
      {"mon,", "day of the week is missing", 4},
      {"mon-fry at 09:00", "'fry' is not a day", 4},
      {"mon-weekend at 09:00", "from one day to another", 0},
      {"mon tue at 09:00", "'tue' has no place here", 4},
      {"15m on", "day of the week is missing", 6},
      {"15m on mnoday", "write 'every 15m on monday'", 7},
      {"15m on monda", "'monda' is not a day of the week; write 'every 15m on monday'", 7},
      {"15m on mondas", "'mondas' is not a day of the week; write 'every 15m on monday'", 7},
      {"15m on wednes", "write 'every 15m on wednesday'", 7},
      {"15m on satur,sund", "did you mean 'saturday'?", 7},
      {"15m on weeken", "write 'every 15m on weekend'", 7},
      {"15m on thursd", "write 'every 15m on thursday'", 7},
      {"15m between", "a time of day is missing", 11},
      {"15m between 08:00", "08:00-18:00", 17},
      {"15m between 08:00-", "a time of day is missing", 18},
      {"15m between 08:00-08:00", "is empty", 12},
      {"15m between 24:00-08:00", "a day begins at 00:00", 12},
      {"1h between 08:00-08:30", "shorter than 1h", 3},
      {"12h between 08:00-18:00", "shorter than 12h", 4},
      {"25h between 08:00-18:00", "every 25h: an interval within days is shorter than a day", 4},
      {"day at \x1b[31m", R"('\x1b[31m' is not a time)", 7},
  }));
  CAPTURE(text);
  const auto result = parse_every(text);
  REQUIRE(result.has_error());
  CHECK_THAT(result.error().message, Catch::Contains(std::string{part}));
  CHECK(result.error().at == at);
}

TEST_CASE("a schedule is a small value", "[every_parser]") { STATIC_REQUIRE(sizeof(Schedule) <= 100); }
