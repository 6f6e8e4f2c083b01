#include <catch2/catch.hpp>

#include "support/bench.hpp"

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("a job starts at every tick of its schedule and at no other time", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 10m\nrun backup\n");
  CHECK(bench.launcher.launches.empty());
  bench.advance_to("12:31:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:20:00", "12:30:00"});
  CHECK(bench.launcher.commands() == Strings{"backup", "backup", "backup"});
}

TEST_CASE("a splayed job starts at its tick and the offset that sha256sum gives", "[job]") {
  // printf %s web1.example.com | sha256sum: 306.460 s of ten minutes; web1.example.com:c: 133.718 s.
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 10m\nsplay\nrun true\n");
  bench.load("c", "every 10m\nsplay job\nrun true\n");
  bench.advance_to("12:21:00");
  // Loaded between tick and offset, they still run that tick.
  CHECK(bench.runs_of("a") == Strings{"12:05:06", "12:15:06"});
  CHECK(bench.runs_of("c") == Strings{"12:02:13", "12:12:13"});
}

TEST_CASE("a run that is still going when the next is due makes that one a recorded skip", "[job]") {
  Bench bench;
  bench.load("a", "every 10m\nrun sleep\n");
  bench.advance_to("12:35:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00"});
  CHECK(bench.log.count("event=skip", "job=a", "still going") == 2);
  CHECK(bench.log.count("event=skip", "scheduled=2026-03-10T12:20:00") == 1);
  CHECK(bench.log.count("event=skip", "scheduled=2026-03-10T12:30:00") == 1);
  bench.launcher.end(0);
  bench.advance_to("12:45:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:40:00"});
}

TEST_CASE("an edit while a job runs counts from the next run", "[job]") {
  Bench bench;
  bench.load("a", "every 10m\nrun old\n");
  bench.advance_to("12:10:00");
  bench.load("a", "every 10m\nrun new\nerror if-stderr\n");
  bench.launcher.end(0, FakeLauncher::exited(1));
  REQUIRE(bench.outputs.closed().size() == 1);
  CHECK(bench.outputs.closed()[0].definition->command == "old");
  CHECK(bench.outputs.closed()[0].record.verdict.failed);  // the new file would forgive it
  bench.advance_to("12:20:00");
  CHECK(bench.launcher.commands() == Strings{"old", "new"});
}

TEST_CASE("an edit gives the job its new times at once", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 1h\nrun true\n");
  bench.advance_to("12:01:00");
  bench.load("a", "every 5m\nrun true\n");
  bench.advance_to("12:11:00");
  CHECK(bench.runs_of("a") == Strings{"12:05:00", "12:10:00"});
}

TEST_CASE("a tick that has run does not run again when an edit moves its offset", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("c", "every 10m\nsplay job\nrun true\n");
  bench.advance_to("12:13:00");
  REQUIRE(bench.runs_of("c") == Strings{"12:02:13", "12:12:13"});
  bench.load("c", "every 10m\nsplay\nrun true\n");
  bench.advance_to("12:26:00");
  CHECK(bench.runs_of("c") == Strings{"12:02:13", "12:12:13", "12:25:06"});
}

TEST_CASE("an edit that is seen in the very moment of a tick does not lose the tick", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 10m\nrun true\n");
  bench.clock.jump_to(bench.at("12:10:00"));  // due, but the loop has the edit first
  bench.load("a", "every 10m\nrun true now\n");
  bench.clock.ring_due();
  bench.advance_to("12:21:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:20:00"});
}

TEST_CASE("ticks that were missed while acron was held up are made up by one run and said", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 10m\nrun true\n");
  bench.clock.jump_to(bench.at("12:35:00"));
  bench.clock.ring_due();
  bench.advance_to("12:41:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:40:00"});
  CHECK(bench.log.count("event=skip", "job=a", "scheduled=2026-03-10T12:20:00", "held up") == 1);
}

TEST_CASE("a job without a further run says so", "[job]") {
  Bench bench;
  bench.clock.jump_to(time_at("9999-12-31T23:59:30Z"));
  bench.load("a", "every 1h\nrun true\n");
  CHECK(bench.log.count("event=never", "job=a") == 1);
  CHECK(bench.launcher.launches.empty());
}

TEST_CASE("a clock that is set forward lets an interval job start with its next tick", "[job]") {
  struct Case {
    std::string_view text, before, after, until;
    Strings runs;
    std::size_t skips;
  };
  const auto [text, before, after, until, runs, skips] = GENERATE(values<Case>({
      // Half a minute is lateness: what it passes over still runs, once.
      {"every 10m", "12:09:50", "12:10:20", "12:21:00", {"12:10:00", "12:20:00"}, 0},
      {"every 10m", "12:05:00", "12:15:00", "12:21:00", {"12:20:00"}, 1},
      {"every 10m", "12:05:00", "12:55:00", "13:01:00", {"13:00:00"}, 1},
      // Nothing was passed over.
      {"every 1h", "12:05:00", "12:15:00", "13:01:00", {"13:00:00"}, 0},
      // A `*` follows real time, as in cron.
      {"cron 10 * * * *", "12:05:00", "12:15:00", "13:11:00", {"13:10:00"}, 1},
      // Fixed times within three hours run once, as in cron(8); later than that they are lost.
      {"cron 10 12 * * *", "12:05:00", "12:15:00", "13:00:00", {"12:10:00"}, 0},
      {"every day at 12:10", "12:05:00", "14:15:00", "15:00:00", {"12:10:00"}, 0},
      {"every day at 12:10,12:20", "12:05:00", "12:25:00", "15:00:00", {"12:10:00"}, 1},
      {"every day at 12:10", "12:05:00", "16:15:00", "17:00:00", {}, 1},
  }));
  CAPTURE(text, before, after);
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", std::string(text) + "\nrun true\n");
  bench.advance_to(before);
  bench.set_clock(after);
  bench.advance_to(until);
  CHECK(bench.runs_of("a") == runs);
  CHECK(bench.log.count("event=skip", "job=a") == skips);
}

