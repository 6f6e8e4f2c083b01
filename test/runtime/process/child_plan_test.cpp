#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "acron/core/config/job_parser.hpp"
#include "support/real_processes.hpp"
#include "support/root.hpp"
#include "support/temp_folder.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

/// Nobody else's, so that its processes can be counted.
Account stranger() { return {61234, 61235, {61235, 4, 27}, "stranger", "/tmp"}; }

/// What a job file says of its command, which is the last line.
Command command_of(const std::string& lines, std::optional<Account> account = {}) {
  const auto job = parse_job({"a", "every 1h\n" + lines}).value();
  return {job.command, {}, job.time_limit, job.settings, std::move(account)};
}

struct Jobs : Processes {
  Jobs() : Processes(surroundings_of_this_user()) {}
  RunOutcome run(const std::string& lines, std::optional<Account> account = {}) {
    return Processes::run(command_of(lines, std::move(account)));
  }
  std::string output_of(const std::string& lines, std::optional<Account> account = {}) {
    run(lines, std::move(account));
    return printed.out;
  }
};

/// The reason; empty when it was started.
std::string not_started(const RunOutcome& outcome) {
  const auto* ending = std::get_if<NotStarted>(&outcome.ending);
  return ending != nullptr ? ending->reason : std::string();
}

/// The words behind `name:` of /proc/PID/status.
std::string field(const std::string& status, const std::string& name) {
  std::istringstream lines(status);
  for (std::string line, words, word; std::getline(lines, line);) {
    if (!line.starts_with(name + ":")) continue;
    std::istringstream rest(line.substr(name.size() + 1));
    while (rest >> word) words += (words.empty() ? "" : " ") + word;
    return words;
  }
  return "no " + name;
}

}  // namespace

TEST_CASE("a command of a user has that user's ids, groups and no capability", "[child_plan]") {
  if (!is_root("becoming another user is not tested")) return;
  Jobs jobs;
  const std::string run = GENERATE("run cat /proc/self/status\n", "run : ; exec cat /proc/self/status\n");
  CAPTURE(run);
  const auto status = jobs.output_of(run, stranger());
  CHECK(field(status, "Uid") == "61234 61234 61234 61234");
  CHECK(field(status, "Gid") == "61235 61235 61235 61235");
  CHECK(field(status, "Groups") == "4 27 61235");
  CHECK(field(status, "CapEff") == "0000000000000000");
  CHECK(field(status, "CapPrm") == "0000000000000000");
  // Only the child became another.
  CHECK(::geteuid() == 0);
  CHECK(field(jobs.output_of("run cat /proc/self/status\n"), "Uid") == "0 0 0 0");
}

TEST_CASE("a command of a user has that user's home, names and path", "[child_plan]") {
  if (!is_root("becoming another user is not tested")) return;
  Jobs jobs;
  std::istringstream lines(jobs.output_of("run env\n", stranger()));
  std::vector<std::string> variables;
  for (std::string line; std::getline(lines, line);) variables.push_back(line);
  std::sort(variables.begin(), variables.end());
  CHECK(variables == std::vector<std::string>{"HOME=/tmp", "LOGNAME=stranger", "PATH=/usr/local/bin:/usr/bin:/bin",
                                              "PWD=/tmp", "SHELL=/bin/sh", "USER=stranger"});
  CHECK(jobs.output_of("run pwd\n", stranger()) == "/tmp\n");
}

TEST_CASE("a command whose user has no home is not started, unless its job says where", "[child_plan]") {
  if (!is_root("becoming another user is not tested")) return;
  const TempFolder folder;  // root's, mode 0700
  struct Case {
    std::string home, reason, variable;
  };
  const std::string roots = folder.path();
  const std::vector<Case> cases{
      {"/no/such/home", "can't enter the home directory /no/such/home of user stranger: No such file or directory",
       "/no/such/home"},
      {"/etc/passwd", "can't enter the home directory /etc/passwd of user stranger: Not a directory", "/etc/passwd"},
      {roots, "can't enter the home directory " + roots + " of user stranger: Permission denied", roots},
      {"", "user stranger has no home directory", "/"},
      {"tmp", "the home directory 'tmp' of user stranger is not named from the root", "/"},
  };
  Jobs jobs;
  for (const auto& [home, reason, variable] : cases) {
    CAPTURE(home);
    auto homeless = stranger();
    homeless.home = home;
    for (const char* run : {"run pwd\n", "run pwd; true\n"}) {
      CHECK(not_started(jobs.run(run, homeless)) == reason + "; 'cwd /' would start it in /");
      CHECK(jobs.printed.out.empty());
    }
    CHECK(jobs.output_of("cwd /\nrun echo $PWD $HOME; pwd\n", homeless) == "/ " + variable + "\n/\n");
  }
  auto at_the_root = stranger();
  at_the_root.home = "/";
  CHECK(jobs.output_of("run pwd\n", at_the_root) == "/\n");
}

