#include <catch2/catch.hpp>
#include <set>

#include "support/bench.hpp"

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("a command is told which run it is", "[runs]") {
  Bench bench;
  bench.load("web/cleanup", "every 10m\ntimeout 1m grace 5s\nrun true\n");
  bench.advance_to("12:10:00");
  REQUIRE(bench.launcher.launches.size() == 1);
  const auto& launch = *bench.launcher.launches[0];
  CHECK(launch.variable("ACRON_JOB") == "web/cleanup");
  CHECK(launch.variable("ACRON_SCHEDULED") == "2026-03-10T12:10:00.000+00:00");
  CHECK(!launch.variable("ACRON_RUN_ID").empty());
  REQUIRE(launch.command.time_limit);
  CHECK(*launch.command.time_limit == TimeLimit{1min, 5s});
}

TEST_CASE("start and end of a run are one log line each, with the same run id", "[runs]") {
  Bench bench;
  bench.load("a", "every 10m\nrun true\n");
  bench.clock.jump_to(bench.at("12:10:02"));
  bench.clock.ring_due();
  const std::string id = bench.launcher.launches.at(0)->variable("ACRON_RUN_ID");
  CHECK(bench.log.count("event=start", "job=a", "run=" + id, "late=2s") == 1);
  auto outcome = FakeLauncher::exited(3);
  outcome.stdout_bytes = 17;
  outcome.output_left_open = true;
  bench.launcher.end(0, outcome);
  CHECK(bench.log.count("event=end", "job=a", "run=" + id, "result=failed", "exit=3", "stdout-bytes=17",
                        "stderr-bytes=0", "left open") == 1);
  CHECK(bench.runs.size() == 0);
}

TEST_CASE("a run is said to have started once it has, or can't", "[runs]") {
  Bench bench;
  bench.launcher.begins = false;
  bench.load("a", "every 10m\nrun true\n");
  bench.advance_to("12:10:00");
  REQUIRE(bench.launcher.launches.size() == 1);
  CHECK(bench.log.count("event=start") == 0);
  RunOutcome outcome;
  outcome.ending = NotStarted{"no memory"};
  bench.launcher.end(0, outcome);
  CHECK(bench.log.count("event=start", "job=a") == 1);
  CHECK(bench.log.count("event=end", "job=a", "not-started=\"no memory\"") == 1);
}

TEST_CASE("the end of a run whose streams are one says how much came from both", "[runs]") {
  Bench bench;
  bench.load("a", "every 10m\noutput /tmp/x\nrun true\n");
  bench.advance_to("12:10:00");
  CHECK(bench.launcher.launches.at(0)->command.joins_streams);
  auto outcome = FakeLauncher::exited(0);
  outcome.stdout_bytes = 17;
  outcome.streams_joined = true;
  bench.launcher.end(0, outcome);
  CHECK(bench.log.count("event=end", "output-bytes=17") == 1);
  CHECK(bench.log.count("stdout-bytes") + bench.log.count("stderr-bytes") == 0);
}

TEST_CASE("runs that start in one millisecond have different ids", "[runs]") {
  Bench bench;
  for (int i = 0; i < 100; ++i) bench.load("job" + std::to_string(i), "every 10m\nrun true\n");
  bench.advance_to("12:10:00");
  std::set<std::string> ids;
  for (const auto& launch : bench.launcher.launches) ids.insert(launch->variable("ACRON_RUN_ID"));
  CHECK(ids.size() == 100);
}

TEST_CASE("the outputs of a run get what it printed and then the verdict", "[runs]") {
  Bench bench;
  bench.launcher.prints = "hello\n";
  bench.load("a", "every 10m\nrun true\n");
  bench.advance_to("12:10:00");
  CHECK(bench.outputs.closed().empty());
  RunOutcome outcome;
  outcome.ending = Signaled{SIGKILL};
  bench.launcher.end(0, outcome);
  REQUIRE(bench.outputs.closed().size() == 1);
  const auto& closed = bench.outputs.closed()[0];
  CHECK(closed.printed == "hello\n");
  CHECK(closed.record.identity.scheduled == bench.at("12:10:00"));
  CHECK(closed.record.verdict.reason == "killed by SIGKILL");
}

TEST_CASE("the journal is told of a run's end together with what it owes", "[runs]") {
  Bench bench;
  bench.launcher.prints = "hello\n";
  bench.load("a", "every 10m\nrun true\n");
  bench.advance_to("12:10:00");
  bench.launcher.end(0, FakeLauncher::exited(3));
  REQUIRE(bench.journal.records.size() == 1);
  REQUIRE(bench.journal.owes.size() == 1);
  CHECK(bench.journal.owes[0].about == "a");
  CHECK(bench.journal.owes[0].text == "hello\nexit status 3");
}

TEST_CASE("whoever waits for the runs to end is told of each", "[runs]") {
  Bench bench;
  std::size_t ends = 0;
  bench.runs.on_end([&] { ++ends; });
  CHECK(bench.begin("a", "every 10m\nrun true\n").empty());
  CHECK(bench.begin("b", "every 10m\nrun true\n").empty());
  CHECK(bench.is_running("a"));
  CHECK(bench.runs.size() == 2);
  bench.launcher.end(0);
  CHECK(ends == 1);
  CHECK(!bench.is_running("a"));
  CHECK(bench.is_running("b"));
}

TEST_CASE("runs that are left behind are named", "[runs]") {
  Bench bench;
  CHECK(bench.begin("a", "every 10m\nrun true\n").empty());
  bench.runs.log_running("left-running");
  CHECK(bench.log.count("event=left-running", "job=a", "started=2026-03-10T12:00:30.000+00:00") == 1);
}

TEST_CASE("a run that breaks inside acron is said, and its job runs again at the next tick", "[runs]") {
  Bench bench;
  std::size_t ends = 0;
  bench.runs.on_end([&] { ++ends; });
  bench.load("a", "every 10m\nrun throw\n");
  bench.advance_to("12:21:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:20:00"});
  CHECK(bench.log.count("event=fault", "job=a", "the launcher broke") == 2);
  CHECK(bench.log.count("event=skip") == 0);
  CHECK(ends == 2);
}
