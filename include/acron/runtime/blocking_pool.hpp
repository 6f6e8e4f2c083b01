#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

#include "acron/runtime/task.hpp"

namespace acron {

/// Runs what can block (a scan, a slow disk, a name look-up) on `pool`, the executor of a thread pool or a strand of
/// one, and resumes the caller on its own loop with the result. `work` must not throw and must refer to nothing that
/// the loop changes meanwhile.
template <typename Executor, typename Work>
Task<std::invoke_result_t<Work>> off_the_loop(Executor pool, Work work) {
  using Value = std::invoke_result_t<Work>;
  auto initiate = [pool](auto handler, Work job) {
    boost::asio::post(pool, [handler = std::move(handler), job = std::move(job)]() mutable {
      auto value = job();
      auto loop = boost::asio::get_associated_executor(handler);
      boost::asio::post(loop, [handler = std::move(handler), value = std::move(value)]() mutable {
        std::move(handler)(std::move(value));
      });
    });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(Value)>(
      std::move(initiate), boost::asio::use_awaitable, std::move(work));
}

}  // namespace acron
