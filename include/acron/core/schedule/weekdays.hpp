#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace acron {

/// A set of days of the week, not empty.
struct Weekdays {
  static constexpr std::uint8_t every_day = 0x7F;
  std::uint8_t bits = every_day;  // bit 0 is Sunday, as in cron

  [[nodiscard]] bool contains(std::chrono::weekday day) const { return ((bits >> day.c_encoding()) & 1U) != 0; }
  bool operator==(const Weekdays&) const = default;
};

/// As they are read after `every` or `on`: `mon-fri`, `mon,wed`, `mon-sun`.
std::string describe(Weekdays days);

}  // namespace acron
