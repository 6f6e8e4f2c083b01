#include <catch2/catch.hpp>

#include "support/bench.hpp"

using namespace acron;

// The host and job of these tests wait 15 minutes times their splay fraction, so starts are asserted as bounds.

TEST_CASE("a run missed while acron was down is made up once, within a quarter of an hour", "[catch_up]") {
  Bench bench;
  bench.let_all_succeed();
  bench.journal.ticks["backup"] = Bench::at("09:00:00") - std::chrono::hours(48);
  bench.load("backup", "every day at 09:00\ncatch-up\nrun x\n");
  CHECK(bench.runs_of("backup").empty());
  bench.advance_to("12:15:30");
  CHECK(bench.runs_of("backup") == Strings{"09:00:00"});
  bench.advance_to("23:59:59");
  CHECK(bench.runs_of("backup").size() == 1);
}

TEST_CASE("nothing is made up that ran, that was not asked for, or that is too long ago", "[catch_up]") {
  Bench bench;
  bench.let_all_succeed();
  for (const char* job : {"ran", "plain", "late"}) {
    bench.journal.ticks[job] = Bench::at("09:00:00") - std::chrono::hours(24);
  }
  bench.journal.ticks["ran"] = Bench::at("09:00:00");
  bench.load("ran", "every day at 09:00\ncatch-up\nrun x\n");
  bench.load("plain", "every day at 09:00\nrun x\n");
  bench.load("late", "every day at 09:00\ncatch-up within 3h\nrun x\n");
  bench.load("new", "every day at 09:00\ncatch-up\nrun x\n");
  bench.advance_to("23:59:59");
  for (const char* job : {"ran", "plain", "late", "new"}) {
    INFO(job);
    CHECK(bench.runs_of(job).empty());
  }
  CHECK(bench.log.lines_with("event=skip", "job=late").size() == 1);
}

TEST_CASE("a job that was never run can miss its first run", "[catch_up]") {
  Bench bench;
  bench.load("new", "every day at 14:00\ncatch-up\nrun x\n");
  REQUIRE(bench.journal.ticks.count("new") == 1);
  CHECK(bench.journal.ticks["new"] == Bench::at("12:00:30"));
}

TEST_CASE("a job with catch-up makes up for what a long step of the clock passed over", "[catch_up]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("hourly", "every 1h\ncatch-up\nrun x\n");
  bench.load("plain", "every 1h\nrun x\n");
  bench.set_clock("18:10:00");
  bench.advance_to("18:30:00");
  CHECK(bench.runs_of("hourly").size() == 1);
  CHECK(bench.runs_of("plain").empty());
}

TEST_CASE("what was refused in one life is not made up in the next", "[catch_up]") {
  Bench bench;
  bench.launcher.answer = [](const Command& command) -> std::optional<RunOutcome> {
    if (command.text == "goes on") return std::nullopt;
    return FakeLauncher::exited(command.text == "refuses" ? 1 : 0);
  };
  bench.load("overlapping", "every 10m\ncatch-up\nrun goes on\n");
  bench.load("gated", "every 10m\ncatch-up\nif each-run refuses\nrun work\n");
  bench.load("plain", "every 10m\nif each-run refuses\nrun work\n");
  bench.advance_to("12:25:00");
  CHECK(bench.runs_of("overlapping") == Strings{"12:10:00"});
  CHECK(bench.journal.ticks["overlapping"] == Bench::at("12:20:00"));
  CHECK(bench.journal.ticks["gated"] == Bench::at("12:20:00"));
  CHECK(bench.journal.ticks.count("plain") == 0);
}

TEST_CASE("what a shut gate kept from running is not made up in the next life", "[catch_up]") {
  Bench bench;
  int status = 1;
  bench.launcher.answer = [&](const Command& command) {
    return FakeLauncher::exited(command.text == "work" ? 0 : status);
  };
  bench.journal.ticks["a"] = Bench::at("12:00:00");
  bench.load("a", "every 1h\ncatch-up\nif in-group web\nrun work\n");
  bench.advance_to("13:30:00");
  status = 0;
  bench.advance_to("13:40:00");
  CHECK(bench.runs_of("a").empty());
  CHECK(bench.journal.ticks["a"] > Bench::at("13:00:00"));
}

TEST_CASE("what a shut gate kept from running until acron ends is not made up in the next life", "[catch_up]") {
  Bench bench;
  bench.launcher.answer = [](const Command&) { return FakeLauncher::exited(1); };
  bench.journal.ticks["a"] = Bench::at("09:00:00");
  bench.load("a", "every day at 14:00:00\ncatch-up\nif in-group web\nrun work\n");
  bench.advance_to("14:00:01");
  bench.scheduler.stop();
  CHECK(bench.journal.ticks["a"] == Bench::at("14:00:01"));
}

TEST_CASE("a run of an earlier life is not made up under a clock that was behind at first", "[catch_up]") {
  Bench bench;
  bench.let_all_succeed();
  const Occurrence ran{Bench::at("14:00:00"), Bench::at("14:00:00")};
  bench.journal.starts["a"] = ran;
  bench.journal.ticks["a"] = ran.tick;
  SECTION("by less than three hours") {}
  SECTION("by days") { bench.clock.jump_to(Bench::at("12:00:00") - std::chrono::hours(72)); }
  bench.load("a", "every day at 14:00\ncatch-up\nrun x\n");
  bench.set_clock("14:05:00");
  bench.advance_to("23:59:59");
  CHECK(bench.runs_of("a").empty());
  CHECK(bench.journal.ticks["a"] == ran.tick);
}

TEST_CASE("a run that falls due while an `if` is asked for the first time is late, and not missed", "[catch_up]") {
  Bench bench;
  bench.journal.ticks["a"] = Bench::at("12:00:20");
  const std::string within = GENERATE("", " within 5s");
  bench.load("a", "every 10s\ncatch-up" + within + "\nif slow\nrun x\n");
  bench.advance_to("12:00:48");
  bench.let_all_succeed();
  bench.launcher.end(0);
  bench.loop.run_ready();
  bench.advance_to("12:00:49");
  CHECK(bench.runs_of("a") == Strings{"12:00:40"});
  CHECK(bench.log.count("event=skip") == 0);
  CHECK(bench.log.count("event=catch-up") == 0);
  bench.advance_to("12:00:50");
  CHECK(bench.runs_of("a") == Strings{"12:00:40", "12:00:50"});
}

TEST_CASE("a slow `if` does not keep a missed run from being made up", "[catch_up]") {
  Bench bench;
  bench.journal.ticks["a"] = Bench::at("09:00:00") - std::chrono::hours(24);
  bench.load("a", "every day at 09:00\ncatch-up\nif slow\nrun x\n");
  bench.advance_to("12:00:48");
  bench.let_all_succeed();
  bench.launcher.end(0);
  bench.loop.run_ready();
  bench.advance_to("12:16:00");
  CHECK(bench.runs_of("a") == Strings{"09:00:00"});
}
