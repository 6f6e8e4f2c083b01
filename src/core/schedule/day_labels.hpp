#pragma once

#include <chrono>
#include <optional>

#include "ticks.hpp"

namespace acron {

/// The labels at the same times of every day of a set. Days answers `at_or_after` and `at_or_before` for local days,
/// Times the same for whole seconds since midnight, and `first()` and `last()`.
template <class Days, class Times>
class DayLabels {
 public:
  DayLabels(const Days& days, const Times& times) : days_{days}, times_{times} {}

  [[nodiscard]] std::optional<LocalTime> at_or_after(LocalTime local) const {
    const auto today = std::chrono::floor<std::chrono::days>(local);
    auto day = days_.at_or_after(today);
    if (day == today) {
      const auto time = times_.at_or_after(std::chrono::ceil<std::chrono::seconds>(local - today));
      if (time) return today + *time;
      day = days_.at_or_after(today + std::chrono::days{1});
    }
    if (!day) return {};
    return *day + times_.first();
  }

  [[nodiscard]] std::optional<LocalTime> at_or_before(LocalTime local) const {
    const auto today = std::chrono::floor<std::chrono::days>(local);
    auto day = days_.at_or_before(today);
    if (day == today) {
      const auto time = times_.at_or_before(std::chrono::floor<std::chrono::seconds>(local - today));
      if (time) return today + *time;
      day = days_.at_or_before(today - std::chrono::days{1});
    }
    if (!day) return {};
    return *day + times_.last();
  }

 private:
  const Days& days_;
  const Times& times_;
};

}  // namespace acron
