#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "acron/core/time.hpp"

namespace acron {
namespace {

using namespace std::chrono_literals;

// What four digits of year can say.
constexpr TimePoint first_time = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr TimePoint last_time = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - 1ms;

/// Reads one RFC 3339 text from left to right; the first fault stops it and is kept.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : text_{text} {}

  /// Exactly `digits` digits, as a number from `least` to `most`.
  int number(std::size_t digits, int least, int most, std::string_view what) {
    int value = 0;
    if (failed_) return value;
    const auto* begin = text_.data() + at_;
    const auto left = text_.size() - at_;
    const auto [end, error] = std::from_chars(begin, begin + std::min(digits, left), value);
    const bool all = error == std::errc{} && static_cast<std::size_t>(end - begin) == digits && is_digit(*begin);
    if (!all || value < least || value > most) return fail(what), 0;
    at_ += digits;
    return value;
  }

  bool accept(std::string_view any_of) {
    if (failed_ || at_ == text_.size() || any_of.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }

  void expect(std::string_view any_of, std::string_view what) {
    if (!accept(any_of)) fail(what);
  }

  /// Digits of a second's fraction, cut to milliseconds.
  Duration fraction() {
    if (at_ == text_.size() || !is_digit(text_[at_])) return fail("the fraction has no digit"), 0ms;
    Duration value{};
    for (auto weight = 100ms; at_ < text_.size() && is_digit(text_[at_]); weight /= 10, ++at_) {
      value += weight * (text_[at_] - '0');
    }
    return value;
  }

  void expect_end() {
    if (at_ != text_.size()) fail("something follows the time");
  }

  void fail(std::string_view what) {
    if (failed_) return;
    failed_ = true;
    error_ = {in_quotes(text_) + " is not a time like 2026-01-07T00:00:00Z: " + std::string{what}, at_};
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  Error error_;
};

std::chrono::sys_days read_date(TimeReader& reader) {
  using namespace std::chrono;
  const year y{reader.number(4, 0, 9999, "the year has four digits")};
  reader.expect("-", "'-' comes after the year");
  const month m{static_cast<unsigned>(reader.number(2, 1, 12, "a month is 01 to 12"))};
  reader.expect("-", "'-' comes after the month");
  const day d{static_cast<unsigned>(reader.number(2, 1, 31, "a day is 01 to 31"))};
  if (!reader.failed() && !(y / m / d).ok()) reader.fail("that month has no such day");
  return reader.failed() ? sys_days{} : sys_days{y / m / d};
}

Duration read_time_of_day(TimeReader& reader) {
  const std::chrono::hours hours{reader.number(2, 0, 23, "an hour is 00 to 23")};
  reader.expect(":", "':' comes after the hour");
  const std::chrono::minutes minutes{reader.number(2, 0, 59, "a minute is 00 to 59")};
  reader.expect(":", "':' and seconds come after the minutes");
  const std::chrono::seconds seconds{reader.number(2, 0, 59, "a second is 00 to 59 (no leap second)")};
  const auto fraction = reader.accept(".") ? reader.fraction() : 0ms;
  return hours + minutes + seconds + fraction;
}

std::chrono::minutes read_offset(TimeReader& reader) {
  if (reader.accept("Zz")) return 0min;
  const bool behind = reader.accept("-");
  if (!behind) reader.expect("+", "Z or an offset such as +01:00 ends it");
  const std::chrono::hours hours{reader.number(2, 0, 23, "an offset's hours are 00 to 23")};
  reader.expect(":", "':' comes after the offset's hours");
  const auto offset = hours + std::chrono::minutes{reader.number(2, 0, 59, "an offset's minutes are 00 to 59")};
  return behind ? -offset : offset;
}

}  // namespace

std::string format_rfc3339(TimePoint time, std::chrono::seconds utc_offset) {
  using namespace std::chrono;
  // The clock is shown with the offset as it is written, so that reading the text back gives the same instant.
  const auto offset = duration_cast<minutes>(utc_offset);
  const auto local = std::clamp(std::clamp(time, first_time, last_time) + offset, first_time, last_time);
  const auto date = floor<days>(local);
  const year_month_day ymd{date};
  const hh_mm_ss clock{local - date};
  const hh_mm_ss shift{offset};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03d%c%02d:%02d", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()),
                offset < 0min ? '-' : '+', static_cast<int>(shift.hours().count()),
                static_cast<int>(shift.minutes().count()));
  return text.data();
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
  TimeReader reader{text};
  const auto date = read_date(reader);
  reader.expect("Tt ", "'T' comes between date and time");
  const auto time = read_time_of_day(reader);
  const auto offset = read_offset(reader);
  reader.expect_end();
  if (reader.failed()) return reader.error();
  return TimePoint{date} + time - offset;
}

}  // namespace acron
