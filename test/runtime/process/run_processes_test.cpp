#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <memory>
#include <thread>

#include "acron/core/job/run_mark.hpp"
#include "acron/runtime/process/open_run.hpp"
#include "acron/runtime/process/start_record.hpp"
#include "support/real_processes.hpp"
#include "support/temp_folder.hpp"
#include "support/test_cgroup.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

// The short one is long enough for a shell to get ready on a machine that is busy with other things.
constexpr TimeLimit three_seconds{3s, 1s}, one_minute{60s, 1s};

/// The two ways to know what a run has started.
enum class Way : std::uint8_t { cgroup, descendants };

struct Followed {
  explicit Followed(Way way) : is_possible(way == Way::descendants || cgroup.is_there()) {
    LauncherOptions options;
    options.cgroups = way == Way::cgroup;
    options.cgroup_directory = way == Way::cgroup ? cgroup.path() : "";
    if (is_possible) processes = std::make_unique<Processes>(plain_surroundings(), options);
  }

  RunOutcome run(const std::string& text, std::optional<TimeLimit> limit = {},
                 const SharedValue<RunSettings>& settings = {}) {
    return processes->run(Command{text, {"ACRON_RUN_ID=1a2b-0001"}, limit, settings});
  }
  std::vector<pid_t> printed_pids() const { return pids_in(processes->printed.out); }
  bool all_end(const std::vector<pid_t>& pids) const {
    return processes->loop.run_until([&] { return std::none_of(pids.begin(), pids.end(), is_alive); });
  }

  TestCgroup cgroup;
  bool is_possible;
  std::unique_ptr<Processes> processes;
};

/// Both ways, but only those that this machine has.
std::unique_ptr<Followed> followed(Way way) {
  auto all = std::make_unique<Followed>(way);
  if (!all->is_possible) {
    WARN("there is no cgroup v2 here that a test may divide");
    CHECK(all->cgroup.groups().empty());
  }
  return all->is_possible ? std::move(all) : nullptr;
}

SharedValue<RunSettings> with_limits(const ResourceLimits& limits) {
  SharedValue<RunSettings> settings;
  settings.edit([&](RunSettings& mine) { mine.limits = limits; });
  return settings;
}

/// What an acron that is dead has started: a process and one that has left its group and has lost its parent, which is
/// known by the cgroup, or by its environment where there is none.
class LeftRun {
 public:
  LeftRun(Way way, const TestCgroup& cgroup) {
    options_.cgroups = way == Way::cgroup;
    if (way == Way::cgroup) options_.cgroup_directory = cgroup.path();
    const std::string place = folder_.path();
    const auto note = [&](const std::string& name) {
      return "echo $$ >" + place + "/new-" + name + "; mv " + place + "/new-" + name + " " + place + "/" + name + "; ";
    };
    folder_.write("stray.sh", note("stray") + "exec sleep 1000");
    const std::string clear = way == Way::cgroup ? "env -i " : "";
    folder_.write("run.sh", enter_group_in(way, cgroup) + "(" + clear + "setsid sh " + place + "/stray.sh &); " +
                                note("leader") + "sleep 1000; true");
    RunMark mark;
    mark.identity = {"a", "1a2b-0001", {}, {}};
    UnsignedMark unsigned_mark(mark, this_boot(), key);
    unsigned_mark.sign(1);
    const std::string begin = "ACRON_JOB=a ACRON_RUN_ID=1a2b-0001 " + unsigned_mark.line() + " setsid sh " + place +
                              "/run.sh >/dev/null 2>&1 &";
    REQUIRE(std::system(begin.c_str()) == 0);
    for (const auto& [name, pid] : {std::pair("leader", &leader_), std::pair("stray", &stray_)}) {
      while (!std::filesystem::exists(place + "/" + name)) std::this_thread::sleep_for(5ms);
      *pid = static_cast<pid_t>(std::stol(text_of_file(place + "/" + name)));
    }
  }

