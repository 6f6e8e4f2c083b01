#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "acron/core/job/run.hpp"
#include "run_cgroup.hpp"

namespace acron {

class ChildStart;

/// A started child, not yet reaped: so its pid, and that of its group, can't be anyone else's.
struct Child {
  explicit Child(const boost::asio::any_io_executor& executor)
      : out(executor), err(executor), exit(executor), timer(executor) {}

  pid_t pid = -1;
  std::optional<RunCgroup> cgroup;       // that it is born in
  std::function<bool(pid_t)> is_of_run;  // what a process's environment says; may take for ever, on any thread
  boost::asio::posix::stream_descriptor out, err;
  boost::asio::posix::stream_descriptor exit;  // a pidfd
  boost::asio::steady_timer timer;
  std::shared_ptr<ChildStart> start;  // while its program may not have begun; null where it surely has
  int open_pipes = 0;
  bool exited = false;
  std::chrono::steady_clock::duration held_before_exit{};  // how long reading had been held by then
  bool stop_listening = false;
  bool is_child = true;  // else it was left by an acron that died, and is not ours to reap
  std::optional<std::chrono::steady_clock::time_point> limit_ends;
  std::optional<std::chrono::steady_clock::time_point> kill_due;  // once it was asked to end
  RunOutcome outcome;

  [[nodiscard]] bool finished() const { return exited && open_pipes == 0; }
};

}  // namespace acron
