#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "acron/runtime/process/process_launcher.hpp"
#include "support/real_processes.hpp"
#include "support/temp_folder.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()));
}

class Disposition {
 public:
  Disposition(int signal, void (*handler)(int)) : signal_(signal), before_(::signal(signal, handler)) {}
  Disposition(const Disposition&) = delete;
  Disposition& operator=(const Disposition&) = delete;
  ~Disposition() { ::signal(signal_, before_); }

 private:
  int signal_;
  void (*before_)(int);
};

}  // namespace

TEST_CASE("a command's exit status and signal come back as they are", "[process_launcher]") {
  struct Case {
    std::string text;
    Ending ending;
  };
  const auto [text, ending] = GENERATE(values<Case>({{"true", Exited{0}},
                                                     {"exit 3", Exited{3}},
                                                     {"exit 255", Exited{255}},
                                                     {"exec /no/such/program", Exited{127}},
                                                     {"no-such-word", Exited{127}},
                                                     {"/no/such/program", Exited{127}},
                                                     {"false", Exited{1}},
                                                     {"/etc/passwd", Exited{126}},
                                                     {"kill -SEGV $$", Signaled{SIGSEGV}},
                                                     {"kill -KILL $$", Signaled{SIGKILL}},
                                                     {"kill -TERM $$", Signaled{SIGTERM}}}));
  CAPTURE(text);
  Processes processes;
  const auto outcome = processes.run(text);
  CHECK(outcome.ending == ending);
  CHECK(!outcome.timed_out_after);
  CHECK(!outcome.output_left_open);
}

TEST_CASE("a plain command runs without a shell, and starts as it would with one", "[process_launcher]") {
  const TempFolder folder;
  Processes processes;
  SECTION("it leads the group itself") {
    std::istringstream stat(processes.output_of("cat /proc/self/stat"));
    pid_t pid = 0, group = 1;
    std::string skipped;
    stat >> pid >> skipped >> skipped >> skipped >> group;
    CHECK(pid == group);
  }
  SECTION("a script without #! is the shell's") {
    const auto script = folder.write("script", "echo from $1\n");
    REQUIRE(::chmod(script.c_str(), 0755) == 0);
    CHECK(processes.output_of(script + " here") == "from here\n");
  }
  SECTION("a script with #! is its interpreter's") {
    const auto script = folder.write("script", "#!/bin/cat\n");
    REQUIRE(::chmod(script.c_str(), 0755) == 0);
    CHECK(processes.output_of(script) == "#!/bin/cat\n");
  }
  SECTION("a script whose interpreter is missing is not found") {
    const auto script = folder.write("script", "#!/no/such/interpreter\n");
    REQUIRE(::chmod(script.c_str(), 0755) == 0);
    CHECK(processes.run(script).ending == Ending(Exited{127}));
  }
  CHECK(!has_children());
}

TEST_CASE("a command that begins like an option is a command to every shell", "[process_launcher]") {
  for (const std::string shell : {"", "/bin/dash", "/bin/bash"}) {
    for (const std::string command : {"-f /x; echo ran", "- /x; echo ran", "+x; echo ran"}) {
      INFO(shell << " " << command);
      Processes processes;
      Command of_shell{command, {}, {}};
      of_shell.settings.edit([&](RunSettings& settings) { settings.shell = shell; });
      processes.run(of_shell);
      CHECK(processes.printed.out == "ran\n");
    }
  }
}

TEST_CASE("stdout and stderr are told apart and counted", "[process_launcher]") {
  Processes processes;
  const auto outcome = processes.run("echo good; echo bad news >&2");
  CHECK(processes.printed.out == "good\n");
  CHECK(processes.printed.err == "bad news\n");
  CHECK(outcome.stdout_bytes == 5);
  CHECK(outcome.stderr_bytes == 9);
}

TEST_CASE("streams that are joined keep the order in which they were written", "[process_launcher]") {
  Processes processes;
  Command command{"i=0; while [ $i -lt 500 ]; do echo out; echo err >&2; i=$((i+1)); done", {}, {}};
  command.joins_streams = true;
  const auto outcome = processes.run(command);
  std::string expected;
  for (int i = 0; i < 500; ++i) expected += "out\nerr\n";
  CHECK(processes.printed.out == expected);
  CHECK(processes.printed.err.empty());
  CHECK(outcome.streams_joined);
  CHECK(outcome.stdout_bytes == 4000);
}