TEST_CASE("a clock that is set back ten minutes repeats no tick", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 5m\nrun true\n");
  bench.advance_to("12:10:30");
  bench.set_clock("12:00:30");
  bench.advance_to("12:16:00");
  CHECK(bench.runs_of("a") == Strings{"12:05:00", "12:10:00", "12:15:00"});
}

TEST_CASE("a restart under a clock that is behind repeats no tick", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.journal.starts["a"] = {Bench::at("12:10:00"), Bench::at("12:10:00")};
  bench.load("a", "every 10m\nrun x\n");
  bench.advance_to("12:25:00");
  CHECK(bench.runs_of("a") == Strings{"12:20:00"});
}

TEST_CASE("a restart under a clock that is behind by more than three hours believes it", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.journal.starts["a"] = {Bench::at("15:10:00"), Bench::at("15:10:00")};
  bench.load("a", "every 10m\nrun x\n");
  bench.advance_to("12:25:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:20:00"});
}

TEST_CASE("a restart between a tick and its start does not lose the run", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 10m\nsplay\nrun x\n");
  bench.advance_to("12:11:00");
  REQUIRE(bench.runs_of("a") == Strings{"12:05:06"});
  bench.remove("a");
  bench.load("a", "every 10m\nsplay\nrun x\n");
  bench.advance_to("12:20:00");
  CHECK(bench.runs_of("a") == Strings{"12:05:06", "12:15:06"});
}

TEST_CASE("a clock that is set back four hours is believed", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 5m\nrun true\n");
  bench.advance_to("12:10:30");
  bench.set_clock("08:10:30");
  bench.advance_to("08:21:00");
  CHECK(bench.runs_of("a") == Strings{"12:05:00", "12:10:00", "08:15:00", "08:20:00"});
}

TEST_CASE("a clock that was set back four hours stays believed when the job is edited later", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 6h\nrun true\n");
  bench.clock.jump_to(bench.at("11:59:00"));
  bench.load("a", "every 6h\nrun true\n");
  bench.advance_to("12:00:30");
  REQUIRE(bench.runs_of("a") == Strings{"12:00:00"});
  bench.set_clock("08:00:30");
  bench.advance_to("09:30:00");
  bench.load("a", "every 6h\nrun true edited\n");
  bench.advance_to("12:01:00");
  CHECK(bench.runs_of("a") == Strings{"12:00:00", "12:00:00"});
}

TEST_CASE("a job follows the machine's zone when it changes", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every day at 14:00\nrun true\n");
  bench.load("b", "every day at 14:00\ntimezone UTC\nrun true\n");
  bench.site.zone = zone_named("Europe/Berlin");  // 14:00 there is 13:00 UTC on that day
  bench.scheduler.clock_changed(Duration::zero());
  bench.advance_to("14:30:00");
  CHECK(bench.runs_of("a") == Strings{"13:00:00"});
  CHECK(bench.runs_of("b") == Strings{"14:00:00"});
}

TEST_CASE("a run that was missed while acron was down is made up once where the job asks for it", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  for (const std::string name : {"a", "b"}) {
    bench.journal.ticks[name] = bench.at("11:00:00") - 24h;
    bench.load(name, std::string("every day at 11:00") + (name == "b" ? "" : "\ncatch-up") + "\nrun true\n");
  }
  bench.advance_to("12:16:00");  // longer than any made-up run waits
  CHECK(bench.runs_of("a") == Strings{"11:00:00"});
  CHECK(bench.runs_of("b").empty());
  CHECK(bench.journal.ticks["a"] == bench.at("11:00:00"));
}

TEST_CASE("a run that waits to be made up is not lost to an edit", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.journal.ticks["a"] = bench.at("11:00:00") - 24h;
  bench.load("a", "every day at 11:00\ncatch-up\nrun old\n");
  REQUIRE(bench.launcher.launches.empty());
  bench.load("a", "every day at 11:00\ncatch-up\nrun new\n");
  bench.advance_to("12:16:00");
  CHECK(bench.runs_of("a") == Strings{"11:00:00"});
  CHECK(bench.launcher.commands() == Strings{"new"});
}

TEST_CASE("a run that was missed longer ago than the job's patience is a recorded skip", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.journal.ticks["a"] = bench.at("10:00:00") - 24h;
  bench.load("a", "every day at 10:00\ncatch-up within 1h\nrun true\n");
  bench.advance_to("13:00:00");
  CHECK(bench.launcher.launches.empty());
  CHECK(bench.log.count("event=skip", "job=a", "scheduled=2026-03-10T10:00:00", "1h") == 1);
}

TEST_CASE("after a suspend a job that catches up runs once, for the latest tick that its patience allows", "[job]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("hourly", "every 1h\ncatch-up within 90m\nrun true\n");
  bench.load("daily", "every day at 13:00\ncatch-up within 90m\nrun true\n");
  bench.load("patient", "every day at 13:00\ncatch-up\nrun true\n");
  bench.advance_to("12:30:00");
  bench.set_clock("17:20:00");
  bench.advance_to("18:01:00");
  CHECK(bench.runs_of("hourly") == Strings{"17:00:00", "18:00:00"});
  CHECK(bench.runs_of("daily").empty());
  CHECK(bench.log.count("event=skip", "job=daily", "scheduled=2026-03-10T13:00:00") == 1);
  CHECK(bench.runs_of("patient") == Strings{"13:00:00"});
}
