#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/bench.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

const auto failure = FakeLauncher::exited(1);

std::vector<std::string> jobs_launched(const Bench& bench) {
  std::vector<std::string> names;
  for (const auto& launch : bench.launcher.launches) names.push_back(launch->variable("ACRON_JOB"));
  return names;
}

}  // namespace

TEST_CASE("a queued run starts when the one before it ends, and a second is not queued", "[run_policies]") {
  Bench bench;
  bench.load("a", "every 10m\noverlap queue\nrun work\n");
  bench.advance_to("12:35:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00"});
  CHECK(bench.log.count("event=queued", "job=a", "scheduled=2026-03-10T12:20:00", "the previous run") == 1);
  REQUIRE(bench.journal.waits.size() == 1);
  CHECK(bench.journal.waits.begin()->second == "the previous run");
  CHECK(bench.log.count("event=skip", "scheduled=2026-03-10T12:30:00", "a run is waiting already") == 1);
  bench.launcher.end(0);
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:20:00"});
  CHECK(bench.journal.waits.empty());
  CHECK(bench.log.count("event=start", "scheduled=2026-03-10T12:20:00", "late=15m") == 1);
  bench.launcher.end(1);
  CHECK(bench.runs.size() == 0);
}

TEST_CASE("a run that replaces another has it ended, and starts only when it is gone", "[run_policies]") {
  Bench bench;
  bench.load("a", "every 10m\noverlap replace\nrun work\n");
  bench.advance_to("12:19:00");
  CHECK(!bench.launcher.launches.at(0)->asked_to_end);
  bench.advance_to("12:20:00");
  CHECK(bench.launcher.launches.at(0)->asked_to_end);
  CHECK(bench.runs_of("a") == Strings{"12:10:00"});
  bench.advance_to("12:30:00");
  CHECK(bench.log.count("event=skip", "scheduled=2026-03-10T12:30:00", "a run is waiting already") == 1);
  bench.launcher.end(0, failure);
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:20:00"});
  CHECK(!bench.launcher.launches.at(1)->asked_to_end);
}

TEST_CASE("a run that waits to be tried again is replaced at once", "[run_policies]") {
  Bench bench;
  const std::string job = "every 1d\noverlap replace\nretry 3 every 1h\nrun work\n";
  CHECK(bench.begin("a", job).empty());
  bench.launcher.end(0, failure);
  CHECK(bench.outputs.closed().empty());
  CHECK(bench.begin("a", job).empty());
  CHECK(bench.launcher.launches.size() == 2);
  REQUIRE(bench.outputs.closed().size() == 1);
  CHECK(bench.outputs.closed()[0].record.failed_attempts.empty());  // its only attempt is its result
  CHECK(bench.outputs.closed()[0].record.verdict.failed);
}

TEST_CASE("runs that may overlap start beside each other, up to a hundred", "[run_policies]") {
  Bench bench;
  const std::string job = "every 10m\noverlap allow\nrun work\n";
  for (int i = 0; i < 100; ++i) CHECK(bench.begin("a", job).empty());
  CHECK(bench.launcher.going_on() == 100);
  CHECK(bench.begin("a", job) == "100 runs of the job are still going");
  bench.launcher.end(50);
  CHECK(bench.begin("a", job).empty());
  CHECK(bench.runs.size() == 100);
}

TEST_CASE("jobs with one lock run one at a time, in the order they were due", "[run_policies]") {
  Bench bench;
  const std::string locked = "every 10m\nlock disk\nrun work\n";
  for (const std::string name : {"a", "d", "c"}) CHECK(bench.begin(name, locked).empty());
  CHECK(bench.begin("other", "every 10m\nlock net\nrun work\n").empty());
  CHECK(bench.begin("b", locked).empty());
  CHECK(jobs_launched(bench) == Strings{"a", "other"});
  CHECK(bench.log.count("event=queued", "the lock") == 3);
  CHECK(bench.begin("d", locked) == "the previous run is still waiting");
  bench.launcher.end(0);
  CHECK(jobs_launched(bench) == Strings{"a", "other", "d"});
  CHECK(bench.begin("a", locked).empty());  // behind those that wait already
  for (std::size_t i = 2; i < 5; ++i) bench.launcher.end(i);
  CHECK(jobs_launched(bench) == Strings{"a", "other", "d", "c", "b", "a"});
  CHECK(bench.launcher.going_on() == 2);
}

