#pragma once

#include <chrono>

namespace acron {

/// Whether output is left in its pipes for now, and for how long that was so up to now. What waits meanwhile says
/// nothing of the processes that write.
class ReadingHold {
 public:
  using Clock = std::chrono::steady_clock;

  void set(bool held) {
    if (held_ == held) return;
    past_ = total();
    since_ = Clock::now();
    held_ = held;
  }
  [[nodiscard]] const bool& held() const { return held_; }
  [[nodiscard]] Clock::duration total() const { return held_ ? past_ + (Clock::now() - since_) : past_; }

 private:
  bool held_ = false;
  Clock::time_point since_;
  Clock::duration past_{};
};

}  // namespace acron
