#pragma once

#include <functional>
#include <memory>

#include "acron/core/time.hpp"

namespace acron {

/// One wake-up at an instant of the wall clock. Destroying it cancels it.
class Alarm {
 public:
  virtual ~Alarm() = default;
  /// Rings once, as soon as the wall clock reads `when` or later, however it got there. Replaces an earlier setting.
  virtual void set(TimePoint when) = 0;
  virtual void cancel() = 0;
};

/// A clock that was set by no more still tells the same day to an operator: cron(8)'s bound. Beyond it the new time is
/// adopted.
inline constexpr Duration same_clock = std::chrono::hours(3);

/// A port (tests have a fake): the wall clock.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  /// `ring` is called on the loop and may set the alarm again, but not destroy it. The clock outlives its alarms.
  virtual std::unique_ptr<Alarm> alarm(std::function<void()> ring) = 0;
};

}  // namespace acron
