#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "acron/runtime/loop/task.hpp"

namespace acron {

/// Runs what can block (a scan, a slow disk, a name look-up) on `pool`, the executor of a thread pool or a strand of
/// one, and resumes the caller on its own loop with the result, or by throwing what `work` threw (there may be no
/// memory for it). `work` must refer to nothing that the loop changes meanwhile.
template <typename Executor, typename Work>
Task<std::invoke_result_t<Work>> off_the_loop(Executor pool, Work work) {
  using Value = std::invoke_result_t<Work>;
  auto initiate = [pool](auto handler, Work job) {
    boost::asio::post(pool, [handler = std::move(handler), job = std::move(job)]() mutable {
      std::optional<Value> value;
      std::exception_ptr failure;
      try {
        value.emplace(job());
      } catch (...) {
        failure = std::current_exception();
      }
      auto loop = boost::asio::get_associated_executor(handler);
      boost::asio::post(loop, [handler = std::move(handler), failure, value = std::move(value)]() mutable {
        std::move(handler)(failure, std::move(value));
      });
    });
  };
  using Signature = void(std::exception_ptr, std::optional<Value>);
  auto value = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, Signature>(
      std::move(initiate), boost::asio::use_awaitable, std::move(work));
  co_return *std::move(value);
}

}  // namespace acron
