#include "acron/runtime/jobs/handover.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <memory>

#include "support/bench.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

std::string all_bytes() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

StartedRun started_run() {
  StartedRun run;
  run.order.definition = Bench::job("web/a", "every 10m\nretry 2 every 10s\nuser backup\noutput /tmp/x\nrun work\n");
  run.order.occurrence = {Bench::at("12:10:00"), Bench::at("12:10:07")};
  run.order.next_due = Bench::at("12:20:07");
  run.identity = {"web/a", "run-1", Bench::at("12:10:07"), Bench::at("12:10:08")};
  run.progress.first_begin = SteadyTime(123456789ns);
  run.progress.failed_attempts = {{Bench::at("12:10:08"), 3s, "exit status 3"}};
  run.progress.outcome.ending = Signaled{15};
  run.progress.outcome.usage = Usage{2s, 4096, Accounting::cgroup};
  run.is_to_end = true;
  run.account = Account{34, 35, {35, 36}, "backup", "/var/backups"};
  run.command = CommandState{4711, 7, 8, -1, 10, 20, SteadyTime(1s), SteadyTime(2s), 1min, "run-1-2", true};
  OutputState& output = run.output.emplace();
  output.capture.emplace().append(Stream::err, all_bytes());
  output.spool = SpoolState{{all_bytes(), "err"}, "memory", {9, 11}, all_bytes(), 1, "full"};
  output.sinks = {{{"out", all_bytes()}, 10, "failure", 5, 6, 7}};
  return run;
}

}  // namespace

TEST_CASE("a handover is read back as it was written, whatever jobs print", "[handover]") {
  Handover handover;
  handover.pid = 17;
  handover.started = 18'446'744'073'709'551'615U;
  handover.open_files = {1024, RLIM_INFINITY};
  handover.zone = "localtime";
  handover.zones = {{"No/Such", all_bytes(), true}};
  handover.jobs = {{"a", Bench::at("12:00:00"), Occurrence{Bench::at("11:00:00"), Bench::at("11:00:01")}, {}},
                   {"b", Bench::at("12:00:00"), {}, DueMakeUp{{Bench::at("10:00:00"), {}}, Bench::at("12:01:00")}}};
  handover.definitions = {Bench::job("c", "every 5m\nrun kept\n")};
  handover.runs.started = {started_run(), started_run()};
  handover.runs.started[1].command.reset();
  handover.runs.started[1].output.reset();  // its user is not known yet
  handover.runs.waiting = {{handover.runs.started[0].order, OverlapDecision::replace}};
  handover.runs.waiting[0].withdrawn = "its file is gone";
  handover.forsaken = {3, 4};
  handover.waiting_lines = {{Stream::err, "a", "run-1", all_bytes()}};
  handover.lost_log_lines = 5;
  handover.program = {"/usr/bin/acron", "/", {"acron", "-v"}};
  handover.missing = {{"web", 3, SteadyTime(std::chrono::seconds(7))}};
  handover.ended = {"run-0"};
  handover.mailed = {{"a@b", {SteadyTime(1s), SteadyTime(2s)}, 3}};
  handover.left = {{14, -1, {}}, {12, 13, LateState{started_run().identity, started_run().order.definition, {}, {}}}};
  handover.left[1].to->sinks = {{{all_bytes(), "begun"}, -1, "failure", 0, 3, 0}};
  handover.runs.started[0].progress.outcome.held = 2s;
  const std::string text = handover_text(handover);
  const auto read = handover_from(text);
  REQUIRE(read.has_value());
  CHECK(handover_text(*read) == text);
  CHECK(read->started == handover.started);
  CHECK(read->runs.waiting.at(0).withdrawn == "its file is gone");
  CHECK(*read->definitions.at(0) == *handover.definitions[0]);
  CHECK(read->open_files.rlim_max == RLIM_INFINITY);
  CHECK(*read->runs.started[0].order.definition == *started_run().order.definition);
  CHECK(read->runs.started[0].output->spool->held.out == all_bytes());
  CHECK(read->runs.started[0].output->capture->marked_text() == started_run().output->capture->marked_text());
  CHECK(!read->runs.started.at(1).output);
  CHECK(read->runs.started[0].command->limit_ends == SteadyTime(1s));
  CHECK(read->ended == Strings{"run-0"});
  CHECK(read->mailed.at(0).sent == handover.mailed[0].sent);
  CHECK(read->waiting_lines.at(0).text == all_bytes());
  CHECK(read->runs.started[0].progress.outcome.held == 2s);
  CHECK(descriptors_of(*read) == std::vector{7, 8, 9, 11, 10, 14, 12, 13});
}