TEST_CASE("a lock is for those who wait for it before a run that replaces the one which has it", "[run_policies]") {
  Bench bench;
  const std::string locked = "every 10m\nlock disk\nrun work\n";
  CHECK(bench.begin("a", "overlap replace\n" + locked).empty());
  for (const std::string name : {"b", "c"}) CHECK(bench.begin(name, locked).empty());
  CHECK(bench.begin("a", "overlap replace\n" + locked).empty());
  CHECK(bench.launcher.launches.at(0)->asked_to_end);
  for (std::size_t i = 0; i < 4; ++i) bench.launcher.end(i);
  CHECK(jobs_launched(bench) == Strings{"a", "b", "c", "a"});
}

TEST_CASE("a lock is kept while its run waits for another attempt", "[run_policies]") {
  Bench bench;
  CHECK(bench.begin("a", "every 1d\nlock disk\nretry 1 every 1s\nrun work\n").empty());
  CHECK(bench.begin("b", "every 1d\nlock disk\nrun work\n").empty());
  bench.launcher.end(0, failure);
  CHECK(jobs_launched(bench) == Strings{"a"});
  REQUIRE(bench.loop.run_until([&] { return bench.launcher.launches.size() == 2; }));
  bench.launcher.end(1);
  CHECK(jobs_launched(bench) == Strings{"a", "a", "b"});
}

TEST_CASE("a lock is free again after a run that broke, was refused or never started", "[run_policies]") {
  Bench bench;
  bench.launcher.answer = [](const Command& command) {
    return command.text == "no" ? std::optional(failure) : std::nullopt;
  };
  CHECK(bench.begin("broken", "every 10m\nlock disk\nrun throw\n").empty());
  CHECK(bench.begin("refused", "every 10m\nlock disk\nif each-run no\nrun work\n").empty());
  CHECK(bench.begin("next", "every 10m\nlock disk\nrun next\n").empty());
  CHECK(bench.launcher.commands() == Strings{"throw", "no", "next"});
}

TEST_CASE("what waits when acron ends is a recorded skip, and what runs goes on", "[run_policies]") {
  Bench bench;
  std::size_t ends = 0;
  bench.runs.on_end([&] { ++ends; });
  CHECK(bench.begin("a", "every 10m\noverlap queue\nlock disk\nrun work\n").empty());
  CHECK(bench.begin("a", "every 10m\noverlap queue\nlock disk\nrun work\n").empty());
  CHECK(bench.begin("b", "every 10m\nlock disk\nrun work\n").empty());
  bench.runs.stop();
  bench.loop.run_ready();
  CHECK(bench.log.count("event=skip", "job=a", "acron ends") == 1);
  CHECK(bench.log.count("event=skip", "job=b", "acron ends") == 1);
  CHECK(bench.runs.size() == 1);
  bench.launcher.end(0);
  CHECK(bench.launcher.launches.size() == 1);
  CHECK(bench.outputs.closed().size() == 1);
  CHECK(bench.runs.size() == 0);
  CHECK(ends == 1);
}

