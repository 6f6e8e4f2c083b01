#include <catch2/catch.hpp>

#include "support/bench.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view gated = "every 10m\nif in-group web\nrun work\n";

RunOutcome timed_out() {
  auto outcome = FakeLauncher::exited(0);  // it obeyed the SIGTERM, politely
  outcome.timed_out_after = 30s;
  return outcome;
}

RunOutcome with(Ending ending) {
  RunOutcome outcome;
  outcome.ending = std::move(ending);
  return outcome;
}

/// The gate answers with that status from now on, commands succeed.
void set_gate(Bench& bench, int status) {
  bench.launcher.answer = [status](const Command& command) {
    return FakeLauncher::exited(command.text == "work" ? 0 : status);
  };
}

}  // namespace

TEST_CASE("a gate is asked when the job is loaded, with a time limit and the job's name", "[gates]") {
  Bench bench;
  bench.load("web/a", gated);
  REQUIRE(bench.launcher.commands() == Strings{"in-group web"});
  const auto& launch = *bench.launcher.launches[0];
  CHECK(launch.variable("ACRON_JOB") == "web/a");
  REQUIRE(launch.command.time_limit);
  CHECK(launch.command.time_limit->limit == 30s);
}

TEST_CASE("a run that falls due before the gate has answered starts when it says yes", "[gates]") {
  Bench bench;
  SECTION("after the load") { bench.load("a", gated); }
  SECTION("after an edit") {
    set_gate(bench, 1);
    bench.load("a", "every 10m\nif other\nrun work\n");
    bench.launcher.launches.clear();
    bench.let_all_go_on();
    bench.load("a", gated);
  }
  bench.advance_to("12:25:00");
  CHECK(bench.runs_of("a").empty());  // not yet answered
  set_gate(bench, 0);
  bench.launcher.end(0);
  bench.clock.ring_due();
  CHECK(bench.runs_of("a") == Strings{"12:10:00"});
  CHECK(bench.log.count("event=skip", "job=a", "scheduled=2026-03-10T12:20:00", "an `if` was asked") == 1);
  bench.advance_to("12:31:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:30:00"});
}

TEST_CASE("what fell due before the gate said no does not run once it says yes", "[gates]") {
  Bench bench;
  bench.load("a", gated);
  bench.advance_to("12:10:30");
  set_gate(bench, 0);
  bench.launcher.end(0, FakeLauncher::exited(1));
  bench.advance_to("12:21:00");
  CHECK(bench.runs_of("a") == Strings{"12:20:00"});
}

TEST_CASE("a clock that is set while the gate is asked makes no run late", "[gates]") {
  Bench bench;
  bench.load("a", gated);
  const auto [set, next] = GENERATE(
      values<std::pair<std::string_view, std::string_view>>({{"15:05:00", "15:10:00"}, {"08:05:00", "08:10:00"}}));
  bench.set_clock(set);
  set_gate(bench, 0);
  bench.launcher.end(0);
  bench.clock.ring_due();
  CHECK(bench.runs_of("a").empty());
  bench.advance_to(next);
  CHECK(bench.runs_of("a") == Strings{std::string{next}});
}

TEST_CASE("a job runs only while all its gates are open", "[gates]") {
  Bench bench;
  set_gate(bench, 1);
  bench.load("a", gated);
  bench.advance_to("12:31:00");
  CHECK(bench.runs_of("a").empty());
  CHECK(bench.log.count("event=gate", "job=a", "result=shut") == 1);  // said once, though asked often
  set_gate(bench, 0);
  bench.advance_to("12:36:00");  // longer than the gate interval
  CHECK(bench.log.count("event=gate", "job=a", "result=open") == 1);
  bench.advance_to("12:51:00");
  CHECK(bench.runs_of("a") == Strings{"12:40:00", "12:50:00"});
  set_gate(bench, 1);
  bench.advance_to("13:21:00");
  CHECK(bench.runs_of("a") == Strings{"12:40:00", "12:50:00"});
}

TEST_CASE("a gate is asked again once in every interval, and not all gates at the same time", "[gates]") {
  Bench bench;
  set_gate(bench, 1);
  std::map<std::string, std::vector<TimePoint>> asked;
  bench.launcher.answer = [&](const Command& command) {
    asked[command.environment.at(0)].push_back(bench.clock.now());
    return FakeLauncher::exited(1);
  };
  for (const std::string name : {"a", "b", "c"}) bench.load(name, gated);
  bench.advance_to("13:00:30");
  REQUIRE(asked.size() == 3);
  for (const auto& [name, times] : asked) {
    CAPTURE(name);
    CHECK(times.size() == 13);  // at the load, and in each of twelve intervals of five minutes
    for (std::size_t i = 2; i < times.size(); ++i) CHECK(times[i] - times[i - 1] == 5min);
  }
  // printf %s web1.example.com:a | sha256sum: 159.664 s of five minutes; b: 99.624 s.
  CHECK(asked["ACRON_JOB=a"][1] == bench.at("12:02:39.664"));
  CHECK(asked["ACRON_JOB=b"][1] == bench.at("12:01:39.624"));
}

