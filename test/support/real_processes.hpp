#pragma once

#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/runtime/loop/task_group.hpp"
#include "acron/runtime/process/process_launcher.hpp"
#include "support/test_loop.hpp"

namespace acron {

struct Printed final : OutputReceiver {
  Task<> receive(Stream stream, std::string_view bytes) override {
    if (keep) (stream == Stream::out ? out : err) += bytes;
    co_return;
  }
  bool keep = true;
  std::string out, err;
};

inline Task<> see_through(Launcher& launcher, const Command& command, OutputReceiver& receiver,
                          std::optional<RunOutcome>& outcome) {
  outcome = co_await launcher.run(command, receiver);
}

inline ChildSurroundings plain_surroundings() {
  ChildSurroundings surroundings = surroundings_of_this_user();
  surroundings.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"};
  surroundings.path = "/usr/bin:/bin";
  surroundings.directory = "/";
  return surroundings;
}

/// Starts real processes, one after the other.
struct Processes {
  explicit Processes(ChildSurroundings surroundings = plain_surroundings(), const LauncherOptions& options = {})
      : launcher(loop.executor(), std::move(surroundings), options), tasks(loop.executor()) {}

  RunOutcome run(const Command& command) {
    std::optional<RunOutcome> outcome;
    printed = {};
    tasks.start("run", see_through(launcher, command, printed, outcome));
    if (!loop.run_until([&] { return outcome.has_value(); })) throw std::runtime_error("it never ended");
    return *outcome;
  }
  RunOutcome run(const std::string& text, std::optional<TimeLimit> limit = {}) { return run(Command{text, {}, limit}); }
  std::string output_of(const std::string& text) {
    run(text);
    return printed.out;
  }

  TestLoop loop;
  ProcessLauncher launcher;
  Printed printed;
  TaskGroup tasks;
};

inline bool has_children() { return !(::waitpid(-1, nullptr, WNOHANG | __WALL) < 0 && errno == ECHILD); }

/// Not gone, and not merely waiting for whoever adopted it to notice.
inline bool is_alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text.substr(name_end + 2, 1) != "Z";
}

inline std::vector<pid_t> pids_in(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<pid_t>(words), {}};
}

/// Sets a resource limit of ours for a while.
class SoftLimit {
 public:
  SoftLimit(__rlimit_resource what, rlim_t soft) : what_(what) {
    ::getrlimit(what_, &before_);
    const rlimit lower{soft, before_.rlim_max};
    ::setrlimit(what_, &lower);
  }
  SoftLimit(const SoftLimit&) = delete;
  SoftLimit& operator=(const SoftLimit&) = delete;
  ~SoftLimit() { ::setrlimit(what_, &before_); }

 private:
  __rlimit_resource what_;
  rlimit before_{};
};

}  // namespace acron
