#include "acron/runtime/tree_watcher.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <new>
#include <utility>

#include "acron/runtime/blocking_pool.hpp"
#include "acron/runtime/log.hpp"

namespace acron {

TreeWatcher::TreeWatcher(boost::asio::any_io_executor executor, boost::asio::thread_pool& pool, JobTree& tree,
                         Duration poll)
    : pool_(pool), tree_(tree), poll_(poll), timer_(std::move(executor)) {}

Task<> TreeWatcher::run(Handler handler) {
  for (;;) {
    bool settled = false;
    try {
      auto look = tree_.unchanged();
      if (!look) look = co_await off_the_loop(pool_.get_executor(), [this] { return tree_.look(); });
      handler(*look);
      settled = !look->unsettled;
    } catch (const std::bad_alloc& error) {  // whatever is short of memory now, the tree must be looked at again
      log(Severity::error, "fault", {{"task", "watch"}, {"reason", error.what()}});
    }
    co_await rest(settled ? poll_ : std::min(poll_, settle_time));
  }
}

void TreeWatcher::look_now() {
  look_now_ = true;
  timer_.cancel();
}

Task<> TreeWatcher::rest(Duration time) {
  if (!std::exchange(look_now_, false)) {
    timer_.expires_after(time);
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    look_now_ = false;
  }
}

}  // namespace acron