namespace {

struct Late final : LateReceiver {
  Task<> receive(Stream stream, std::string_view bytes) override {
    (stream == Stream::out ? out : err) += bytes;
    co_return;
  }
  Task<> close() override {
    closed = true;
    co_return;
  }
  [[nodiscard]] LateState state() const override { return {}; }
  [[nodiscard]] const std::string& job() const override { return name; }
  std::string name, out, err;
  bool closed = false;
};

struct Early final : OutputReceiver {
  Task<> receive(Stream, std::string_view bytes) override {
    text += bytes;
    co_return;
  }
  std::shared_ptr<LateReceiver> late(const std::vector<Stream>& streams) override {
    left = streams;
    return receiver;
  }
  std::string text;
  std::vector<Stream> left;
  std::shared_ptr<Late> receiver = std::make_shared<Late>();
};

}  // namespace

TEST_CASE("what a command leaves behind is read until it ends, and by whom the command said", "[process_launcher]") {
  struct Case {
    std::string redirected;
    bool joins;
    std::vector<Stream> left;
    std::string out, err;
  };
  const std::vector<Case> cases{
      {"", false, {Stream::out, Stream::err}, "late\n", "bad\n"},
      {">/dev/null", false, {Stream::err}, "", "bad\n"},
      {"2>/dev/null", false, {Stream::out}, "late\n", ""},
      {"", true, {Stream::out}, "late\nbad\n", ""},
  };
  for (const auto& [redirected, joins, left, out, err] : cases) {
    CAPTURE(redirected, joins);
    const TempFolder folder;
    const std::string go = folder.path("go"), over = folder.path("over");
    const auto until = [](const std::string& file) { return "while [ ! -e " + file + " ]; do sleep 0.02; done; "; };
    Command command{
        "{ " + until(go) + "echo late; echo bad >&2; " + until(over) + "} " + redirected + "& echo early", {}, {}};
    command.joins_streams = joins;
    Processes processes;
    Early early;
    std::optional<RunOutcome> outcome;
    processes.tasks.start("run", see_through(processes.launcher, command, early, outcome));
    REQUIRE(processes.loop.run_until([&] { return outcome.has_value(); }));
    CHECK(outcome->output_left_open);
    CHECK(early.text == "early\n");
    CHECK((early.left == left));
    const auto state = processes.launcher.left();
    REQUIRE(state.size() == 1);
    CHECK((state[0].out >= 0) == (left.front() == Stream::out));
    CHECK((state[0].err >= 0) == (left.back() == Stream::err));
    std::ofstream(go).close();
    CHECK(processes.loop.run_until([&] { return early.receiver->out == out && early.receiver->err == err; }));
    CHECK(!early.receiver->closed);
    std::ofstream(over).close();
    CHECK(processes.loop.run_until([&] { return early.receiver->closed && !has_children(); }));
    processes.loop.run_ready();
    CHECK(processes.launcher.left().empty());
  }
}

TEST_CASE("a command whose output was held for longer than one waits for it has left nothing open",
          "[process_launcher]") {
  Processes processes;
  std::optional<RunOutcome> outcome;
  const Command command{"echo said", {}, {}};
  processes.launcher.hold(true);
  processes.tasks.start("run", see_through(processes.launcher, command, processes.printed, outcome));
  const auto until = std::chrono::steady_clock::now() + 1500ms;  // more than the second that it gets
  CHECK(processes.loop.run_until([&] { return std::chrono::steady_clock::now() >= until; }));
  CHECK(!outcome);
  processes.launcher.hold(false);
  REQUIRE(processes.loop.run_until([&] { return outcome.has_value(); }));
  CHECK(processes.printed.out == "said\n");
  CHECK(!outcome->output_left_open);
  CHECK(outcome->held > 0ms);
  CHECK(outcome->held <= std::chrono::steady_clock::now() - (until - 1500ms));
}

TEST_CASE("a command that is too long for the kernel is not started, with the reason", "[process_launcher]") {
  Processes processes;
  const auto outcome = processes.run("true #" + std::string(200 * 1024, 'x'));  // execve(2): 128 KiB a string
  REQUIRE(std::holds_alternative<NotStarted>(outcome.ending));
  CHECK(std::get<NotStarted>(outcome.ending).reason == "Argument list too long");
  CHECK(!has_children());
  CHECK(processes.run("exit 5").ending == Ending(Exited{5}));
}

TEST_CASE("without descriptors a command is not started, wherever they run out, and nothing is leaked",
          "[process_launcher]") {
  Processes processes;
  processes.run("true");  // whatever is opened once is open now
  const auto before = open_descriptors();
  const int lowest = ::dup(STDERR_FILENO);
  ::close(lowest);
  std::vector<Ending> endings;
  for (rlim_t spare = 0; spare < 16; ++spare) {
    const SoftLimit limit(RLIMIT_NOFILE, static_cast<rlim_t>(lowest) + spare);
    endings.push_back(processes.run("exit 6").ending);
  }
  // Only now: a sanitizer that looks into a CHECK wants descriptors, too.
  const Ending none_left = NotStarted{"Too many open files"};
  const auto refused = std::count(endings.begin(), endings.end(), none_left);
  CHECK(refused + std::count(endings.begin(), endings.end(), Ending(Exited{6})) == 16);
  CHECK(refused >= 5);  // four ends of pipes and a pidfd
  CHECK(refused < 16);
  CHECK(open_descriptors() == before);
  CHECK(!has_children());
  CHECK(processes.run("exit 6").ending == Ending(Exited{6}));
}