TEST_CASE("what is no handover of this version is an error", "[handover]") {
  const std::string good = handover_text({});
  CHECK(handover_from(good).has_value());
  for (std::size_t length = 0; length < good.size(); ++length) CHECK(handover_from(good.substr(0, length)).has_error());
  const std::string version = "\"version\":" + std::to_string(handover_version);
  std::string newer = good;
  newer.replace(newer.find(version), version.size(), "\"version\":" + std::to_string(handover_version + 1));
  CHECK(handover_from(newer).has_error());
  const Strings texts{"[]", "{}", "null", "{" + version + "}", "{" + version + R"(,"pid":"x"})"};
  for (const std::string& text : texts) CHECK(handover_from(text).has_error());
}

TEST_CASE("what an earlier image of this version did not know to write keeps its default", "[handover]") {
  Handover handover;
  handover.runs.started = {started_run()};
  std::string text = handover_text(handover);
  const std::string newer = R"(,"end_unseen":false)";
  REQUIRE(text.find(newer) != std::string::npos);
  text.erase(text.find(newer), newer.size());
  const auto read = handover_from(text);
  REQUIRE(read.has_value());
  CHECK(!read->runs.started.at(0).progress.outcome.end_unseen);
}

TEST_CASE("a job goes on with its ticks where another image was", "[handover]") {
  Bench old;
  old.let_all_succeed();
  const std::string text = "every 10m\nrun work\n";
  old.load("a", text);
  old.advance_to("12:10:00");
  const auto states = old.scheduler.state_at(old.clock.now());
  REQUIRE(states.size() == 1);
  CHECK(states[0].last->due == Bench::at("12:10:00"));

  Bench fresh;
  fresh.let_all_succeed();
  fresh.advance_to("12:25:00");
  fresh.scheduler.take_over(states);
  fresh.load("a", text);
  fresh.load("new", text);
  fresh.clock.ring_due();
  CHECK(fresh.runs_of("a") == Strings{"12:20:00"});  // at once, since it was due meanwhile
  CHECK(fresh.runs_of("new").empty());
  fresh.advance_to("12:30:00");
  CHECK(fresh.runs_of("a") == Strings{"12:20:00", "12:30:00"});
}

TEST_CASE("what ran where another image could not write it is not made up for after the next start", "[handover]") {
  const std::string text = "every 10m\ncatch-up\nrun work\n";
  Bench old;
  old.let_all_succeed();
  old.load("a", text);
  old.advance_to("12:10:00");

  Bench fresh;
  fresh.let_all_succeed();
  fresh.journal.ticks["a"] = Bench::at("12:00:00");
  fresh.advance_to("12:15:00");
  fresh.scheduler.take_over(old.scheduler.state_at(old.clock.now()));
  fresh.load("a", text);
  CHECK(fresh.journal.ticks["a"] == Bench::at("12:10:00"));
}

TEST_CASE("a tick that fell due while the gate of a new job was asked is run by the other image", "[handover]") {
  const std::string text = "every 10m\nif ask\nrun work\n";
  Bench old;
  old.load("a", text);
  old.advance_to("12:10:30");
  const auto states = old.scheduler.state_at(old.clock.now());

  Bench fresh;
  fresh.let_all_succeed();
  fresh.advance_to("12:11:00");
  fresh.scheduler.take_over(states);
  fresh.load("a", text);
  fresh.clock.ring_due();
  CHECK(fresh.runs_of("a") == Strings{"12:10:00"});
}

