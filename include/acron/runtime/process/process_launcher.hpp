#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acron/core/keyed_digest.hpp"
#include "acron/runtime/process/child_surroundings.hpp"
#include "acron/runtime/process/late_output.hpp"
#include "acron/runtime/process/launcher.hpp"
#include "acron/runtime/process/reading_hold.hpp"

namespace acron {

struct Child;
class Pump;
class ChildStart;
class LaunchThreads;
class LeftPipes;
class ListenedPipes;
class OwnThread;
class RunCgroups;
class StartRecord;

/// How what runs start is followed where it goes.
struct LauncherOptions {
  bool cgroups = true;             // a cgroup for each run, where acron has one that it may divide
  std::string cgroup_directory{};  // the one to divide; empty: our own
};

/// Starts children through Boost.Process. A child leads a session and process group of its own, reads /dev/null,
/// inherits no other descriptor, ignores and blocks no signal, and has umask 022. Where it can be had, each child is
/// born in a cgroup of its own. We adopt what the children leave behind, and reap it: no child of this process may be
/// waited for by anyone else, unless by one who has told `children_`.
class ProcessLauncher final : public Launcher {
 public:
  /// Throws std::system_error when /dev/null can't be opened or memory is short. Reads and writes files
  /// of cgroups, and logs once, at debug, which way it has found.
  ProcessLauncher(boost::asio::any_io_executor executor, ChildSurroundings surroundings,
                  const LauncherOptions& options = {});
  ~ProcessLauncher() override;
  ProcessLauncher(const ProcessLauncher&) = delete;
  ProcessLauncher& operator=(const ProcessLauncher&) = delete;

  /// The time limit ends in SIGTERM, and after the grace in SIGKILL, for the whole process group and for what has left
  /// it. When the process has ended but something that it left behind still holds its pipes, the run lasts one more
  /// second. What that prints later is read, too, until it ends, and goes to the receiver's `late`. A child whose
  /// directory or program can't be read yet counts as started, and holds up no other.
  Task<RunOutcome> run(const Command& command, OutputReceiver& receiver) override;

  /// Reads no further output, for a while in which what is known of all commands is to stay true.
  void hold(bool held) { hold_.set(held); }
  /// No late output that was read waits to be taken, and no child is just being started.
  [[nodiscard]] bool at_rest() const;
  /// The pipes of commands that have ended; when at rest. The descriptors stay ours.
  [[nodiscard]] std::vector<LeftOutput> left() const;
  /// Continues with those of another image of the program, and owns their descriptors. `late` may be null.
  void take_left(const LeftOutput& left, std::shared_ptr<LateReceiver> late);
  /// What children get as TZ from now on; empty: none.
  void set_zone_variable(std::string value) { surroundings_.zone = std::move(value); }
  /// The processes of all commands that are under way.
  [[nodiscard]] std::vector<pid_t> processes() const { return {children_.begin(), children_.end()}; }
  /// Some child is just being started: it is not among them yet.
  [[nodiscard]] bool is_starting() const { return starting_ > 0; }
  /// Ends commands that an earlier image of this program started and that nobody waits for. What is no child of ours is
  /// left alone.
  static Task<> forget(std::vector<pid_t> processes);

  /// Ends all commands that are under way, gates as well as runs: SIGTERM now, and SIGKILL at `kill_by`, which a later
  /// call may make earlier. No other begins.
  void end_all(SteadyTime kill_by);
  /// For the end of acron: leaves a process behind that reads, and throws away, what commands still running, and what
  /// others have left behind, print. Of the latter it is logged, as who calls this logs which commands still run.
  /// Without a reader their next word would end them (SIGPIPE, pipe(7)).
  void leave_running() const;
  /// SIGTERM for every process that belongs to no command under way: for the first process of a container, which is the
  /// parent of all that has lost its own.
  void terminate_others() const;
  /// Whether any such process is alive.
  [[nodiscard]] bool has_others() const;
  /// Before the first command.
  void watch_pipes(LastingPipes lasting);
  /// What the processes of runs are marked with from now on, and where each start of one is written down.
  void mark_with(const DigestKey& key, StartRecord& starts) {
    mark_key_ = key;
    starts_ = &starts;
  }

 private:
  Task<bool> begin(Child& child, const Command& command);
  bool resume(Child& child, const CommandState& state);
  Task<bool> start(Child& child, const Command& command);
  Task<std::string> see_started(Child& child, const std::shared_ptr<ChildStart>& start);
  std::string take_up(Child& child, const std::shared_ptr<ChildStart>& start);
  Task<> see_through(Child& child, const Command& command, OutputReceiver& receiver);
  void let_go_of_pipes(Child& child, const Pump& out, const Pump& err, OutputReceiver& receiver);
  void sweep_later();
  void sweep();

  boost::asio::any_io_executor executor_;
  ChildSurroundings surroundings_;
  std::optional<DigestKey> mark_key_;
  StartRecord* starts_ = nullptr;
  std::shared_ptr<const std::vector<int>> caught_or_ignored_;  // signals
  std::unique_ptr<RunCgroups> cgroups_;                        // null where there are none for us
  std::unique_ptr<LaunchThreads> launches_;
  std::size_t starting_ = 0;
  std::unique_ptr<ListenedPipes> listening_;
  std::unique_ptr<OwnThread> searches_;  // for processes that have left their group
  std::set<pid_t> children_;             // not yet reaped, whose end a run waits for
  std::set<EndRequest*> ends_;           // of all commands under way
  std::optional<SteadyTime> kill_by_;    // once acron ends
  ReadingHold hold_;
  std::unique_ptr<char[]> spare_block_;  // to read into
  std::unique_ptr<LeftPipes> left_;
  boost::asio::steady_timer sweep_;
  bool sweep_is_due_ = false;
};

}  // namespace acron
