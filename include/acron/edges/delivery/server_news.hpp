#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace acron {

/// What is told of a server that fails and recovers: the first failure, and the recovery. One that fails again within
/// `calm` is unsteady: that it is down is told once more, and then nothing until it has been well for as long. So the
/// last word is never that it is up while it is not. A value without a clock.
class ServerNews {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  explicit ServerNews(std::chrono::steady_clock::duration calm) : calm_(calm) {}

  /// Whether it is to be told that the server is down.
  bool on_failure(Instant now) {
    ++failures_;
    well_since_.reset();
    if (told_down_) return false;
    told_down_ = true;
    unsteady_ = told_up_ && now < *told_up_ + calm_;
    return true;
  }

  void on_success(Instant now) {
    if (told_down_ && !well_since_) well_since_ = now;
  }

  /// When it is to be told that the server is up; max as long as it is not.
  [[nodiscard]] Instant up_at() const {
    if (!well_since_) return Instant::max();
    return unsteady_ ? *well_since_ + calm_ : *well_since_;
  }

  /// It is told now. Returns the failures since it was told to be down.
  std::uint64_t tell_up(Instant now) {
    told_up_ = now;
    told_down_ = false;
    well_since_.reset();
    const auto failures = failures_;
    failures_ = 0;
    return failures;
  }

 private:
  std::chrono::steady_clock::duration calm_;
  bool told_down_ = false;
  bool unsteady_ = false;
  std::optional<Instant> told_up_;
  std::optional<Instant> well_since_;
  std::uint64_t failures_ = 0;
};

}  // namespace acron