TEST_CASE("a tick that is due and has not rung yet is begun before the job is handed over", "[handover]") {
  Bench old;
  old.load("a", "every 10m\nrun work\n");
  old.runs.hold(true);
  const auto states = old.scheduler.state_at(Bench::at("12:10:00"));
  CHECK(states[0].last->due == Bench::at("12:10:00"));
  const auto runs = old.runs.state();
  REQUIRE(runs.has_value());
  REQUIRE(runs->waiting.size() == 1);
  CHECK(runs->waiting[0].order.occurrence.due == Bench::at("12:10:00"));
  CHECK(old.launcher.launches.empty());
}

TEST_CASE("runs that wait for their turn have it in the other image, in their order", "[handover]") {
  Bench old;
  old.runs.hold(true);
  for (const char* name : {"a", "b"}) CHECK(old.begin(name, "every 10m\noverlap queue\nlock one\nrun work\n").empty());
  auto state = old.runs.state();
  REQUIRE(state.has_value());
  Bench fresh;
  fresh.runs.take_over(*std::move(state));
  fresh.loop.run_ready();
  REQUIRE(fresh.launcher.launches.size() == 1);
  CHECK(fresh.launcher.launches[0]->variable("ACRON_JOB") == "a");
  fresh.launcher.end(0);
  REQUIRE(fresh.launcher.launches.size() == 2);
  CHECK(fresh.launcher.launches[1]->variable("ACRON_JOB") == "b");
  fresh.launcher.end(1);
  CHECK(fresh.runs.size() == 0);
  // The other one goes on, too, when it was not replaced after all.
  old.runs.hold(false);
  old.loop.run_ready();
  CHECK(old.launcher.launches.size() == 1);
  old.launcher.end(0);
  old.launcher.end(1);
}

TEST_CASE("a run that waits for its next attempt has it in the other image, at its time", "[handover]") {
  Bench old;
  CHECK(old.begin("a", "every 1d\nretry 1 every 1s\nrun work\n").empty());
  old.launcher.end(0, FakeLauncher::exited(3));
  auto state = old.runs.state();
  REQUIRE(state.has_value());
  REQUIRE(state->started.size() == 1);
  CHECK_FALSE(state->started[0].command.has_value());
  Bench fresh;
  fresh.runs.take_over(*std::move(state));
  fresh.loop.run_until([&] { return fresh.launcher.launches.size() == 1; });
  fresh.launcher.end(0);
  REQUIRE(fresh.outputs.closed().size() == 1);
  CHECK(fresh.outputs.closed()[0].record.failed_attempts.size() == 1);
  CHECK_FALSE(fresh.outputs.closed()[0].record.verdict.failed);
  old.runs.stop();
  old.loop.run_ready();
}

TEST_CASE("a zone whose file is bad by now goes on as it was handed over", "[handover]") {
  std::ifstream file("/usr/share/zoneinfo/Asia/Tokyo", std::ios::binary);
  Handover handover;
  // No machine has a file for it.
  handover.zones = {{"Test/Handed_Over", {std::istreambuf_iterator<char>(file), {}}, true}};
  const std::string text = handover_text(handover);
  REQUIRE_FALSE(TimeZone::known("Test/Handed_Over").has_value());
  REQUIRE(handover_from(text).has_value());
  const auto job = Bench::job("a", "every 5m\ntimezone Test/Handed_Over\nrun x\n");
  CHECK(job->zone->period_at(Bench::at("12:00:00")).offset == 9h);
  CHECK(TimeZone::known("Test/Handed_Over") == job->zone);
  const auto saved = TimeZone::save();
  CHECK(std::any_of(saved.begin(), saved.end(), [&](const TimeZone::Saved& zone) {
    return zone.name == "Test/Handed_Over" && zone.bytes == handover.zones[0].bytes;
  }));
}