TEST_CASE("what a job has not begun when its file is gone does not begin", "[run_policies]") {
  Bench bench;
  SECTION("a queued run") {
    bench.load("a", "every 10m\noverlap queue\nrun work\n");
    bench.advance_to("12:25:00");
    bench.remove("a");
    CHECK(bench.log.count("event=skip", "scheduled=2026-03-10T12:20:00", "the job's file is gone") == 1);
    bench.launcher.end(0);
  }
  SECTION("a run that waits for a lock") {
    bench.begin("other", "every 1d\nlock disk\nrun work\n");
    bench.load("a", "every 10m\nlock disk\nrun work\n");
    bench.advance_to("12:15:00");
    bench.remove("a");
    CHECK(bench.log.count("event=skip", "job=a", "the job's file is gone") == 1);
    bench.launcher.end(0);
  }
  SECTION("a further attempt") {
    bench.load("a", "every 10m\nretry 3 every 1m\nrun work\n");
    bench.advance_to("12:10:00");
    bench.launcher.end(0, failure);
    bench.remove("a");
    CHECK(bench.log.count("event=no-retry", "attempt=1", "the job's file is gone") == 1);
    CHECK(bench.outputs.closed().size() == 1);
  }
  SECTION("a further attempt of a run that fails later") {
    bench.load("a", "every 10m\nretry 3 every 1m\nrun work\n");
    bench.advance_to("12:10:00");
    bench.remove("a");
    bench.launcher.end(0, failure);
    CHECK(bench.log.count("event=no-retry", "attempt=1", "the job's file is gone") == 1);
    CHECK(bench.outputs.closed().size() == 1);
  }
  SECTION("a run whose gate is just being asked") {
    bench.load("a", "every 10m\nif each-run ask\nrun work\n");
    bench.advance_to("12:10:00");
    bench.remove("a");
    bench.launcher.end(0);
    CHECK(bench.log.count("event=skip", "job=a", "the job's file is gone") == 1);
  }
  CHECK(bench.launcher.launches.size() == 1);
  CHECK(bench.runs.size() == 0);
}

TEST_CASE("a run that is due while the gate of the last one is asked is skipped for that reason", "[run_policies]") {
  Bench bench;
  bench.load("a", "every 10m\nif each-run ask\nrun work\n");
  bench.advance_to("12:20:00");
  CHECK(bench.log.count("event=skip", "job=a", "waits for its user or its 'if each-run'") == 1);
  bench.launcher.end(0);
  bench.advance_to("12:30:00");
  CHECK(bench.log.count("event=skip", "job=a", "still going") == 1);
}

TEST_CASE("a run that waits while its job is edited begins as the job is then", "[run_policies]") {
  Bench bench;
  bench.load("a", "every 10m\noverlap queue\nlock old\nrun work\n");
  bench.advance_to("12:25:00");
  bench.load("a", "every 10m\noverlap queue\nlock new\nrun edited\n");
  bench.launcher.end(0);
  CHECK(bench.launcher.commands() == Strings{"work", "edited"});
  CHECK(bench.begin("b", "every 1d\nlock new\nrun work\n").empty());
  CHECK(bench.log.count("event=queued", "job=b", "for=\"the lock\"") == 1);
  CHECK(bench.begin("c", "every 1d\nlock old\nrun work\n").empty());
  CHECK(bench.is_running("c"));
}

TEST_CASE("a queued run does not begin once a gate is shut", "[run_policies]") {
  Bench bench;
  int answer = 0;
  bench.launcher.answer = [&](const Command& command) -> std::optional<RunOutcome> {
    if (command.text == "work") return std::nullopt;
    return FakeLauncher::exited(answer);
  };
  bench.load("a", "every 10m\noverlap queue\nif ask\nrun work\n");
  bench.advance_to("12:20:00");
  answer = 1;
  bench.advance_to("12:29:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00"});
  CHECK(bench.log.count("event=skip", "scheduled=2026-03-10T12:20:00", "an `if` of the job is shut") == 1);
}

TEST_CASE("a further attempt does not begin once a gate is shut", "[run_policies]") {
  Bench bench;
  int answer = 0;
  bench.launcher.answer = [&](const Command& command) {
    return command.text == "work" ? failure : FakeLauncher::exited(answer);
  };
  bench.load("a", "every 1h\nretry 3 every 10m\nif ask\nrun work\n");
  bench.advance_to("13:00:00");
  CHECK(bench.log.count("event=retry", "job=a", "attempt=1") == 1);
  answer = 1;
  bench.advance_to("13:06:00");  // longer than the gate interval
  CHECK(bench.log.count("event=no-retry", "attempt=1", "an `if` of the job is shut") == 1);
  CHECK(bench.outputs.closed().size() == 1);
}