TEST_CASE("a gate that gives no plain answer counts as shut, and that is worth a warning", "[gates]") {
  struct Case {
    RunOutcome outcome;
    std::string_view reason;
  };
  const auto [outcome, reason] = GENERATE(values<Case>({{timed_out(), "timed out after 30s"},
                                                        {with(Signaled{SIGSEGV}), "SIGSEGV"},
                                                        {with(Exited{127}), "exit status 127"},
                                                        {with(Exited{126}), "exit status 126"},
                                                        {with(NotStarted{"no memory"}), "no memory"}}));
  CAPTURE(reason);
  Bench bench;
  bench.load("a", gated);
  bench.launcher.end(0, outcome);
  CHECK(bench.log.count("event=gate", "job=a", "result=shut", reason) == 1);
  set_gate(bench, 1);
  bench.advance_to("12:11:00");
  CHECK(bench.runs_of("a").empty());
}

TEST_CASE("all gates of a job must pass, and none is asked after one that is shut", "[gates]") {
  Bench bench;
  bench.load("a", "every 10m\nif first\nif second\nrun work\n");
  REQUIRE(bench.launcher.commands() == Strings{"first"});
  bench.launcher.end(0);
  REQUIRE(bench.launcher.commands() == Strings{"first", "second"});
  bench.launcher.end(1, FakeLauncher::exited(1));
  bench.load("b", "every 10m\nif third\nif fourth\nrun work\n");
  bench.launcher.end(2, FakeLauncher::exited(1));
  CHECK(bench.launcher.commands() == Strings{"first", "second", "third"});
  bench.let_all_go_on();
  bench.advance_to("12:00:31");
  CHECK(bench.runs_of("a").empty());
}

TEST_CASE("at most eight gates are asked at once", "[gates]") {
  Bench bench;
  for (int i = 0; i < 20; ++i) bench.load("job" + std::to_string(i), gated);
  CHECK(bench.launcher.going_on() == 8);
  bench.launcher.end(3, FakeLauncher::exited(1));
  CHECK(bench.launcher.going_on() == 8);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(bench.launcher.going_on() <= 8);
    bench.launcher.end(i, FakeLauncher::exited(1));
  }
  CHECK(bench.launcher.launches.size() == 20);
  CHECK(bench.launcher.going_on() == 0);
}

TEST_CASE("an answer that comes after the job is gone does no harm", "[gates]") {
  Bench bench;
  bench.load("a", gated);
  bench.remove("a");
  bench.launcher.end(0);
  bench.advance_to("12:31:00");
  CHECK(bench.runs_of("a").empty());
  CHECK(bench.log.count("result=open") == 0);
}

TEST_CASE("an edit that leaves the gates alone keeps their answer until they have another", "[gates]") {
  Bench bench;
  set_gate(bench, 0);
  bench.load("a", gated);
  bench.advance_to("12:09:30");
  bench.let_all_go_on();
  bench.load("a", std::string(gated) + "timeout 1m\n");
  CHECK(bench.launcher.launches.back()->command.text == "in-group web");  // asked again
  bench.advance_to("12:10:30");
  CHECK(bench.runs_of("a") == Strings{"12:10:00"});
}

TEST_CASE("an edit that changes the gates lets no run start before they have answered", "[gates]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 10m\nrun work\n");
  bench.advance_to("12:09:30");
  bench.let_all_go_on();
  bench.load("a", gated);
  bench.advance_to("12:10:30");
  CHECK(bench.runs_of("a").empty());
  bench.launcher.end(0, FakeLauncher::exited(1));
  set_gate(bench, 1);
  bench.advance_to("12:31:00");
  CHECK(bench.runs_of("a").empty());
}

TEST_CASE("a job whose gates are taken away runs", "[gates]") {
  Bench bench;
  set_gate(bench, 1);
  bench.load("a", gated);
  bench.load("a", "every 10m\nrun work\n");
  bench.advance_to("12:21:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:20:00"});
}

TEST_CASE("gates are asked on when the clock is set back by hours", "[gates]") {
  Bench bench;
  set_gate(bench, 1);
  bench.load("a", gated);
  bench.advance_to("12:05:30");
  bench.set_clock("08:05:30");
  const auto asked = bench.launcher.launches.size();
  bench.advance_to("08:16:00");
  CHECK(bench.launcher.launches.size() >= asked + 2);
}

TEST_CASE("a gate whose launch breaks is shut and holds up no other", "[gates]") {
  Bench bench;
  for (int i = 0; i < 10; ++i) bench.load("bad" + std::to_string(i), "every 10m\nif throw\nrun work\n");
  bench.load("good", gated);
  CHECK(bench.launcher.launches.back()->command.text == "in-group web");
  set_gate(bench, 0);
  bench.launcher.end(bench.launcher.launches.size() - 1);
  bench.advance_to("12:10:30");
  CHECK(bench.runs_of("good") == Strings{"12:10:00"});
  CHECK(bench.runs_of("bad0").empty());
}