TEST_CASE("a command of acron's own user needs a home, too", "[child_plan]") {
  auto surroundings = surroundings_of_this_user();
  surroundings.user = "somebody";
  surroundings.directory = "/no/such/home";
  Processes processes(surroundings);
  CHECK(not_started(processes.run(command_of("run pwd\n"))) ==
        "can't enter the home directory /no/such/home of user somebody: No such file or directory; 'cwd /' would start "
        "it in /");
  processes.run(command_of("cwd /tmp\nrun pwd\n"));
  CHECK(processes.printed.out == "/tmp\n");
}

TEST_CASE("a command has the zone that it is given, unless its job says another", "[child_plan]") {
  Jobs jobs;
  CHECK(jobs.output_of("run echo \"${TZ-none}\"\n") == "none\n");
  jobs.launcher.set_zone_variable("Asia/Kolkata");
  CHECK(jobs.output_of("run echo \"$TZ\"; date +%z\n") == "Asia/Kolkata\n+0530\n");
  CHECK(jobs.output_of("env TZ=UTC\nrun echo \"$TZ\"; env | grep -c ^TZ\n") == "UTC\n1\n");
  jobs.launcher.set_zone_variable("");
  CHECK(jobs.output_of("run echo \"${TZ-none}\"\n") == "none\n");
}

TEST_CASE("the zone of commands is the one that acron reads schedules by", "[child_plan]") {
  const char* const before = std::getenv("TZ");
  const std::optional<std::string> kept = before != nullptr ? std::optional<std::string>(before) : std::nullopt;
  const TimeZone kolkata = TimeZone::named("Asia/Kolkata").value();
  struct Case {
    const char* ours;
    TimeZone counts_as;
    std::string expected;
  };
  const std::vector<Case> cases{
      {"Asia/Kolkata", kolkata, "Asia/Kolkata"},
      {":Asia/Kolkata", kolkata, ":Asia/Kolkata"},
      {"/usr/share/zoneinfo/Asia/Kolkata", kolkata, "/usr/share/zoneinfo/Asia/Kolkata"},
      {"UTC", TimeZone(), "UTC"},
      {"no zone", TimeZone(), "UTC"},
      {"CET-1CEST", TimeZone(), "UTC"},  // what acron takes for UTC, the C library would not
      {"", kolkata, ""},                 // /etc/localtime
  };
  for (const auto& [ours, counts_as, expected] : cases) {
    CAPTURE(ours);
    ::setenv("TZ", ours, 1);
    CHECK(zone_variable_for_children(counts_as, false) == expected);
  }
  ::setenv("TZ", "/no/file/any/more", 1);
  CHECK(zone_variable_for_children(kolkata, true) == "Asia/Kolkata");
  ::unsetenv("TZ");
  CHECK(zone_variable_for_children(kolkata, false).empty());
  CHECK(zone_variable_for_children(kolkata, true) == "Asia/Kolkata");
  CHECK(zone_variable_for_children(TimeZone(), true).empty());
  if (kept) ::setenv("TZ", kept->c_str(), 1);
}

TEST_CASE("a command starts in its cwd or not at all", "[child_plan]") {
  const TempFolder folder;
  Jobs jobs;
  CHECK(jobs.output_of("cwd " + folder.path().string() + "\nrun pwd\n") == folder.path().string() + "\n");
  CHECK(not_started(jobs.run("cwd /no/such/place\nrun true\n")) ==
        "can't enter the directory /no/such/place: No such file or directory");
  CHECK(not_started(jobs.run("cwd /etc/passwd\nrun true\n")) ==
        "can't enter the directory /etc/passwd: Not a directory");
  CHECK(jobs.run("run true\n").ending == Ending(Exited{0}));  // nothing is left of the failure
}

TEST_CASE("a cwd is entered as the user", "[child_plan]") {
  if (!is_root("becoming another user is not tested")) return;
  const TempFolder folder;  // root's, mode 0700
  Jobs jobs;
  CHECK(not_started(jobs.run("cwd " + folder.path().string() + "\nrun true\n", stranger())) ==
        "can't enter the directory " + folder.path().string() + ": Permission denied");
}