TEST_CASE("a run that failed is tried again, and told of once, with its attempts", "[run_policies]") {
  Bench bench;
  bench.launcher.prints = "said\n";
  CHECK(bench.begin("a", "every 1d\nretry 3 every 1s\nrun work\n").empty());
  for (std::size_t attempt = 0; attempt < 2; ++attempt) {
    bench.launcher.end(attempt, failure);
    CHECK(bench.outputs.closed().empty());
    CHECK(bench.runs.size() == 1);
    CHECK(bench.log.count("event=retry", "job=a", "attempt=" + std::to_string(attempt + 1), "exit status 1",
                          "next-in=1s") == 1);
    REQUIRE(bench.loop.run_until([&] { return bench.launcher.launches.size() == attempt + 2; }));
  }
  CHECK(bench.begin("a", "every 1d\nrun work\n") == "the previous run is still going");
  bench.launcher.end(2);
  REQUIRE(bench.outputs.closed().size() == 1);
  const auto& closed = bench.outputs.closed()[0];
  CHECK(!closed.record.verdict.failed);
  REQUIRE(closed.record.failed_attempts.size() == 2);
  CHECK(closed.record.failed_attempts[1].reason == "exit status 1");
  CHECK(closed.record.duration >= 2s);
  CHECK(closed.printed == "said\nsaid\nsaid\n");
  CHECK(bench.log.count("event=start", "job=a") == 1);
  CHECK(bench.log.count("event=end", "job=a", "result=ok", "attempts=3") == 1);
  CHECK(bench.journal.records.size() == 1);
  const auto& launches = bench.launcher.launches;
  CHECK(launches[2]->variable("ACRON_RUN_ID") == launches[0]->variable("ACRON_RUN_ID"));
}

TEST_CASE("a run whose retries are used up has failed, and its last attempt is its result", "[run_policies]") {
  Bench bench;
  CHECK(bench.begin("a", "every 1d\nretry 1 every 1s\nrun work\n").empty());
  bench.launcher.end(0, failure);
  REQUIRE(bench.loop.run_until([&] { return bench.launcher.launches.size() == 2; }));
  bench.launcher.end(1, FakeLauncher::exited(7));
  REQUIRE(bench.outputs.closed().size() == 1);
  CHECK(bench.outputs.closed()[0].record.verdict.reason == "exit status 7");
  CHECK(bench.outputs.closed()[0].record.failed_attempts.size() == 1);
}

TEST_CASE("no attempt starts when the next run is due", "[run_policies]") {
  struct Case {
    std::string retry;
    Duration until_next;
    std::string next_in;  // empty: there is no further attempt
  };
  const auto [retry, until_next, next_in] = GENERATE(values<Case>({{"3 every 9m", 10min, "next-in=9m"},
                                                                   {"3 every 10m", 10min, ""},
                                                                   {"3 every 11m", 10min, ""},
                                                                   {"3 backoff 10s", 10min, "next-in=10s"},
                                                                   {"3 backoff 10s", 9s, ""}}));
  CAPTURE(retry, until_next.count());
  Bench bench;
  CHECK(bench.begin("a", "every 10m\nretry " + retry + "\nrun work\n", bench.clock.now() + until_next).empty());
  bench.launcher.end(0, failure);
  CHECK(bench.outputs.closed().size() == (next_in.empty() ? 1U : 0U));
  CHECK(bench.log.count("event=retry", next_in) == (next_in.empty() ? 0U : 1U));
  CHECK(bench.log.count("event=no-retry", "attempt=1", "the next run is due before") == (next_in.empty() ? 1U : 0U));
}

TEST_CASE("a run that waits to be tried again when acron ends has ended, with the attempts it had", "[run_policies]") {
  Bench bench;
  CHECK(bench.begin("a", "every 1d\nretry 3 every 1h\nrun work\n").empty());
  bench.launcher.end(0, failure);
  bench.runs.stop();
  bench.loop.run_ready();
  REQUIRE(bench.outputs.closed().size() == 1);
  CHECK(bench.outputs.closed()[0].record.failed_attempts.empty());
  CHECK(bench.log.count("event=end", "job=a", "result=failed") == 1);
  CHECK(bench.log.count("event=end", "attempts=") == 0);
  CHECK(bench.runs.size() == 0);
}

