#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "acron/runtime/loop/task.hpp"

namespace acron {

/// An instant that work races against and that may be moved while it does: `work() || deadline.passed()`. One race for
/// a whole transaction costs less than one for each of its steps.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  using Instant = Clock::time_point;

  explicit Deadline(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  void set(Instant at);
  [[nodiscard]] Instant at() const { return at_; }
  /// Returns once the deadline is over, or when cancelled.
  Task<> passed();

 private:
  boost::asio::steady_timer timer_;
  Instant at_{};
};

}  // namespace acron