  const LauncherOptions& options() const { return options_; }
  /// For the acron that comes after the dead one.
  void make_known(ProcessLauncher& launcher) { launcher.mark_with(key, starts_); }
  pid_t leader() const { return leader_; }
  pid_t stray() const { return stray_; }
  /// That sees it to its end, which is overdue.
  Command command() const {
    Command command{"", {"ACRON_RUN_ID=1a2b-0001"}, TimeLimit{1s, 1s}};
    command.begun.emplace();
    command.begun->pid = leader_;
    command.begun->exit = static_cast<int>(::syscall(SYS_pidfd_open, leader_, 0));
    command.begun->is_child = false;
    command.begun->limit_ends = std::chrono::steady_clock::now();
    return command;
  }

 private:
  static std::string enter_group_in(Way way, const TestCgroup& cgroup) {
    if (way != Way::cgroup) return {};
    const pid_t dead = ::fork();
    if (dead == 0) ::_exit(0);
    REQUIRE(::waitpid(dead, nullptr, 0) == dead);
    const std::string group = cgroup.path() + "/run-" + std::to_string(dead) + "-0";
    REQUIRE(std::filesystem::create_directory(group));
    return "echo $$ >" + group + "/cgroup.procs; ";
  }

  static constexpr DigestKey key{7};

  TempFolder folder_;
  StartRecord starts_{folder_.path()};
  LauncherOptions options_;
  pid_t leader_ = -1, stray_ = -1;
};

}  // namespace

TEST_CASE("a timeout ends what has left the process group", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const std::string escape = GENERATE(
      // A session of its own below a leader that waits; one whose parents are gone; the same that ignores SIGTERM;
      // one that is stopped.
      "setsid sleep 1000 >/dev/null 2>&1 & echo $!; sleep 1000",
      "(setsid sh -c 'echo $$; exec >/dev/null 2>&1; sleep 1000' &) ; sleep 1000",
      "(setsid sh -c 'trap \"\" TERM; echo $$; exec >/dev/null 2>&1; sleep 1000 & sleep 1000' &) ; sleep 1000",
      "(setsid sh -c 'echo $$; exec >/dev/null 2>&1; kill -STOP $$; sleep 1000' &) ; sleep 1000");
  CAPTURE(escape);
  const auto all = followed(way);
  if (!all) return;
  const auto outcome = all->run(escape, three_seconds);
  CHECK(outcome.timed_out_after == 3s);
  const auto pids = all->printed_pids();
  REQUIRE(pids.size() == 1);
  CHECK(all->all_end(pids));
}

TEST_CASE("what has left the group gets SIGTERM and the grace to end", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const auto all = followed(way);
  if (!all) return;
  const auto outcome = all->run(
      "(setsid sh -c 'trap \"sleep 0.3; echo tidied; exit\" TERM; echo ready; while :; do sleep 0.1; done' &);"
      "sleep 1000",
      TimeLimit{3s, 50s});
  CHECK(outcome.ending == Ending(Signaled{SIGTERM}));
  CHECK(all->processes->printed.out.find("tidied") != std::string::npos);
}

TEST_CASE("what a run leaves behind when it ends by itself is left alone", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const auto all = followed(way);
  if (!all) return;
  CHECK(all->run("(setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1' &); sleep 0.2", TimeLimit{50s, 1s}).ending ==
        Ending(Exited{0}));
  const auto pids = all->printed_pids();
  REQUIRE(pids.size() == 1);
  CHECK(is_alive(pids[0]));
  if (way == Way::cgroup) CHECK(all->cgroup.groups().size() == 1);
  ::kill(pids[0], SIGKILL);
  // Reaped, and its group removed, though no run ends.
  CHECK(all->processes->loop.run_until([&] { return !has_children() && all->cgroup.groups().empty(); }));
}

TEST_CASE("a timeout ends nothing that is not of its run", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const auto all = followed(way);
  if (!all) return;
  Processes& processes = *all->processes;
  const Command other{"sleep 2; exit 6", {"ACRON_RUN_ID=1a2b-0002"}, {}};
  Printed printed;
  std::optional<RunOutcome> of_other;
  processes.tasks.start("run", see_through(processes.launcher, other, printed, of_other));
  processes.run(Command{
      "(setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1' &); sleep 0.2", {"ACRON_RUN_ID=1a2b-0003"}, {}});
  const auto left = all->printed_pids();
  all->run("setsid sleep 1000 >/dev/null 2>&1 & sleep 1000", three_seconds);
  REQUIRE(processes.loop.run_until([&] { return of_other.has_value(); }));
  CHECK(of_other->ending == Ending(Exited{6}));
  REQUIRE(left.size() == 1);
  CHECK(is_alive(left[0]));
  ::kill(left[0], SIGKILL);
  CHECK(processes.loop.run_until([&] { return !has_children(); }));
}

