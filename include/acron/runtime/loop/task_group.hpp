#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "acron/runtime/loop/task.hpp"

namespace acron {

/// Owns the coroutines that it starts; the one caller of co_spawn. A task that throws is logged with its name and ends
/// alone. A group is the last member of what its tasks refer to, so that it ends first.
class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor);
  /// Cancels what still runs; the tasks end when the loop next gets to them.
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// `name` must be a literal or outlive the task. `failed` is called behind the log line of a task that throws: for
  /// one that the others are worth nothing without. Not when it was cancelled.
  void start(std::string_view name, Task<> task, std::function<void()> failed = {});
  void cancel();
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<State> state_;
};

/// For a task that is resumed also when it is cancelled: ends it then (operation_aborted), before it touches what may
/// be gone with its group.
Task<> leave_if_cancelled();

/// Ends when all have. What one throws cancels the others and is thrown on. One group for all: `&&` of awaitables would
/// make a group and two coroutines more for each.
Task<> all_of(Task<> a, Task<> b, Task<> c, Task<> d);

}  // namespace acron
