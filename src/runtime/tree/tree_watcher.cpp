#include "acron/runtime/tree/tree_watcher.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <new>
#include <utility>

#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/blocking_pool.hpp"

namespace acron {

TreeWatcher::TreeWatcher(boost::asio::any_io_executor executor, boost::asio::thread_pool& pool, JobTree& tree,
                         Duration poll)
    : pool_(pool), tree_(tree), poll_(poll), timer_(std::move(executor)) {}

Task<> TreeWatcher::run(Handler handler) {
  for (bool demanded = false;;) {
    bool settled = false;
    try {
      std::optional<TreeLook> look;
      // Who demands a look knows of a change, whatever the kernel has told us.
      if (!demanded) look = tree_.unchanged();
      if (!look) {
        auto walk = [this, demanded] { return tree_.look(demanded); };
        look = co_await off_the_loop(pool_.get_executor(), std::move(walk));
      }
      handler(*look);
      settled = !look->unsettled;
    } catch (const std::bad_alloc& error) {  // whatever is short of memory now, the tree must be looked at again
      log(Severity::error, "fault", {{"task", "watch"}, {"reason", error.what()}});
    }
    demanded = co_await rest(settled ? poll_ : std::min(poll_, settle_time));
  }
}

void TreeWatcher::look_now() {
  look_now_ = true;
  timer_.cancel();
}

Task<bool> TreeWatcher::rest(Duration time) {
  if (!look_now_) {
    timer_.expires_after(time);
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  co_return std::exchange(look_now_, false);
}

}  // namespace acron
