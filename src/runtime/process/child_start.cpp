#include "child_start.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/stdio.hpp>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <new>
#include <utility>

#include "acron/core/job/simple_command.hpp"
#include "acron/runtime/files/descriptor.hpp"
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

/// What the child does between its start and execve(2), once its standard streams are in place: system calls only, on
/// what was made ready before.
struct Setup {
  const ChildPlan& plan;
  const std::vector<int>& caught_or_ignored;
  const sigset_t& signal_mask;

  template <typename L, typename P, typename A>
  boost::system::error_code on_exec_setup(L&, const P&, A&&) const {
    // Before all that can hang: else a child that does would hold acron's lock.
    ::syscall(SYS_close_range, 3, ~0U, 0);
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

/// Where the shell would look for the program, in its order.
std::vector<std::string> places_of(const std::string& word, std::string_view path) {
  if (word.starts_with('/')) return {word};
  if (word.find('/') != std::string::npos) return {};  // below the child's directory: the shell finds it
  std::vector<std::string> places;
  while (!path.empty()) {
    const auto colon = std::min(path.find(':'), path.size());
    places.push_back(std::string(path.substr(0, colon)) + "/" + word);
    path.remove_prefix(std::min(colon + 1, path.size()));
  }
  return places;
}

/// A program without a shell, wherever it is; no places where there is to be a shell.
struct DirectProgram {
  std::vector<std::string> words, places;
  std::vector<const char*> arguments;

  DirectProgram(const std::string& text, const ChildPlan& plan) {
    auto simple = plan.shell.empty() ? simple_command(text) : std::nullopt;
    if (!simple) return;
    words = *std::move(simple);
    places = places_of(words.front(), plan.path);
    arguments = pointers_to({&words});
  }

  /// In the child. Returns when it can't be executed.
  void execute(const char* const* environment) const {
    for (const std::string& place : places) {
      struct stat status {};
      const bool runs = ::stat(place.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                        ::faccessat(AT_FDCWD, place.c_str(), X_OK, AT_EACCESS) == 0;
      if (!runs) continue;
      ::execve(place.c_str(), const_cast<char* const*>(arguments.data()), const_cast<char* const*>(environment));
      return;
    }
  }
};

/// Boost.Process's launcher protocol over our launch pad: the daemon's memory is not copied, and the error of a failed
/// exec comes back through the memory we share with the child. The library's own vfork_launcher notifies its context in
/// the child, which would close our epoll descriptor in shared memory, and leaves through exit(3), which would run our
/// destructors; this one does neither.
struct PadLauncher : process::posix::default_launcher {
  PadLauncher(LaunchPad& launch_pad, const ChildPlan& child_plan, const DirectProgram& direct_program)
      : pad(launch_pad), plan(child_plan), direct(direct_program) {}

  LaunchPad& pad;
  const ChildPlan& plan;
  const DirectProgram& direct;  // tried first
  int out = -1, err = -1;       // what the child writes to
  int cgroup = -1;              // the directory of the group that it is born in; -1: ours

  /// `child_pid` is told by the child, `exited` by the kernel.
  template <typename... Inits>
  void start(boost::system::error_code& ec, std::atomic<pid_t>& child_pid, int& exited,
             const process::filesystem::path& executable, const std::vector<std::string>& arguments, Inits&&... inits) {
    namespace steps = process::posix::detail;
    const auto pointers = pointers_to({&arguments});
    const char* const* argv = pointers.data();
    ec = steps::on_setup(*this, executable, argv, inits...);
    if (ec) return;
    auto child = [&] {
      child_pid = static_cast<pid_t>(::syscall(SYS_getpid));
      plan.tell_start();  // to a file that is not the child's own yet
      ec = pad.take_files() ? steps::on_exec_setup(*this, executable, argv, inits...) : last_error();
      if (!ec) {
        direct.execute(env);
        ::execve(executable.c_str(), const_cast<char* const*>(argv), const_cast<char* const*>(env));
        ec = last_error();
      }
      ::syscall(SYS_exit_group, 127);  // _exit(2), which a sanitizer takes for the end of our own stack
    };
    if (pad.start(out, err, cgroup, exited, child) < 0) ec = last_error();
  }
};

boost::system::error_code open_pipe(asio::posix::stream_descriptor& reader, Descriptor& writer) {
  auto pipe = Pipe::open();
  if (!pipe) return last_error();
  boost::system::error_code ec;
  reader.assign(pipe->read.number(), ec);
  if (ec) return ec;
  static_cast<void>(pipe->read.release());
  writer = std::move(pipe->write);
  reader.non_blocking(true, ec);
  return ec;
}

/// Once a run has begun it opens its outputs, and its end wants mail and the state: a run that takes the last
/// descriptors loses what it has to tell. So a third of those that acron does not hold itself is not for starts, half
/// where that is less than mail and a look at the tree want. The kernel gives the lowest number that is free, so that
/// all below the newest are taken.
bool is_for_starts(int newest) {
  constexpr rlim_t held_by_acron = 24, few = 16;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= held_by_acron) return true;
  const rlim_t free = limit.rlim_cur - held_by_acron;
  return static_cast<rlim_t>(newest) < limit.rlim_cur - std::max(free / 3, std::min(few, free / 2));
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

ChildStart::ChildStart(std::string text, ChildPlan plan, Signals caught_or_ignored)
    : text_(std::move(text)), plan_(std::move(plan)), caught_or_ignored_(std::move(caught_or_ignored)) {}

boost::system::error_code ChildStart::prepare(Child& child) {
  if (const auto failed = open_pipe(child.out, out_)) return failed;
  if (!plan_.joins_streams) {
    if (const auto failed = open_pipe(child.err, err_)) return failed;
  }
  if (!is_for_starts(std::max(out_.number(), err_.number())))
    return make_error_code(boost::system::errc::too_many_files_open);
  if (!child.cgroup) return {};
  cgroup_ = Descriptor(child.cgroup->open_directory());
  return cgroup_ ? boost::system::error_code() : last_error();
}

void ChildStart::carry_out(LaunchPad& pad) {
  try {
    launch(pad);
  } catch (const std::bad_alloc&) {  // before there is a child
    failed_ = make_error_code(boost::system::errc::not_enough_memory);
  }
  // A pipe ends with its last writer, which is not to be us.
  for (Descriptor* descriptor : {&out_, &err_, &cgroup_}) *descriptor = Descriptor();
}

void ChildStart::launch(LaunchPad& pad) {
  auto environment = pointers_to({&plan_.environment});
  if (plan_.mark) environment.insert(environment.begin(), plan_.mark->line().c_str());  // signed in place, by the child
  sigset_t none;
  ::sigemptyset(&none);
  const DirectProgram direct(text_, plan_);
  PadLauncher launcher(pad, plan_, direct);
  launcher.env = environment.data();
  launcher.out = out_.number();
  launcher.err = plan_.joins_streams ? out_.number() : err_.number();
  launcher.cgroup = cgroup_.number();
  const std::string shell = plan_.shell.empty() ? "/bin/sh" : plan_.shell;
  const SignalsBlocked blocked;
  launcher.start(failed_, pid_, exited_, shell, {shell, "-c", operand_of_shell(text_)},
                 process::process_stdio{pad.null_device(), pad.out(), pad.err()},
                 Setup{plan_, *caught_or_ignored_, none});
}

void ChildStart::note_over() {
  is_over_ = true;
  if (over_) over_();
}

std::string ChildStart::failure() const {
  if (!failed_) return {};
  if (plan_.failed_to_enter && !plan_.home_of.empty())
    return "can't enter the home directory " + plan_.directory + " of user " + plan_.home_of + ": " +
           failed_.message() + home_remedy;
  if (plan_.failed_to_enter) return "can't enter the directory " + plan_.directory + ": " + failed_.message();
  if (plan_.failed_step != nullptr) return std::string(plan_.failed_step) + ": " + failed_.message();
  return plan_.shell.empty() ? failed_.message() : plan_.shell + ": " + failed_.message();
}

}  // namespace acron
