#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

namespace acron {

/// The loop of a test. Declare it first: what waits on it is destroyed with it.
class TestLoop {
 public:
  auto executor() { return loop_.get_executor(); }
  boost::asio::io_context& context() { return loop_; }

  /// Runs all that is ready, without waiting for anything.
  void run_ready() {
    loop_.restart();
    while (loop_.poll() > 0) loop_.restart();
  }

  /// Runs until `done` holds. False when that takes longer than any machine should need.
  template <typename Condition>
  bool run_until(Condition done, std::chrono::seconds at_most = std::chrono::seconds(60)) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(100));
    }
    return true;
  }

 private:
  boost::asio::io_context loop_{1};
};

}  // namespace acron
