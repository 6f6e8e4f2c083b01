#include "acron/core/job/verdict.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <vector>

using namespace acron;
using namespace std::chrono_literals;

namespace {

constexpr FailurePolicy by_status{.if_nonzero = true, .if_stderr = false};
constexpr FailurePolicy by_stderr{.if_nonzero = false, .if_stderr = true};
constexpr FailurePolicy by_both{.if_nonzero = true, .if_stderr = true};

RunOutcome ended(Ending ending, std::uint64_t stderr_bytes = 0) {
  RunOutcome outcome;
  outcome.ending = std::move(ending);
  outcome.stdout_bytes = 10;
  outcome.stderr_bytes = stderr_bytes;
  return outcome;
}

RunOutcome timed_out(Ending ending) {
  auto outcome = ended(std::move(ending));
  outcome.timed_out_after = 1min;
  return outcome;
}

RunOutcome ended_with_acron(Ending ending) {
  auto outcome = ended(std::move(ending));
  outcome.ended_with_acron = true;
  return outcome;
}

RunOutcome replaced(Ending ending) {
  auto outcome = ended(std::move(ending));
  outcome.replaced = true;
  return outcome;
}

RunOutcome out_of_memory(Ending ending) {
  auto outcome = ended(std::move(ending));
  outcome.out_of_memory = true;
  return outcome;
}

}  // namespace

TEST_CASE("a run is judged by its status, its stderr and what no policy excuses", "[verdict]") {
  struct Row {
    FailurePolicy policy;
    RunOutcome outcome;
    std::string reason;
  };
  const std::vector<Row> rows{
      {by_status, ended(Exited{0}), ""},
      {by_status, ended(Exited{0}, 5), ""},
      {by_status, ended(Exited{3}), "exit status 3"},
      {by_stderr, ended(Exited{3}), ""},
      {by_stderr, ended(Exited{0}, 5), "wrote to stderr"},
      {by_both, ended(Exited{0}), ""},
      {by_both, ended(Exited{255}, 1), "exit status 255, wrote to stderr"},
      {by_stderr, ended(Signaled{SIGSEGV}), "killed by SIGSEGV"},
      {by_stderr, ended(NotStarted{"no such shell"}), "could not be started: no such shell"},
      {by_status, timed_out(Signaled{SIGTERM}), "timed out after 1m, killed by SIGTERM"},
      {by_status, timed_out(Exited{0}), "timed out after 1m"},
      {by_status, timed_out(Exited{143}), "timed out after 1m, exit status 143"},
      {by_stderr, timed_out(Exited{143}), "timed out after 1m"},
      {by_status, replaced(Signaled{SIGTERM}), "replaced by the next run, killed by SIGTERM"},
      {by_stderr, replaced(Exited{0}), "replaced by the next run"},
      {by_status, ended_with_acron(Exited{0}), "ended with acron"},
      {by_status, ended_with_acron(Signaled{SIGKILL}), "ended with acron, killed by SIGKILL"},
      {by_stderr, out_of_memory(Signaled{SIGKILL}), "killed by SIGKILL, out of memory"},
  };
  for (const auto& row : rows) {
    INFO(row.reason);
    const auto verdict = judge(row.policy, row.outcome);
    CHECK(verdict.failed == !row.reason.empty());
    CHECK(verdict.reason == row.reason);
  }
}

TEST_CASE("output that a grandchild keeps open is no failure", "[verdict]") {
  auto outcome = ended(Exited{0});
  outcome.output_left_open = true;
  CHECK_FALSE(judge(by_both, outcome).failed);
}

TEST_CASE("signals are called as signal(7) calls them", "[verdict]") {
  CHECK(signal_name(SIGTERM) == "SIGTERM");
  CHECK(signal_name(SIGKILL) == "SIGKILL");
  CHECK(signal_name(SIGSEGV) == "SIGSEGV");
  CHECK(signal_name(SIGXCPU) == "SIGXCPU");
  CHECK(signal_name(63) == "signal 63");
  CHECK(signal_name(0) == "signal 0");
  CHECK(signal_name(-1) == "signal -1");
  CHECK(signal_name(9999) == "signal 9999");
}
