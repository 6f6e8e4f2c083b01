#include "acron/core/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "acron/core/characters.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/spelled_duration.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

using namespace std::chrono_literals;

struct Unit {
  char letter;
  std::string_view word;
  std::chrono::seconds length;
};

// Largest first: the order in which a sum must name them.
constexpr std::array<Unit, 5> units{{
    {'w', "week", 168h},
    {'d', "day", 24h},
    {'h', "hour", 1h},
    {'m', "minute", 1min},
    {'s', "second", 1s},
}};

constexpr std::size_t longest_count = 9;  // digits: times a week it still fits in 64 bits of milliseconds

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

/// The value of decimal digits, of which there are at most 18.
std::int64_t value_of_digits(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// `h`, `hour`, `hours`, `hou`, `hr`, `hrs`.
const Unit* unit_of(std::string_view word) {
  const auto singular = word.substr(0, word.size() - (word.size() > 2 && word.ends_with('s') ? 1 : 0));
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) {
    return word == std::string_view{&u.letter, 1} || (singular.size() >= 3 && u.word.starts_with(singular)) ||
           (u.letter == 'h' && singular == "hr") || (u.letter == 'w' && singular == "wk");
  });
  return unit == units.end() ? nullptr : &*unit;
}

/// The next number with its unit, blanks between them or not; empty unit where there is none. Advances `at`.
struct Part {
  std::string_view count;
  const Unit* unit = nullptr;
};

Part part_at(std::string_view text, std::size_t& at) {
  const auto count = text.substr(at, digits_at(text, at));
  at += count.size();
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  const auto begin = at;
  while (at < text.size() && is_letter(text[at])) ++at;
  // M is a month to systemd.
  const auto letters = text.substr(begin, at - begin);
  const auto word = letters == "M" ? std::string{} : lower_ascii(letters);
  return {count, count.empty() || count.size() > longest_count ? nullptr : unit_of(word)};
}

bool is_bare_number(std::string_view text) {
  const auto count = digits_at(text, 0);
  return count > 0 && count <= longest_count && count == text.size();
}

/// Seconds, as timeout(1) takes a bare number, or minutes, as a crontab does.
std::string with_a_unit(std::string_view number_text) {
  const std::string digits{number_text};
  if (!parse_duration(digits + "s") || !parse_duration(digits + "m")) return {};
  return "; write '" + digits + "s' or '" + digits + "m'";
}

Error too_short(std::string_view text) { return {in_quotes(text, 40) + " is too short: at least 1s"}; }

Error not_a_duration(std::string_view text, std::size_t at) {
  auto message = in_quotes(text, 40) + " is not a duration";
  if (text == "month" || text == "months" || text == "year" || text == "years") {
    return {message + ": its length varies (try `cron @" + (text[0] == 'm' ? "monthly" : "yearly") + "`)", at};
  }
  constexpr std::array<std::string_view, 5> words{"second", "minute", "hour", "day", "week"};
  if (const auto spelling = respelled_duration(text); !spelling.empty() && spelling != text) {
    return {message + (parse_duration(spelling) ? write_instead({spelling}) : ""), at};
  }
  const bool is_zero = is_bare_number(text) && text.find_first_not_of('0') == std::string_view::npos;
  if (is_zero) return too_short(text);
  if (is_bare_number(text)) return {message + ": a unit is missing" + with_a_unit(text), at};
  if (const auto word = nearest_surely(text, words); !word.empty() && digits_at(text, 0) == 0) {
    return {message + did_you_mean(word), at};
  }
  return {message + " (try 10m, 1h30m, 1d or a word such as `hour`)", at};
}

Error too_long(std::string_view text) {
  return {in_quotes(text, 40) + " is too long: at most " + format_duration(longest_duration)};
}

Result<Duration> parse_sum(std::string_view text) {
  Duration sum{};
  const auto* least = units.begin();  // the largest unit that may still come
  for (std::size_t at = 0; at < text.size();) {
    const auto count = digits_at(text, at);
    const auto letter = at + count;
    if (count == 0 || letter == text.size()) return not_a_duration(text, letter);
    if (count > longest_count) return too_long(text);
    const auto* unit =
        std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.letter == text[letter]; });
    if (unit == units.end()) return not_a_duration(text, letter);
    if (unit < least) {
      return Error{in_quotes(text, 40) + ": the largest unit comes first, and each at most once", letter};
    }
    sum += value_of_digits(text.substr(at, count)) * unit->length;
    least = unit + 1;
    at = letter + 1;
  }
  return sum;
}

std::string milliseconds_text(std::int64_t milliseconds) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), ".%03d", static_cast<int>(milliseconds));
  return text.data();
}

}  // namespace

std::string respelled_duration(std::string_view text) {
  std::string spelling;
  const auto* least = units.begin();
  for (std::size_t at = 0; at < text.size();) {
    const auto [count, unit] = part_at(text, at);
    if (unit == nullptr || unit < least) return {};
    spelling.append(count) += unit->letter;
    least = unit + 1;
    at = std::min(text.find_first_not_of(" \t", at), text.size());
    if (lower_ascii(text.substr(at, 4)) == "and ") at = std::min(text.find_first_not_of(" \t", at + 4), text.size());
  }
  return spelling;
}

std::size_t duration_words(std::span<const std::string> words) {
  std::size_t length = 0;
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (text.empty() ? "" : " ") + words[i];
    if (!respelled_duration(text).empty()) length = i + 1;
  }
  return length;
}

Result<Duration> parse_duration(std::string_view text) {
  if (text.empty()) return Error{"a duration is missing (try 10m)"};
  const auto word = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.word == text; });
  if (word != units.end()) return Duration{word->length};
  auto sum = parse_sum(text);
  if (!sum) return sum;
  if (*sum < 1s) return too_short(text);
  if (*sum > longest_duration) return too_long(text);
  return sum;
}

std::string format_duration(Duration duration) {
  if (duration == 0ms) return "0s";
  if (duration < 0ms) return "-" + format_duration(-std::max(duration, -Duration::max()));
  if (duration % 168h == 0ms) return std::to_string(duration / 168h) + "w";
  std::string text;
  for (const auto& unit : units) {
    if (unit.letter == 'w') continue;  // 10 days read better than a week and three days
    const auto count = duration / unit.length;
    duration %= unit.length;
    const bool fraction = unit.letter == 's' && duration != 0ms;
    if (count != 0 || fraction) text += std::to_string(count);
    if (fraction) text += milliseconds_text(duration.count());
    if (count != 0 || fraction) text += unit.letter;
  }
  return text;
}

}  // namespace acron
