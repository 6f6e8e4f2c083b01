#pragma once

#include <chrono>
#include <optional>

#include "acron/core/schedule/weekdays.hpp"

namespace acron {

/// The dates that fall on a set of weekdays.
class WeekdaySearch {
 public:
  using Day = std::chrono::local_days;

  explicit WeekdaySearch(Weekdays weekdays) : weekdays_{weekdays} {}

  [[nodiscard]] std::optional<Day> at_or_after(Day day) const { return search(day, std::chrono::days{1}); }
  [[nodiscard]] std::optional<Day> at_or_before(Day day) const { return search(day, std::chrono::days{-1}); }

 private:
  [[nodiscard]] std::optional<Day> search(Day day, std::chrono::days step) const {
    for (int i = 0; i < 7; ++i, day += step) {
      if (weekdays_.contains(std::chrono::weekday{day})) return day;
    }
    return {};
  }

  Weekdays weekdays_;
};

}  // namespace acron
