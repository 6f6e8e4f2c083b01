#include <catch2/catch.hpp>

#include "support/bench.hpp"

using namespace acron;

namespace {

const std::string work = "every 10m\nrun work\n";

}  // namespace

TEST_CASE("a disabled job is loaded and never runs, nor are its gates asked", "[switched_off]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", work + "if test -e /x\ndisabled until the move is over\n");
  bench.load("b", work + "disabled\n");
  bench.load("c", work + "only 0%\n");
  bench.advance_to("18:00:00");
  CHECK(bench.launcher.launches.empty());
  CHECK(bench.log.count("event=disabled", "job=a", "reason=\"until the move is over\"") == 1);
  CHECK(bench.log.count("event=disabled", "job=b") == 1);
  CHECK(bench.log.count("event=disabled", "reason=\"\"") == 0);
  CHECK(bench.log.count("event=elsewhere", "job=c", "only=0%") == 1);
  CHECK(bench.scheduler.size() == 0);
  CHECK(bench.scheduler.disabled() == 2);
  CHECK(bench.scheduler.names() == Strings{"a", "b", "c"});
  CHECK(bench.scheduler.definition("a")->command == "work");
  CHECK(bench.clock.alarms() == 0);
}

TEST_CASE("a job that is disabled while it runs ends as it began, and waits for its next time once enabled",
          "[switched_off]") {
  Bench bench;
  bench.load("a", work);
  bench.advance_to("12:10:00");
  bench.load("a", work + "disabled\n");
  CHECK(bench.is_running("a"));
  bench.launcher.end(0);
  CHECK(bench.log.count("event=end", "job=a", "result=ok") == 1);
  CHECK(bench.outputs.closed().size() == 1);
  bench.advance_to("12:55:00");
  bench.load("a", work);
  CHECK(bench.log.count("event=load", "job=a") == 2);
  bench.advance_to("13:00:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "13:00:00"});
}

TEST_CASE("what a job has not begun when it is disabled does not begin", "[switched_off]") {
  Bench bench;
  const RunOutcome failure = FakeLauncher::exited(1);
  SECTION("a queued run") {
    bench.load("a", work + "overlap queue\n");
    bench.advance_to("12:25:00");
    bench.load("a", work + "overlap queue\ndisabled\n");
    CHECK(bench.log.count("event=skip", "scheduled=2026-03-10T12:20:00", "the job is disabled") == 1);
    bench.launcher.end(0);
  }
  SECTION("a further attempt") {
    bench.load("a", work + "retry 3 every 1m\n");
    bench.advance_to("12:10:00");
    bench.launcher.end(0, failure);
    bench.load("a", work + "retry 3 every 1m\ndisabled broken\n");
    CHECK(bench.log.count("event=no-retry", "attempt=1", "the job is disabled") == 1);
  }
  SECTION("a run whose gate is just being asked") {
    bench.load("a", work + "if each-run ask\n");
    bench.advance_to("12:10:00");
    bench.load("a", work + "if each-run ask\ndisabled\n");
    bench.launcher.end(0);
    CHECK(bench.log.count("event=skip", "job=a", "the job is disabled") == 1);
  }
  CHECK(bench.launcher.launches.size() == 1);
  CHECK(bench.runs.size() == 0);
}

TEST_CASE("what was due while a job was switched off is not made up", "[switched_off]") {
  Bench bench;
  bench.let_all_succeed();
  const std::string off = GENERATE("disabled\n", "only 0%\n");
  const std::string job = "every day at 14:00\ncatch-up\nrun work\n";
  CAPTURE(off);
  bench.journal.ticks["a"] = Bench::at("14:00:00") - std::chrono::hours(72);
  SECTION("before acron was started, and after") {
    bench.load("a", job + off);
    bench.advance_to("15:00:00");
    bench.load("a", job);
  }
  SECTION("in an earlier life") {
    bench.load("a", job + off);
    bench.advance_to("15:00:00");
    bench.scheduler.stop();
    CHECK(bench.journal.ticks["a"] == Bench::at("15:00:00"));
    bench.load("a", job);
  }
  SECTION("in a life that a crash ended") {
    bench.load("a", job + off);
    bench.advance_to("15:00:00");
    bench.scheduler.note_rests();
    CHECK(bench.journal.ticks["a"] == Bench::at("15:00:00"));
    bench.load("a", job);
  }
  bench.advance_to("23:00:00");
  CHECK(bench.runs_of("a").empty());
}

TEST_CASE("what a host missed that was called otherwise for a moment is still missed", "[switched_off]") {
  Bench bench;
  bench.journal.ticks["a"] = Bench::at("09:00:00") - std::chrono::hours(72);
  bench.load("a", "every day at 09:00\ncatch-up\nonly on db*\nrun work\n");
  bench.load("b", "every day at 09:00\ncatch-up\ndisabled\nrun work\n");
  bench.scheduler.note_rests();
  CHECK(bench.journal.ticks["a"] == Bench::at("09:00:00") - std::chrono::hours(72));
  CHECK(bench.journal.ticks.count("b") == 0);  // never ran: there is nothing to say
}

TEST_CASE("a disabled job that is removed is unloaded", "[switched_off]") {
  Bench bench;
  bench.load("a", work + "disabled\n");
  bench.remove("a");
  CHECK(bench.log.count("event=unload", "job=a") == 1);
  CHECK(bench.scheduler.disabled() == 0);
  CHECK(!bench.scheduler.definition("a"));
}

TEST_CASE("a job that a name switched off is not made up for, and waits for its next time", "[switched_off]") {
  Bench bench;
  bench.let_all_succeed();
  const std::string daily = "every day at 14:00\ncatch-up\nrun work\n";
  SwitchedOff names;
  names.add("web.off");
  names.add("a.disabled");
  names.add("unrelated.bak");
  CHECK(names.names().size() == 2);
  for (const char* job : {"a", "web/b", "c"}) bench.journal.ticks[job] = Bench::at("14:00:00") - std::chrono::hours(24);
  bench.scheduler.rest(names, Severity::info);
  CHECK(bench.log.count("event=disabled", "job=a", "a.disabled") == 1);
  bench.advance_to("15:00:00");
  bench.scheduler.rest(names, Severity::info);
  CHECK(bench.log.count("event=disabled") == 2);
  for (const char* job : {"a", "web/b", "c"}) bench.load(job, daily);
  bench.advance_to("23:00:00");
  CHECK(bench.runs_of("a").empty());
  CHECK(bench.runs_of("web/b").empty());
  CHECK(bench.runs_of("c").size() == 1);  // was not switched off, but missed
}

TEST_CASE("a name that would switch off a job that is loaded all the same is not told", "[switched_off]") {
  Bench bench;
  bench.load("a", work);
  SwitchedOff names;
  names.add("a.off");
  bench.scheduler.rest(names, Severity::info);
  CHECK(bench.log.count("event=disabled") == 0);
}