TEST_CASE("umask, nice and shell are as the job says", "[child_plan]") {
  const TempFolder folder;
  Jobs jobs;
  CHECK(jobs.output_of("umask 027\nrun umask\n") == "0027\n");
  CHECK(jobs.output_of("umask 000\nrun umask\n") == "0000\n");
  CHECK(jobs.output_of("nice 10\nrun nice\n") == "10\n");
  CHECK(jobs.output_of("shell /bin/bash\nrun echo ${BASH_VERSION:+bash} $SHELL\n") == "bash /bin/bash\n");
  CHECK(not_started(jobs.run("shell /no/such/shell\nrun true\n")) == "/no/such/shell: No such file or directory");
  CHECK(not_started(jobs.run("shell /etc/passwd\nrun true\n")) == "/etc/passwd: Permission denied");
}

TEST_CASE("env is over what acron sets, and a plain command is found by its PATH", "[child_plan]") {
  const TempFolder folder;
  const auto program = folder.write("only-here", "#!/bin/sh\necho found \"$@\"\n");
  REQUIRE(::chmod(program.c_str(), 0755) == 0);
  Jobs jobs;
  CHECK(jobs.output_of("env HOME=/elsewhere\nenv A='b  c'\nrun echo \"$HOME|$A|$USER\"; env | grep -c ^HOME\n")
            .starts_with("/elsewhere|b  c|"));
  CHECK(jobs.printed.out.ends_with("\n1\n"));
  const std::string path = "env PATH=/usr/bin:" + folder.path().string() + "\n";
  CHECK(jobs.output_of(path + "run only-here now\n") == "found now\n");
  CHECK(jobs.output_of(path + "run only-here now; true\n") == "found now\n");
  CHECK(jobs.run("run only-here now\n").ending == Ending(Exited{127}));
  CHECK(jobs.output_of("env SHELL=/bin/other\nrun echo $SHELL $0\n") == "/bin/other /bin/sh\n");
}

TEST_CASE("an allocation over the limit of memory fails, and one below it does not", "[child_plan]") {
  Jobs jobs;
  const std::string python = "run /usr/bin/python3 -S -c 'bytearray(300 << 20)'\n";
  CHECK(jobs.run("limit memory 256M\n" + python).ending == Ending(Exited{1}));
  CHECK(jobs.printed.err.find("MemoryError") != std::string::npos);
  CHECK(jobs.run("limit memory 2G\n" + python).ending == Ending(Exited{0}));
}

TEST_CASE("a command that uses up its cpu time gets SIGXCPU, and SIGKILL when it ignores that", "[child_plan]") {
  Jobs jobs;
  CHECK(jobs.run("limit cpu 1s\nrun while :; do :; done\n").ending == Ending(Signaled{SIGXCPU}));
  const auto outcome = jobs.run("limit cpu 1s\nrun trap '' XCPU; while :; do :; done\n");
  CHECK(outcome.ending == Ending(Signaled{SIGKILL}));
}

TEST_CASE("the cpu time of a command is at least what it has seen itself", "[child_plan]") {
  Jobs jobs;
  const auto outcome = jobs.run("limit cpu 1s\nrun trap 'times; kill -9 $$' XCPU; while :; do :; done\n");
  int minutes = 0;
  double seconds = 0;
  REQUIRE(std::sscanf(jobs.printed.out.c_str(), "%dm%lfs", &minutes, &seconds) == 2);
  CHECK(seconds > 0);
  REQUIRE(outcome.usage);
  CHECK(outcome.usage->cpu_time.count() >= static_cast<std::int64_t>(seconds * 1000));
}

TEST_CASE("open files and core dumps are limited, soft and hard", "[child_plan]") {
  Jobs jobs;
  CHECK(jobs.output_of("limit files 64\nlimit core 0\nrun ulimit -Sn; ulimit -Hn; ulimit -Sc; ulimit -Hc\n") ==
        "64\n64\n0\n0\n");
}

TEST_CASE("a user with too many processes can't have one more", "[child_plan]") {
  if (!is_root("becoming another user is not tested")) return;
  const TempFolder folder;
  const auto script = folder.write("fork.py",
                                   "import os, signal\n"
                                   "first = os.fork()\n"
                                   "if first == 0: signal.pause()\n"
                                   "try:\n"
                                   "  if os.fork() == 0: os._exit(0)\n"
                                   "  print('forked')\n"
                                   "except BlockingIOError: print('refused')\n"
                                   "os.kill(first, signal.SIGKILL)\n"
                                   "try:\n"
                                   "  while True: os.wait()\n"
                                   "except ChildProcessError: pass\n");
  REQUIRE(::chmod(script.c_str(), 0644) == 0);
  REQUIRE(::chmod(folder.path().c_str(), 0711) == 0);
  Jobs jobs;
  auto forker = stranger();
  forker.uid = 61236;
  const std::string run = "\nrun /usr/bin/python3 -S " + script + "\n";
  CHECK(jobs.output_of("limit processes 2" + run, forker) == "refused\n");
  CHECK(jobs.output_of("limit processes 3" + run, forker) == "forked\n");
}

