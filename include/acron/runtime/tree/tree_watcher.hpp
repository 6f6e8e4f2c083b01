#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>

#include "acron/runtime/loop/task.hpp"
#include "acron/runtime/tree/job_tree.hpp"

namespace acron {

/// Looks at the tree every so often, on the pool where it has to be walked, and tells the loop what changed. A look
/// that hangs (NFS) holds up only the next look.
class TreeWatcher {
 public:
  using Handler = std::function<void(const TreeLook&)>;

  TreeWatcher(boost::asio::any_io_executor executor, boost::asio::thread_pool& pool, JobTree& tree, Duration poll);

  /// Looks at once and then for ever; `handler` is called on the loop after every look.
  Task<> run(Handler handler);
  /// Looks again without waiting for the poll, on the demand of a person: what is there now is meant. Any number of
  /// calls during a look make one more look.
  void look_now();

 private:
  /// Whether a look is demanded before the time is over.
  Task<bool> rest(Duration time);

  boost::asio::thread_pool& pool_;
  JobTree& tree_;
  Duration poll_;
  boost::asio::steady_timer timer_;
  bool look_now_ = false;
};

/// How long a file must have been left alone before it is read: long enough for a writer's pause between two writes.
inline constexpr Duration settle_time = std::chrono::seconds(1);

}  // namespace acron