TEST_CASE("how a run ended is never lost to the orphans that end beside it", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const auto all = followed(way);
  if (!all) return;
  for (int i = 0; i < 30; ++i) {
    // The orphan ends just before its run, just after it, and in between.
    const std::string text = "(setsid sleep 0.0" + std::to_string(i % 3) + " &); (true &); exit " + std::to_string(i);
    CHECK(all->run(text).ending == Ending(Exited{i}));
  }
  CHECK(all->processes->loop.run_until([&] { return !has_children(); }));
}

TEST_CASE("two hundred runs leave no group behind", "[run_processes]") {
  const auto all = followed(Way::cgroup);
  if (!all) return;
  for (int i = 0; i < 200; ++i) CHECK(all->run("true", one_minute).ending == Ending(Exited{0}));
  CHECK(all->run("true #" + std::string(200 * 1024, 'x'), one_minute).usage == std::nullopt);  // not started
  CHECK(all->processes->loop.run_until([&] { return all->cgroup.groups().empty(); }));
}

TEST_CASE("groups that a run has made below its own go with it", "[run_processes]") {
  const auto all = followed(Way::cgroup);
  if (!all) return;
  const std::string text = "g=$(echo " + all->cgroup.path() + "/run-*); mkdir -p $g/a/b; echo $$ >$g/a/b/cgroup.procs";
  const auto outcome = all->run(text + "; echo moved; sleep 1000", three_seconds);
  CHECK(all->processes->printed.out == "moved\n");
  CHECK(outcome.timed_out_after == 3s);
  CHECK(all->processes->loop.run_until([&] { return all->cgroup.groups().empty(); }));
}

TEST_CASE("groups that a dead acron has left are removed by the next, unless they are in use", "[run_processes]") {
  TestCgroup cgroup;
  if (!cgroup.is_there()) {
    CHECK(cgroup.groups().empty());
    return;
  }
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  REQUIRE(::waitpid(dead, nullptr, 0) == dead);
  const pid_t living = ::fork();
  if (living == 0) {
    ::pause();
    ::_exit(0);
  }
  const std::string of_dead = "run-" + std::to_string(dead) + "-", of_living = "run-" + std::to_string(living) + "-0";
  for (const std::string& name : {of_dead + "0", of_dead + "1", of_living, std::string("else"), std::string("run-x")})
    REQUIRE(std::filesystem::create_directory(cgroup.path() + "/" + name));
  std::ofstream(cgroup.path() + "/" + of_dead + "1/cgroup.procs") << living << std::flush;
  {
    LauncherOptions options;
    options.cgroup_directory = cgroup.path();
    Processes processes(plain_surroundings(), options);
    auto groups = cgroup.groups();
    std::sort(groups.begin(), groups.end());
    std::vector<std::string> kept{"else", of_dead + "1", of_living, "run-x"};
    std::sort(kept.begin(), kept.end());
    CHECK(groups == kept);
    ::kill(living, SIGKILL);
    CHECK(processes.loop.run_until([&] { return cgroup.groups().size() == 3; }));
  }
}

TEST_CASE("a run that a dead acron has left is ended with what has left its process group", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const TestCgroup cgroup;
  if (way == Way::cgroup && !cgroup.is_there()) return;
  LeftRun left(way, cgroup);
  Processes processes(plain_surroundings(), left.options());
  left.make_known(processes.launcher);
  CHECK(processes.run(left.command()).timed_out_after == 1s);
  CHECK(processes.loop.run_until(
      [&] { return !is_alive(left.leader()) && !is_alive(left.stray()) && cgroup.groups().empty(); }));
}

TEST_CASE("a cgroup that others can move processes to is not that of a run which a dead acron has left",
          "[run_processes]") {
  const TestCgroup cgroup;
  if (!cgroup.is_there()) return;
  const LeftRun left(Way::cgroup, cgroup);
  REQUIRE(::chmod((cgroup.path() + "/" + cgroup.groups().at(0) + "/cgroup.procs").c_str(), 0666) == 0);
  Processes processes(plain_surroundings(), left.options());
  CHECK(processes.run(left.command()).timed_out_after == 1s);
  CHECK(processes.loop.run_until([&] { return !is_alive(left.leader()); }));
  CHECK(is_alive(left.stray()));
  ::kill(left.stray(), SIGKILL);
  CHECK(processes.loop.run_until([&] { return cgroup.groups().empty(); }));
}