TEST_CASE("without room for a process a command is not started, and the next is", "[process_launcher]") {
  if (::geteuid() != 0) {
    WARN("only root can become someone who has a limit of processes");
    return;
  }
  Processes processes;
  constexpr uid_t nobody = 65534;
  RunOutcome outcome;
  {
    const SoftLimit limit(RLIMIT_NPROC, 0);
    REQUIRE(::setresuid(nobody, nobody, 0) == 0);
    outcome = processes.run("true");
    REQUIRE(::setresuid(0, 0, 0) == 0);
  }
  REQUIRE(std::holds_alternative<NotStarted>(outcome.ending));
  CHECK(std::get<NotStarted>(outcome.ending).reason == "Resource temporarily unavailable");
  CHECK(processes.run("exit 7").ending == Ending(Exited{7}));
}

TEST_CASE("a command's environment is ours and the run's, and nothing else", "[process_launcher]") {
  ::setenv("ACRON_TEST_SECRET", "inherited", 1);
  auto surroundings = plain_surroundings();
  surroundings.environment = {"PATH=/usr/bin:/bin", "HOME=/nowhere"};
  Processes processes(surroundings);
  processes.run(Command{"tr '\\0' '\\n' </proc/$$/environ", {"ACRON_JOB=a b\"c"}, {}});
  CHECK(processes.printed.out == "PATH=/usr/bin:/bin\nHOME=/nowhere\nPWD=/\nACRON_JOB=a b\"c\n");
  ::unsetenv("ACRON_TEST_SECRET");
}

TEST_CASE("this user's surroundings are those that cron gives", "[process_launcher]") {
  const auto surroundings = surroundings_of_this_user();
  const auto has = [&](std::string_view beginning) {
    return std::count_if(surroundings.environment.begin(), surroundings.environment.end(),
                         [&](const std::string& entry) { return entry.starts_with(beginning); });
  };
  for (const std::string_view name : {"PATH=/usr/", "PWD=/", "SHELL=/bin/sh", "HOME=/", "USER=", "LOGNAME="}) {
    CAPTURE(name);
    CHECK(has(name) == 1);
  }
  CHECK(surroundings.environment.size() == 6);
}

TEST_CASE("a command starts in its directory, or not at all where there is none", "[process_launcher]") {
  const TempFolder folder;
  auto surroundings = plain_surroundings();
  surroundings.directory = folder.path();
  CHECK(Processes(surroundings).output_of("pwd") == folder.path().string() + "\n");
  surroundings.directory = folder.path("gone");
  CHECK(Processes(surroundings).output_of("pwd").empty());
}

TEST_CASE("a command that is started without a shell can't be told from one that is", "[process_launcher]") {
  const TempFolder folder;
  const std::string no_interpreter = folder.path("no-interpreter"), not_executable = folder.path("not-executable");
  std::ofstream(no_interpreter) << "echo \"$0\" \"$@\"; exit 4\n";
  std::ofstream(not_executable) << "#!/bin/sh\necho hi\n";
  fs::permissions(no_interpreter, fs::perms::owner_all);
  Processes processes(surroundings_of_this_user());
  const std::string texts[] = {
      "env",
      "/usr/bin/env",
      "ls /nowhere-at-all",
      "basename /a/b/c .d",
      "cat /proc/self/cmdline",
      "grep -c Sig /proc/self/status",
      "nosuchprogram --at-all",
      "/no/such/program",
      "./nosuchprogram",
      "bin/nosuchprogram",
      no_interpreter + " one two",
      not_executable,
      folder.path().string(),
  };
  const auto sorted = [](const std::string& text) {
    std::istringstream stream(text);
    std::multiset<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.insert(line);
    return lines;
  };
  for (const std::string& text : texts) {
    INFO(text);
    const RunOutcome direct = processes.run(text);
    const Printed printed = processes.printed;
    const RunOutcome through_shell = processes.run(text + "\n");  // a newline is for a shell
    CHECK(direct.ending == through_shell.ending);
    CHECK(sorted(printed.out) == sorted(processes.printed.out));
    CHECK(sorted(printed.err) == sorted(processes.printed.err));
  }
}

