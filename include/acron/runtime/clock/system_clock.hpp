#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "acron/runtime/clock/clock.hpp"

namespace acron {

class SystemAlarm;

/// CLOCK_REALTIME. One steady timer waits for the first of all alarms; when the clock is set, or the machine wakes from
/// suspend (which a steady timer does not count), it is laid anew at once.
class SystemClock final : public Clock {
 public:
  /// Called after the timer was laid anew: how far the wall clock moved against the steady one.
  using StepHandler = std::function<void(Duration step)>;

  /// Throws std::system_error when timerfd_create(2) fails.
  explicit SystemClock(boost::asio::io_context& loop);
  ~SystemClock() override;

  [[nodiscard]] TimePoint now() const override;
  std::unique_ptr<Alarm> alarm(std::function<void()> ring) override;

  /// Starts to watch for steps of the clock.
  void on_step(StepHandler handler);
  /// Looks for a step now; for callers that wake up anyway, where the kernel's notice may be missing (containers).
  /// Returns the time that it saw.
  TimePoint check_step();

 private:
  friend class SystemAlarm;
  class Alarms;

  void lay();
  void ring_soon();
  void ring_due();
  void watch();
  [[nodiscard]] static Duration ahead_of_steady(TimePoint now);

  boost::asio::posix::stream_descriptor set_notice_;  // timerfd(TFD_TIMER_CANCEL_ON_SET)
  Duration ahead_;
  StepHandler handler_;
  std::unique_ptr<Alarms> alarms_;
  boost::asio::steady_timer timer_;
  TimePoint laid_for_ = TimePoint::max();  // the timer waits for nothing
  bool ringing_ = false;
};

}  // namespace acron
