#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace acron {

/// An instant at which a zone's offset from UTC changes, and what it changes to.
struct Transition {
  std::chrono::sys_seconds at;
  std::chrono::seconds offset;
  bool operator==(const Transition&) const = default;
};

/// A day of the year and a local time on it, as POSIX writes it: `M3.5.0/2`, `J60`, `59/24`.
struct YearlyInstant {
  enum class Kind { nth_weekday, day_of_year_without_leap_day, day_of_year };
  Kind kind = Kind::nth_weekday;
  int month = 1, week = 1, weekday = 0;  // nth_weekday; week 5 is the last
  int day = 0;                           // the other kinds
  std::chrono::seconds time = std::chrono::hours{2};

  [[nodiscard]] std::chrono::local_seconds in(std::chrono::year year) const;
  bool operator==(const YearlyInstant&) const = default;
};

/// How a zone goes on for ever: the TZ string of POSIX (IEEE Std 1003.1, chapter 8.3) with the hours from -167 to 167
/// that a TZif footer may use (RFC 9636, section 3.3.1).
struct PosixZoneRule {
  struct Daylight {
    std::chrono::seconds offset;
    YearlyInstant begin, end;  // begin on the standard clock, end on the daylight clock
    bool operator==(const Daylight&) const = default;
  };
  std::chrono::seconds standard_offset{};
  std::optional<Daylight> daylight;

  /// When daylight time begins by the day of that year; only for a rule that has it, as below.
  [[nodiscard]] std::chrono::sys_seconds daylight_begins_in(std::chrono::year year) const;
  /// The two transitions of `year`, in order of time. Only for a rule with daylight time.
  [[nodiscard]] std::array<Transition, 2> transitions_in(std::chrono::year year) const;
  bool operator==(const PosixZoneRule&) const = default;
};

/// Empty for a text that is no such rule, or that has daylight time without saying when.
std::optional<PosixZoneRule> parse_posix_zone_rule(std::string_view text);

}  // namespace acron