TEST_CASE("a command over its user's limit of processes does not run at all, least of all as root", "[child_plan]") {
  if (!is_root("becoming another user is not tested")) return;
  Jobs jobs;
  const std::string run = GENERATE("run id -u\n", "run id -u; true\n");
  auto busy = stranger();
  busy.uid = run.find(';') == std::string::npos ? 61237 : 61238;
  EndRequest end;
  auto sleep = command_of("run exec sleep 1000\n", busy);
  sleep.end_request = &end;
  Command second_sleep = sleep;
  EndRequest second_end;
  second_sleep.end_request = &second_end;
  Printed printed;
  std::optional<RunOutcome> outcome, second_outcome;
  jobs.tasks.start("run", see_through(jobs.launcher, sleep, printed, outcome));
  jobs.tasks.start("run", see_through(jobs.launcher, second_sleep, printed, second_outcome));
  jobs.loop.run_ready();
  CHECK(not_started(jobs.run("limit processes 1\n" + run, busy)) == "Resource temporarily unavailable");
  CHECK(jobs.printed.out.empty());
  end.make();
  second_end.make();
  REQUIRE(jobs.loop.run_until([&] { return outcome && second_outcome; }));
  CHECK(outcome->ending == Ending(Signaled{SIGTERM}));
  const auto all_is_well = jobs.run("limit processes 2\n" + run, busy);
  CHECK(not_started(all_is_well).empty());
  CHECK(jobs.printed.err.empty());
  CHECK(jobs.printed.out == std::to_string(busy.uid) + "\n");
  CHECK((::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD));
}

TEST_CASE("a command that is to end before its time gets SIGTERM, with all of its group", "[child_plan]") {
  Jobs jobs;
  EndRequest end;
  auto command = command_of("run trap 'echo ends; exit 3' TERM; sleep 1000 & echo ready; wait\n");
  command.end_request = &end;
  Printed printed;
  std::optional<RunOutcome> outcome;
  jobs.tasks.start("run", see_through(jobs.launcher, command, printed, outcome));
  REQUIRE(jobs.loop.run_until([&] { return printed.out == "ready\n"; }));
  end.make();
  REQUIRE(jobs.loop.run_until([&] { return outcome.has_value(); }));
  CHECK(outcome->ending == Ending(Exited{3}));
  CHECK(!outcome->timed_out_after);
  CHECK(!outcome->output_left_open);
}

TEST_CASE("when all ends, commands that nobody else could end get SIGTERM, too, and no other begins", "[child_plan]") {
  Jobs jobs;
  Printed printed;
  std::optional<RunOutcome> outcome;
  const auto command = command_of("run trap 'exit 3' TERM; echo ready; sleep 1000 & wait\n");
  jobs.tasks.start("run", see_through(jobs.launcher, command, printed, outcome));
  REQUIRE(jobs.loop.run_until([&] { return printed.out == "ready\n"; }));
  jobs.launcher.end_all(std::chrono::steady_clock::now() + 1h);
  REQUIRE(jobs.loop.run_until([&] { return outcome.has_value(); }));
  CHECK(outcome->ending == Ending(Exited{3}));
  CHECK(outcome->ended_with_acron);
  const auto late = jobs.run("run echo ran\n");
  CHECK(not_started(late) == "acron ends");
  CHECK(late.ended_with_acron);
}

TEST_CASE("what a run used is counted, that of children it waited for included", "[child_plan]") {
  Jobs jobs;
  const auto outcome = jobs.run(
      "run /usr/bin/python3 -S -c 'bytearray(200 << 20)'; /usr/bin/python3 -S -c 'for i in range(4000000): pass'\n");
  REQUIRE(outcome.usage);
  CHECK(outcome.usage->peak_memory >= 200ULL << 20);
  CHECK(outcome.usage->peak_memory < 2000ULL << 20);
  CHECK(outcome.usage->cpu_time > 0ms);
  CHECK(!jobs.run("cwd /no/such/place\nrun true\n").usage);
}
