#include <signal.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/real_processes.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

// Long enough for a shell to get ready on a machine that is busy with other things.
constexpr TimeLimit short_limit{3s, 1s}, short_limit_long_grace{3s, 50s};

}  // namespace

TEST_CASE("a command that overruns its limit gets SIGTERM, and what it does then is told", "[child_supervision]") {
  Processes processes;
  SECTION("it dies") {
    const auto outcome = processes.run("sleep 100", short_limit_long_grace);
    CHECK(outcome.ending == Ending(Signaled{SIGTERM}));
    CHECK(outcome.timed_out_after == 3s);
  }
  SECTION("it tidies up and says that all is well") {
    const auto outcome = processes.run("trap 'echo tidied; exit 0' TERM; sleep 100 & wait", short_limit_long_grace);
    CHECK(outcome.ending == Ending(Exited{0}));
    CHECK(outcome.timed_out_after == 3s);
    CHECK(processes.printed.out == "tidied\n");
  }
}

TEST_CASE("a command that ignores SIGTERM gets SIGKILL, and not before its grace is over", "[child_supervision]") {
  Processes processes;
  const auto outcome =
      processes.run("trap 'echo TERM' TERM; n=0; while :; do sleep 0.05; echo tick; done", TimeLimit{3s, 3s});
  CHECK(outcome.ending == Ending(Signaled{SIGKILL}));
  CHECK(outcome.timed_out_after == 3s);
  const auto& out = processes.printed.out;
  const auto term = out.find("TERM");
  REQUIRE(term != std::string::npos);
  CHECK(out.find("tick", term) != std::string::npos);  // it went on for a while
}

TEST_CASE("a timeout ends the whole process group, also those that ignore SIGTERM", "[child_supervision]") {
  const std::string redirection = GENERATE("", " >/dev/null 2>&1");
  CAPTURE(redirection);
  Processes processes;
  const auto outcome = processes.run(
      "(trap '' TERM; exec sleep 100)" + redirection + " & echo $!; sleep 100" + redirection + " & echo $!; wait",
      short_limit);
  CHECK(outcome.ending == Ending(Signaled{SIGTERM}));
  CHECK(!outcome.output_left_open);
  const auto pids = pids_in(processes.printed.out);
  REQUIRE(pids.size() == 2);
  CHECK(processes.loop.run_until([&] { return std::none_of(pids.begin(), pids.end(), is_alive); }));
}

TEST_CASE("a stopped command ends by SIGTERM all the same", "[child_supervision]") {
  Processes processes;
  const auto outcome = processes.run("kill -STOP $$; sleep 100", short_limit_long_grace);
  CHECK(outcome.ending == Ending(Signaled{SIGTERM}));
}

TEST_CASE("a run ends although a grandchild keeps the pipes open, and that is told", "[child_supervision]") {
  const std::string start = GENERATE("", "setsid ");
  CAPTURE(start);
  Processes processes;
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = processes.run(start + "sleep 55 & echo $!; exit 4");
  CHECK(outcome.ending == Ending(Exited{4}));
  CHECK(outcome.output_left_open);
  CHECK(std::chrono::steady_clock::now() - begin < 50s);
  const auto pids = pids_in(processes.printed.out);
  REQUIRE(pids.size() == 1);
  CHECK(is_alive(pids[0]));  // no timeout: it is left alone
  ::kill(pids[0], SIGKILL);
}

TEST_CASE("what a grandchild prints soon after the command's end is still heard", "[child_supervision]") {
  Processes processes;
  RunOutcome outcome;
  // A machine that stops us for a second makes it too late, so there is more than one attempt.
  for (int attempt = 0; attempt == 0 || (attempt < 20 && outcome.output_left_open); ++attempt)
    outcome = processes.run("(sleep 0.2; echo late) & exit 0");
  CHECK(processes.printed.out == "late\n");
  CHECK(!outcome.output_left_open);
}