TEST_CASE("a command's umask is 022 whatever ours is", "[process_launcher]") {
  const mode_t before = ::umask(077);
  Processes processes;
  CHECK(processes.output_of("umask") == "0022\n");
  ::umask(before);
}

TEST_CASE("a command ignores and blocks no signal, whatever we do", "[process_launcher]") {
  const Disposition pipe(SIGPIPE, SIG_IGN), hangup(SIGHUP, SIG_IGN);
  sigset_t term, before;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  ::sigaddset(&term, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &term, &before);
  Processes processes;
  const Disposition later(SIGUSR1, SIG_IGN);
  const auto status = processes.output_of("exec grep -E '^Sig(Blk|Ign)' /proc/self/status");
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  CHECK(status == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("a command's end is known even where SIGCHLD was ignored when we were started", "[process_launcher]") {
  const Disposition child(SIGCHLD, SIG_IGN);
  Processes processes;
  CHECK(processes.run("exit 8").ending == Ending(Exited{8}));
}

TEST_CASE("a command leads a session and a group of its own, without a terminal", "[process_launcher]") {
  Processes processes;
  std::istringstream fields(processes.output_of("cut -d' ' -f1,5,6,7 /proc/$$/stat"));
  pid_t pid = 0, group = 1, session = 2;
  int terminal = -1;
  fields >> pid >> group >> session >> terminal;
  CHECK(pid == group);
  CHECK(pid == session);
  CHECK(pid != ::getsid(0));
  CHECK(terminal == 0);
}

TEST_CASE("a command has three descriptors, and reads /dev/null", "[process_launcher]") {
  std::vector<int> ours;
  for (int i = 0; i < 50; ++i) ours.push_back(::open("/dev/zero", O_RDONLY));  // not close-on-exec
  Processes processes;
  CHECK(processes.output_of("ls /proc/$$/fd") == "0\n1\n2\n");
  CHECK(processes.output_of("readlink /proc/$$/fd/0") == "/dev/null\n");
  CHECK(processes.output_of("cat; echo at end of file") == "at end of file\n");
  for (const int descriptor : ours) ::close(descriptor);
}

TEST_CASE("a command has the limit of open files that its surroundings say", "[process_launcher]") {
  auto surroundings = plain_surroundings();
  surroundings.open_files.rlim_cur = 321;
  Processes processes(surroundings);
  CHECK(processes.output_of("ulimit -n") == "321\n");
}

TEST_CASE("64 MiB of output arrive whole", "[process_launcher]") {
  Processes processes;
  processes.printed.keep = false;
  const auto outcome = processes.run("head -c 67108864 /dev/zero; head -c 3000000 /dev/zero >&2");
  CHECK(outcome.stdout_bytes == 67108864);
  CHECK(outcome.stderr_bytes == 3000000);
  CHECK(!outcome.output_left_open);
}

TEST_CASE("output arrives in its order", "[process_launcher]") {
  std::string numbers;
  for (int i = 1; i <= 100'000; ++i) numbers += std::to_string(i) + "\n";
  Processes processes;
  CHECK((processes.output_of("seq 100000") == numbers));
}

TEST_CASE("two hundred runs leave neither a zombie nor a descriptor behind", "[process_launcher]") {
  Processes processes;
  const std::string too_long = "true #" + std::string(200 * 1024, 'x');
  processes.run("true");
  const auto before = open_descriptors();
  for (int i = 0; i < 50; ++i) {
    processes.run("true");
    processes.run("echo out; echo err >&2; exit 1");
    processes.run("kill -KILL $$");
    processes.run(too_long);
  }
  CHECK(open_descriptors() == before);
  CHECK(!has_children());
}

TEST_CASE("a hundred commands run at once, each with its own end", "[process_launcher]") {
  Processes processes;
  std::vector<Command> commands;
  for (int i = 0; i < 100; ++i) commands.push_back({"sleep 0.3; echo $N; exit $N", {"N=" + std::to_string(i)}, {}});
  std::vector<Printed> printed(100);
  std::vector<std::optional<RunOutcome>> outcomes(100);
  for (std::size_t i = 0; i < 100; ++i) {
    processes.tasks.start("run", see_through(processes.launcher, commands[i], printed[i], outcomes[i]));
  }
  const auto ended = [](const auto& outcome) { return outcome.has_value(); };
  REQUIRE(processes.loop.run_until([&] { return std::all_of(outcomes.begin(), outcomes.end(), ended); }));
  for (int i = 0; i < 100; ++i) {
    const auto index = static_cast<std::size_t>(i);
    CHECK(outcomes[index]->ending == Ending(Exited{i}));
    CHECK(printed[index].out == std::to_string(i) + "\n");
  }
  CHECK(!has_children());
}
