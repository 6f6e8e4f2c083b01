#include "child_start.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/stdio.hpp>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <utility>

#include "acron/core/job/simple_command.hpp"
#include "acron/runtime/descriptor.hpp"
#include "signals_blocked.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

/// For execve(2): all strings of the lists, and the null pointer at the end. The lists outlive it.
std::vector<const char*> pointers_to(std::initializer_list<const std::vector<std::string>*> lists) {
  std::vector<const char*> pointers;
  for (const auto* list : lists) {
    for (const std::string& entry : *list) pointers.push_back(entry.c_str());
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// What the child does between its start and execve(2): system calls only, on what was made ready before.
struct ChildSetup {
  const ChildPlan& plan;
  const std::vector<int>& caught_or_ignored;
  const sigset_t& signal_mask;

  template <typename L, typename P, typename A>
  boost::system::error_code on_exec_setup(L&, const P&, A&&) const {
    if (!plan.apply()) return last_error();
    for (const int signal : caught_or_ignored) {
      struct sigaction fresh {};
      fresh.sa_handler = SIG_DFL;
      ::sigaction(signal, &fresh, nullptr);
    }
    ::sigprocmask(SIG_SETMASK, &signal_mask, nullptr);
    return {};
  }
};

/// Boost.Process's launcher protocol over our launch pad: the daemon's memory is not copied, and the error of a failed
/// exec comes back through the memory we share with the child. The library's own vfork_launcher notifies its context in
/// the child, which would close our epoll descriptor in shared memory, and leaves through exit(3), which would run our
/// destructors; this one does neither.
struct PadLauncher : process::posix::default_launcher {
  PadLauncher(LaunchPad& launch_pad, const ChildPlan& child_plan) : pad(launch_pad), plan(child_plan) {}

  LaunchPad& pad;
  const ChildPlan& plan;
  int out = -1, err = -1;  // what the child writes to
  int cgroup = -1;         // the directory of the group that it is born in; -1: ours
  int exited = -1;         // a pidfd of the child that was started, for the caller

  template <typename... Inits>
  pid_t start(boost::system::error_code& ec, const process::filesystem::path& executable,
              const std::vector<std::string>& arguments, Inits&&... inits) {
    namespace steps = process::posix::detail;
    const auto pointers = pointers_to({&arguments});
    const char* const* argv = pointers.data();
    ec = steps::on_setup(*this, executable, argv, inits...);
    if (ec) return -1;
    auto child = [&] {
      plan.tell_start();  // to a file that is not the child's own yet
      ec = pad.take_files() ? steps::on_exec_setup(*this, executable, argv, inits...) : last_error();
      if (!ec) {
        ::syscall(SYS_close_range, 3, ~0U, 0);
        ::execve(executable.c_str(), const_cast<char* const*>(argv), const_cast<char* const*>(env));
        ec = last_error();
      }
      ::syscall(SYS_exit_group, 127);  // _exit(2), which a sanitizer takes for the end of our own stack
    };
    const auto started = pad.start(out, err, cgroup, child);
    exited = started.exited;
    if (started.pid < 0) ec = last_error();
    if (started.pid > 0 && ec) forget(started);
    return started.pid;
  }

 private:
  /// It never ran and has ended: nobody else would reap it.
  void forget(const LaunchPad::Started& started) {
    ::waitpid(started.pid, nullptr, 0);
    ::close(std::exchange(exited, -1));
  }
};

boost::system::error_code open_pipe(asio::posix::stream_descriptor& reader, Descriptor& writer) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return last_error();
  writer = Descriptor(ends[1]);
  boost::system::error_code ec;
  reader.assign(ends[0], ec);
  if (ec) {
    ::close(ends[0]);
  } else {
    reader.non_blocking(true, ec);
  }
  return ec;
}

/// By the descriptor that tells when it has ended; a child that can't be watched is ended.
boost::system::error_code watch(Child& child, int exited) {
  boost::system::error_code failed;
  child.exit.assign(exited, failed);
  if (failed) {
    ::close(exited);
    ::kill(-child.pid, SIGKILL);
    ::waitpid(child.pid, nullptr, 0);
  }
  return failed;
}

/// Where the shell would find the program; empty when it would not.
std::string find_program(const std::string& word, std::string_view path) {
  const auto runs = [](const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(file.c_str(), X_OK) == 0;
  };
  if (word.starts_with('/')) return word;              // whether it runs is seen when it does not
  if (word.find('/') != std::string::npos) return {};  // below the child's directory, which is not ours
  while (!path.empty()) {
    const auto colon = std::min(path.find(':'), path.size());
    std::string file = std::string(path.substr(0, colon)) + "/" + word;
    if (runs(file)) return file;
    path.remove_prefix(std::min(colon + 1, path.size()));
  }
  return {};
}

}  // namespace

std::vector<int> signals_caught_or_ignored() {
  std::vector<int> signals;
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_DFL) signals.push_back(signal);
  }
  return signals;
}

boost::system::error_code start_child(Child& child, const std::string& text, const ChildPlan& plan,
                                      const std::vector<int>& caught_or_ignored, LaunchPad& pad) {
  Descriptor out, err, cgroup;
  if (const auto failed = open_pipe(child.out, out)) return failed;
  if (!plan.joins_streams) {
    if (const auto failed = open_pipe(child.err, err)) return failed;
  }
  if (child.cgroup) {
    cgroup = Descriptor(child.cgroup->open_directory());
    if (!cgroup) return last_error();
  }
  auto environment = pointers_to({&plan.environment});
  if (plan.mark) environment.insert(environment.begin(), plan.mark->line().c_str());  // signed in place, by the child
  sigset_t none;
  ::sigemptyset(&none);
  PadLauncher launcher(pad, plan);
  launcher.env = environment.data();
  launcher.out = out.number();
  launcher.err = plan.joins_streams ? out.number() : err.number();
  launcher.cgroup = cgroup.number();
  const SignalsBlocked blocked;
  const auto launch = [&](const std::string& program, const std::vector<std::string>& arguments) {
    boost::system::error_code ec;
    child.pid = launcher.start(ec, program, arguments, process::process_stdio{pad.null_device(), pad.out(), pad.err()},
                               ChildSetup{plan, caught_or_ignored, none});
    return ec;
  };
  const auto words = plan.shell.empty() ? simple_command(text) : std::nullopt;
  const std::string program = words ? find_program(words->front(), plan.path) : std::string();
  if (program.empty() || launch(program, *words)) {
    const std::string shell = plan.shell.empty() ? "/bin/sh" : plan.shell;
    if (const auto failed = launch(shell, {shell, "-c", operand_of_shell(text)})) return failed;
  }
  return watch(child, launcher.exited);
}

std::string why_not_started(const boost::system::error_code& failed, const ChildPlan& plan) {
  if (plan.failed_to_enter && !plan.home_of.empty())
    return "can't enter the home directory " + plan.directory + " of user " + plan.home_of + ": " + failed.message() +
           home_remedy;
  if (plan.failed_to_enter) return "can't enter the directory " + plan.directory + ": " + failed.message();
  if (plan.failed_step != nullptr) return std::string(plan.failed_step) + ": " + failed.message();
  return plan.shell.empty() ? failed.message() : plan.shell + ": " + failed.message();
}

}  // namespace acron
