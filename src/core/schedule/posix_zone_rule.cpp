#include "posix_zone_rule.hpp"

#include <algorithm>
#include <utility>

namespace acron {
namespace {

using namespace std::chrono_literals;

/// Reads a rule from left to right; a fault shows in `failed`, and nothing read after it counts.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_{text} {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] bool next_is(char c) const { return text_.starts_with(c); }
  [[nodiscard]] bool failed() const { return failed_; }

  bool accept(char c) {
    if (!next_is(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!accept(c)) failed_ = true;
  }

  int number(int least, int most) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < text_.size() && digits < 3 && text_[digits] >= '0' && text_[digits] <= '9') {
      value = value * 10 + (text_[digits++] - '0');
    }
    text_.remove_prefix(digits);
    if (digits == 0 || value < least || value > most) failed_ = true;
    return value;
  }

  void abbreviation() {
    const bool quoted = accept('<');
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    std::size_t length = 0;
    while (length < text_.size() && (quoted ? text_[length] != '>' : is_letter(text_[length]))) ++length;
    if (length < 3) failed_ = true;  // POSIX; the C library takes a shorter one for none
    text_.remove_prefix(length);
    if (quoted) expect('>');
  }

  std::chrono::seconds signed_time(int most_hours) {
    const bool negative = accept('-');
    if (!negative) accept('+');
    std::chrono::seconds time = std::chrono::hours{number(0, most_hours)};
    if (accept(':')) time += std::chrono::minutes{number(0, 59)};
    if (accept(':')) time += std::chrono::seconds{number(0, 59)};
    return negative ? -time : time;
  }

  YearlyInstant yearly_instant() {
    YearlyInstant instant;
    if (accept('M')) {
      instant.month = number(1, 12);
      expect('.');
      instant.week = number(1, 5);
      expect('.');
      instant.weekday = number(0, 6);
    } else if (accept('J')) {
      instant.kind = YearlyInstant::Kind::day_of_year_without_leap_day;
      instant.day = number(1, 365);
    } else {
      instant.kind = YearlyInstant::Kind::day_of_year;
      instant.day = number(0, 365);
    }
    if (accept('/')) instant.time = signed_time(167);
    return instant;
  }

 private:
  std::string_view text_;
  bool failed_ = false;
};

std::chrono::sys_seconds as_utc(std::chrono::local_seconds local, std::chrono::seconds offset) {
  return std::chrono::sys_seconds{local.time_since_epoch() - offset};
}

}  // namespace

std::chrono::local_seconds YearlyInstant::in(std::chrono::year year) const {
  using namespace std::chrono;
  if (kind == Kind::nth_weekday) {
    const auto m = year / std::chrono::month{static_cast<unsigned>(month)};
    const std::chrono::weekday w{static_cast<unsigned>(weekday)};
    const auto date = week == 5 ? local_days{m / w[last]} : local_days{m / w[static_cast<unsigned>(week)]};
    return date + time;
  }
  const local_days first{year / January / 1};
  if (kind == Kind::day_of_year) return first + days{day} + time;
  const bool after_leap_day = year.is_leap() && day >= 60;
  return first + days{day - 1 + (after_leap_day ? 1 : 0)} + time;
}

std::chrono::sys_seconds PosixZoneRule::daylight_begins_in(std::chrono::year year) const {
  return as_utc(daylight->begin.in(year), standard_offset);
}

std::array<Transition, 2> PosixZoneRule::transitions_in(std::chrono::year year) const {
  std::array<Transition, 2> both{{
      {daylight_begins_in(year), daylight->offset},
      {as_utc(daylight->end.in(year), daylight->offset), standard_offset},
  }};
  if (both[1].at < both[0].at) std::swap(both[0], both[1]);
  return both;
}

std::optional<PosixZoneRule> parse_posix_zone_rule(std::string_view text) {
  RuleReader reader{text};
  PosixZoneRule rule;
  reader.abbreviation();
  rule.standard_offset = -reader.signed_time(24);
  if (!reader.at_end()) {
    PosixZoneRule::Daylight daylight{rule.standard_offset + 1h, {}, {}};
    reader.abbreviation();
    if (!reader.next_is(',')) daylight.offset = -reader.signed_time(24);
    reader.expect(',');
    daylight.begin = reader.yearly_instant();
    reader.expect(',');
    daylight.end = reader.yearly_instant();
    rule.daylight = daylight;
  }
  if (reader.failed() || !reader.at_end()) return {};
  return rule;
}

}  // namespace acron
