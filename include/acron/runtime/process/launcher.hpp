#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/definition.hpp"
#include "acron/core/job/output_capture.hpp"
#include "acron/core/job/run.hpp"
#include "acron/runtime/loop/task.hpp"
#include "acron/runtime/process/accounts.hpp"
#include "acron/runtime/process/open_run.hpp"

namespace acron {

/// An instant of CLOCK_MONOTONIC, which goes on when this program is replaced by another in the same process.
using SteadyTime = std::chrono::steady_clock::time_point;

/// The wish that a command ends before its time, by SIGTERM and then SIGKILL for its whole group.
class EndRequest {
 public:
  void make() {
    made_ = true;
    if (listener_) listener_();
  }
  /// The same since acron itself ends: SIGKILL comes at `kill_by` at the latest, whatever grace was given before.
  void make_before(SteadyTime kill_by) {
    kill_by_ = kill_by;
    make();
  }
  [[nodiscard]] bool made() const { return made_; }
  /// Empty unless acron ends.
  [[nodiscard]] std::optional<SteadyTime> kill_by() const { return kill_by_; }
  /// Called when the wish is made; for the launcher.
  void listen(std::function<void()> listener) { listener_ = std::move(listener); }

 private:
  bool made_ = false;
  std::optional<SteadyTime> kill_by_;
  std::function<void()> listener_;
};

/// A command that was started: all that is needed to see it to its end.
struct CommandState {
  pid_t pid = -1;
  int exit = -1;           // descriptors: a pidfd,
  int out = -1, err = -1;  // and the pipes that we read; -1 once one has ended
  std::uint64_t stdout_bytes = 0, stderr_bytes = 0;
  std::optional<SteadyTime> limit_ends;
  std::optional<SteadyTime> kill_due;  // the SIGTERM was sent
  std::optional<Duration> timed_out_after;
  std::string cgroup;           // its name, where it has one
  bool is_child = true;         // else its group may be someone else's as soon as it has ended
  bool streams_joined = false;  // `out` is the pipe of both
};

/// A process that lives for so long after SIGKILL is held by a disk or a device.
inline constexpr Duration overdue_death = std::chrono::seconds(10);

/// Follows a command while it is under way.
struct CommandWatch {
  std::function<void(pid_t pid)> started{};
  /// Called when it was asked to end, with the grace that it has from now on.
  std::function<void(Duration grace)> asked_to_end{};
  /// Called when its process has not ended `overdue_death` after SIGKILL.
  std::function<void()> outlives_kill{};
  /// Set by the launcher from the start to the end; gives nothing while output is being handed on.
  std::function<std::optional<CommandState>()> state{};
};

/// How long a command that is ended before its time has between the two signals.
inline constexpr Duration end_grace = std::chrono::seconds(10);

/// One process to be: a line for the shell and what surrounds it.
struct Command {
  std::string text;
  std::vector<std::string> environment;  // NAME=VALUE; added to what the launcher and the settings give
  std::optional<TimeLimit> time_limit;
  SharedValue<RunSettings> settings{};  // whose run it is to be, and in what surroundings
  std::optional<Account> account{};     // what became of the settings' user; empty: who we are
  EndRequest* end_request = nullptr;    // outlives the run
  CommandWatch* watch = nullptr;        // likewise
  std::optional<CommandState> begun{};  // it was started already: see it to its end; its descriptors are the launcher's
  std::optional<OpenRun> of_run{};      // which run its processes are to be known by if we are killed; empty: of none
  bool joins_streams = false;  // one pipe for stdout and stderr, which keeps their order: all of it comes as stdout
};

class LateReceiver;

/// Takes what a process prints, in the order it is read. The reader waits for the task before it reads on, so a slow
/// receiver slows only its own process. `bytes` live until the task ends.
class OutputReceiver {
 public:
  virtual ~OutputReceiver() = default;
  virtual Task<> receive(Stream stream, std::string_view bytes) = 0;
  /// For what the processes that a command leaves behind print on these streams after its end; null: it is thrown away.
  /// It may outlive this receiver, and gets the lines that have begun on them.
  virtual std::shared_ptr<LateReceiver> late(const std::vector<Stream>& /*streams*/) { return nullptr; }
};

/// For commands whose exit status says everything, and those whose pipes have no reader.
class NoOutput final : public OutputReceiver {
 public:
  Task<> receive(Stream /*stream*/, std::string_view /*bytes*/) override { co_return; }
};

/// For whoever keeps the pipes that commands write to open if we die. Both are called with a descriptor, which stays
/// ours: one to two seconds after a command has begun, since most are over by then; and when we stop reading, but
/// before it is closed.
struct LastingPipes {
  std::function<void(int)> begin, end;
};

/// A port (tests have a fake): starts a command and sees it to its end.
class Launcher {
 public:
  virtual ~Launcher() = default;
  /// Never throws for what the command does. `command` and `receiver` must outlive the task.
  virtual Task<RunOutcome> run(const Command& command, OutputReceiver& receiver) = 0;
};

}  // namespace acron