TEST_CASE("a run that its gate refuses is a recorded skip and no failure", "[run_policies]") {
  Bench bench;
  int answer = 1;
  bench.launcher.answer = [&](const Command& command) {
    return FakeLauncher::exited(command.text == "test -e flag" ? answer : 0);
  };
  bench.load("a", "every 10m\numask 027\nif each-run true\nif each-run test -e flag\nrun work\n");
  CHECK(bench.launcher.launches.empty());  // not asked at the load
  bench.advance_to("12:10:00");
  CHECK(bench.launcher.commands() == Strings{"true", "test -e flag"});
  CHECK(bench.log.count("event=skip", "job=a", "scheduled=2026-03-10T12:10:00",
                        "`if each-run test -e flag`: exit status 1") == 1);
  CHECK(bench.log.count("event=start") + bench.log.count("event=end") == 0);
  CHECK(bench.outputs.closed().empty());
  CHECK(bench.journal.records.empty());
  answer = 0;
  bench.advance_to("12:20:00");
  CHECK(bench.launcher.commands().back() == "work");
  CHECK(bench.log.count("event=end", "job=a", "result=ok") == 1);
  const Command& gate = bench.launcher.launches[0]->command;
  CHECK(gate.time_limit == TimeLimit{30s, 5s});
  CHECK(gate.settings->umask == 027U);  // it is asked in the job's surroundings
}

TEST_CASE("a run whose user is not known has failed, with news of it but no file", "[run_policies]") {
  if (::geteuid() != 0) {
    WARN("only root looks users up");
    return;
  }
  Bench bench;
  CHECK(bench.begin("a", "every 10m\nuser no-such-user-here\nif each-run true\nretry 3 every 1s\nrun work\n").empty());
  REQUIRE(bench.loop.run_until([&] { return bench.runs.size() == 0; }));
  CHECK(bench.launcher.launches.empty());
  REQUIRE(bench.outputs.closed().size() == 1);
  const auto& closed = bench.outputs.closed()[0];
  CHECK(!closed.opens_files);
  CHECK(closed.record.verdict.failed);
  CHECK(closed.record.outcome.ending == Ending(NotStarted{"there is no user 'no-such-user-here'"}));
  CHECK(bench.log.count("event=end", "job=a", "result=failed", "there is no user 'no-such-user-here'") == 1);
}

TEST_CASE("the gate of a job whose user is not known is shut", "[run_policies]") {
  if (::geteuid() != 0) {
    WARN("only root looks users up");
    return;
  }
  Bench bench;
  bench.load("a", "every 10m\nuser no-such-user-here\nif true\nrun work\n");
  REQUIRE(bench.loop.run_until([&] { return bench.log.count("event=gate", "job=a", "result=shut") > 0; }));
  CHECK(bench.log.count("event=gate", "job=a", "there is no user 'no-such-user-here'") == 1);
  CHECK(bench.launcher.launches.empty());
}

TEST_CASE("runs that still wait when all ends leave nothing behind", "[run_policies]") {
  Bench bench;
  auto runs = std::make_unique<Runs>(
      bench.loop.executor(), RunServices{bench.clock, bench.launcher, bench.accounts, bench.outputs, bench.journal});
  for (const std::string line : {"overlap queue", "overlap queue", "user daemon", "retry 3 every 1h"}) {
    const std::string text = "every 1d\n" + line + "\nrun work\n";
    CHECK(runs->begin({bench.job(line, text), {bench.clock.now(), bench.clock.now()}, {}}).empty());
    bench.loop.run_ready();
  }
  for (std::size_t i = 0; i < bench.launcher.launches.size(); ++i) bench.launcher.end(i, failure);
  runs.reset();
  const auto before = bench.launcher.launches.size();
  bench.loop.run_ready();  // the sanitizers would say what they touch
  CHECK(bench.launcher.launches.size() == before);
}