TEST_CASE("a run of which nothing is asked that needs a group has none", "[run_processes]") {
  const auto all = followed(Way::cgroup);
  if (!all) return;
  const auto plain = all->run("true");
  REQUIRE(plain.usage);
  CHECK(plain.usage->accounting == Accounting::process_group);
  const auto limited = all->run("true", one_minute);
  REQUIRE(limited.usage);
  CHECK(limited.usage->accounting >= Accounting::cgroup_cpu);
}

TEST_CASE("a group that can't be had is no reason not to run", "[run_processes]") {
  LauncherOptions options;
  options.cgroup_directory = GENERATE("/", "/no/such/directory", "/proc");
  Processes processes(plain_surroundings(), options);
  const auto outcome = processes.run("exit 5");
  CHECK(outcome.ending == Ending(Exited{5}));
  REQUIRE(outcome.usage);
  CHECK(outcome.usage->accounting == Accounting::process_group);
}

TEST_CASE("the cpu time is that of all processes where a group counts it", "[run_processes]") {
  const auto all = followed(Way::cgroup);
  if (!all) return;
  // Nobody waits for the one that works: getrusage(2) tells nothing of it.
  const auto outcome =
      all->run("(setsid sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done' &) | cat", one_minute);
  CHECK(all->processes->printed.out == "done\n");
  REQUIRE(outcome.usage);
  CHECK(outcome.usage->accounting >= Accounting::cgroup_cpu);
  CHECK(outcome.usage->cpu_time >= 50ms);
}

TEST_CASE("a limit of processes holds for the whole run", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const auto all = followed(way);
  if (!all) return;
  ResourceLimits limits;
  limits.processes = 10;
  const bool bounded = way == Way::cgroup && all->cgroup.hands_on("pids");
  const std::string text =
      "grep processes /proc/self/limits; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do sleep 1000 & done; sleep 1000";
  const auto outcome = all->run(text, three_seconds, with_limits(limits));
  CHECK(outcome.ending != Ending(Exited{0}));
  const std::string& err = all->processes->printed.err;
  if (bounded) CHECK(err.find("fork") != std::string::npos);
  const bool has_rlimit = all->processes->printed.out.find(" 10 ") != std::string::npos;
  CHECK(has_rlimit == !bounded);
}

TEST_CASE("a limit of memory holds for the whole run", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const auto all = followed(way);
  if (!all) return;
  ResourceLimits limits;
  limits.memory = 64 * 1024 * 1024;
  const bool bounded = way == Way::cgroup && all->cgroup.hands_on("memory");
  const auto outcome =
      all->run("ulimit -v; head -c 100000000 /dev/zero | tail -c 90000000 | wc -c", {}, with_limits(limits));
  if (bounded) {
    CHECK(outcome.ending == Ending(Signaled{SIGKILL}));
    CHECK(all->processes->printed.out.find("unlimited") == 0);
  } else {
    CHECK(all->processes->printed.out.find("65536\n") == 0);
    CHECK(all->processes->printed.out.find("90000000") == std::string::npos);
  }
}

TEST_CASE("a run that starts processes as fast as it can is ended whole", "[run_processes]") {
  const auto way = GENERATE(Way::cgroup, Way::descendants);
  const auto all = followed(way);
  if (!all) return;
  // At most 200 at a time, each in a session of its own, which start others and end.
  const std::string bomb =
      "f() { n=0; while :; do setsid sleep 0.05 & n=$((n+1)); [ $((n%20)) = 0 ] && wait; done; };"
      "exec >/dev/null 2>&1; for i in 1 2 3 4 5; do (trap '' TERM; f) & done; wait";
  const auto outcome = all->run(bomb, three_seconds);
  CHECK(outcome.timed_out_after == 3s);
  CHECK(all->processes->loop.run_until([&] { return !has_children() && all->cgroup.groups().empty(); }));
}
