#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "acron/runtime/loop/task.hpp"

namespace acron::test {

/// Runs the loop until the task has ended, and returns its value. What else runs on the loop stays where it is.
template <typename T>
T run(boost::asio::io_context& loop, Task<T> task) {
  std::optional<T> result;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, T value) {
    failure = thrown;
    result = std::move(value);
    loop.stop();
  });
  loop.restart();
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(*result);
}

inline void run(boost::asio::io_context& loop, Task<> task) {
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown) {
    failure = thrown;
    loop.stop();
  });
  loop.restart();
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace acron::test
