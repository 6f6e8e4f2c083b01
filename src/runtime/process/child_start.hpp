#pragma once

#include <sys/types.h>

#include <atomic>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "acron/runtime/files/descriptor.hpp"
#include "child.hpp"
#include "child_plan.hpp"
#include "launch_pad.hpp"

namespace acron {

/// exec(2) hands an ignored signal on; a handler of ours would run in the child, on our memory, once it unblocks them.
[[nodiscard]] std::vector<int> signals_caught_or_ignored();

/// One start of a child: made ready on the loop, carried out on a thread of its own kind (LaunchThreads), since nobody
/// knows how long it takes to enter a directory and to read a program. For the loop, but for what says otherwise.
class ChildStart {
 public:
  using Signals = std::shared_ptr<const std::vector<int>>;

  ChildStart(std::string text, ChildPlan plan, Signals caught_or_ignored);

  /// Opens the pipes and the cgroup that the child has.
  [[nodiscard]] boost::system::error_code prepare(Child& child);

  /// Starts the command, without a shell where that makes no difference but in speed. What can't be started so (a
  /// script without `#!`, a program that is not there) is the shell's to start or to complain about. Returns once the
  /// program has begun or the child has ended. Blocks; on any thread.
  void carry_out(LaunchPad& pad);

  /// Says that carry_out has returned, and calls whoever wants to know.
  void note_over();
  [[nodiscard]] bool is_over() const { return is_over_; }
  void on_over(std::function<void()> handler) { over_ = std::move(handler); }

  /// 0 until there is a child. Of any thread.
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// A pidfd of the child, which is the caller's to close; once there is one.
  [[nodiscard]] int take_exited() { return std::exchange(exited_, -1); }

  /// `can't become the user: Operation not permitted`, `/bin/tcsh: No such file or directory`; empty where the program
  /// has begun. To be asked when the start is over or the child has ended.
  [[nodiscard]] std::string failure() const;

 private:
  void launch(LaunchPad& pad);

  const std::string text_;
  const ChildPlan plan_;
  const Signals caught_or_ignored_;
  Descriptor out_, err_, cgroup_;
  std::atomic<pid_t> pid_ = 0;        // by the child
  int exited_ = -1;                   // by the kernel, before that
  boost::system::error_code failed_;  // by the child, or where there is none by carry_out
  bool is_over_ = false;
  std::function<void()> over_;
};

}  // namespace acron
