#include "clauses.hpp"

#include <algorithm>
#include <array>

namespace acron {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

struct DayWord {
  std::string_view word;
  std::uint8_t bits;
};

constexpr std::array<DayWord, 9> day_words{{
    {"sunday", 0x01},
    {"monday", 0x02},
    {"tuesday", 0x04},
    {"wednesday", 0x08},
    {"thursday", 0x10},
    {"friday", 0x20},
    {"saturday", 0x40},
    {"weekday", 0x3E},
    {"weekend", 0x41},
}};

bool is_one_day(const DayWord& word) { return (word.bits & (word.bits - 1U)) == 0; }

/// Whole, or as people cut it: to three letters, and Thursday also to four.
bool stands_for(std::string_view lower, const DayWord& day) {
  const auto length = lower == "thur" ? lower.size() : 3;
  return lower == day.word || (is_one_day(day) && lower == day.word.substr(0, length));
}

/// `mon`, `tues`, `thur`, `Wednesday`, `fridays`. A name that is cut elsewhere is a slip.
const DayWord* find_day_word(std::string_view word) {
  auto lower = lower_ascii(word);
  if (lower.ends_with('s')) lower.pop_back();
  const auto* found =
      std::find_if(day_words.begin(), day_words.end(), [&](const DayWord& day) { return stands_for(lower, day); });
  return found == day_words.end() ? nullptr : found;
}

Error not_a_day(std::string_view word, std::size_t at) {
  if (word.empty()) return {"a day of the week is missing (try mon-fri)", at};
  const auto named = in_quotes(word, 20) + " is not a day of the week";
  std::array<std::string_view, day_words.size()> known;
  std::transform(day_words.begin(), day_words.end(), known.begin(), [](const DayWord& d) { return d.word; });
  if (const auto near = nearest_surely(word, known); !near.empty())
    return {named + "; did you mean '" + std::string{near} + "'?", at};
  return {named + " (try mon-fri or sat,sun)", at};
}

/// The days from one to another, over the end of the week if need be.
std::uint8_t days_between(std::uint8_t first, std::uint8_t last) {
  unsigned bits = first;
  for (unsigned day = first; day != last; bits |= day) day = day == 0x40 ? 0x01 : day << 1U;
  return static_cast<std::uint8_t>(bits);
}

Result<Weekdays> parse_day_range(Phrase& phrase) {
  const auto at = phrase.at();
  const auto word = phrase.peek();
  const auto* first = find_day_word(word);
  if (first == nullptr) return not_a_day(word, at);
  phrase.next();
  if (!phrase.accept_any({"-", "to"})) return Weekdays{first->bits};
  const auto last_at = phrase.at();
  const auto last_word = phrase.next();
  const auto* last = find_day_word(last_word);
  if (last == nullptr) return not_a_day(last_word, last_at);
  if (!is_one_day(*first) || !is_one_day(*last)) return Error{"a range goes from one day to another: mon-fri", at};
  return Weekdays{days_between(first->bits, last->bits)};
}

bool accept_separator(Phrase& phrase) {
  const bool comma = phrase.accept(",");
  return phrase.accept("and") || comma;
}

std::optional<int> number_of_two_digits(std::string_view text, int most) {
  if (text.empty() || text.size() > 2) return {};
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  return value <= most ? std::optional{value} : std::nullopt;
}

/// `9:00`, `17:30`, `02:30:15`, `noon`, `midnight`; and `24:00`.
std::optional<seconds> clock_time(std::string_view word) {
  const auto lower = lower_ascii(word);
  if (lower == "midnight") return 0s;
  if (lower == "noon") return 12h;
  if (lower == "24:00") return 24h;
  const auto colon = word.find(':');
  if (colon == std::string_view::npos) return {};
  const auto rest = word.substr(colon + 1);
  const bool has_seconds = rest.size() == 5 && rest[2] == ':';
  if (rest.size() != 2 && !has_seconds) return {};
  const auto hour = number_of_two_digits(word.substr(0, colon), 23);
  const auto minute = number_of_two_digits(rest.substr(0, 2), 59);
  const auto second = has_seconds ? number_of_two_digits(rest.substr(3), 59) : 0;
  if (!hour || !minute || !second) return {};
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + seconds{*second};
}

Result<seconds> parse_clock_time(Phrase& phrase) {
  const auto at = phrase.at();
  const auto word = phrase.next();
  if (word.empty()) return Error{"a time of day is missing (try 02:30)", at};
  const auto time = clock_time(word);
  if (!time) return Error{in_quotes(word, 20) + " is not a time of day from 00:00 to 23:59 (try 02:30)", at};
  return *time;
}

Result<std::vector<seconds>> parse_times(Phrase& phrase) {
  std::vector<seconds> times;
  do {
    const auto at = phrase.at();
    const auto time = parse_clock_time(phrase);
    if (!time) return time.error();
    if (*time == 24h) return Error{"a day ends at 23:59; midnight is 00:00", at};
    times.push_back(*time);
  } while (accept_separator(phrase));
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  times.shrink_to_fit();
  return times;
}

Result<ClockRange> parse_range(Phrase& phrase) {
  const auto at = phrase.at();
  const auto from = parse_clock_time(phrase);
  if (!from) return from.error();
  if (!phrase.accept_any({"-", "and", "to"})) {
    return Error{"a range goes from one time to another: 08:00-18:00", phrase.at()};
  }
  const auto until = parse_clock_time(phrase);
  if (!until) return until.error();
  if (*from == 24h) return Error{"a day begins at 00:00", at};
  if (*from == *until) return Error{"a range from a time to the same time is empty; for all day leave it out", at};
  return ClockRange{*from, *until > *from ? *until : *until + 24h};
}

/// Reads a clause into its place, unless there is one already.
template <class T>
std::optional<Error> read(Phrase& phrase, std::size_t at, Result<T> (*parse)(Phrase&),
                          std::optional<Located<T>>& clause) {
  if (clause) return Error{"said twice", at};
  auto value = parse(phrase);
  if (!value) return value.error();
  clause = Located<T>{std::move(*value), at};
  return {};
}

Error unexpected(const Phrase& phrase) {
  constexpr std::array<std::string_view, 3> words{"at", "between", "on"};
  const auto named = in_quotes(phrase.peek(), 20) + " has no place here";
  const auto near = nearest(phrase.peek(), words);
  if (!near.empty()) return {named + "; did you mean '" + std::string{near} + "'?", phrase.at()};
  return {named + " (days and times are parted by commas; `at`, `between` and `on` may follow)", phrase.at()};
}

}  // namespace

bool names_weekdays(std::string_view word) { return find_day_word(word) != nullptr; }

Result<Weekdays> parse_weekdays(Phrase& phrase) {
  unsigned bits = 0;
  do {
    const auto days = parse_day_range(phrase);
    if (!days) return days.error();
    bits |= days->bits;
  } while (accept_separator(phrase));
  return Weekdays{static_cast<std::uint8_t>(bits)};
}

Result<Clauses> parse_clauses(Phrase& phrase) {
  Clauses clauses;
  while (!phrase.at_end()) {
    const auto at = phrase.at();
    std::optional<Error> fault;
    if (phrase.accept("at")) {
      fault = read(phrase, at, parse_times, clauses.times);
    } else if (phrase.accept_any({"between", "from"})) {
      fault = read(phrase, at, parse_range, clauses.range);
    } else if (phrase.accept("on")) {
      fault = read(phrase, at, parse_weekdays, clauses.days);
    } else {
      fault = unexpected(phrase);
    }
    if (fault) return *fault;
  }
  return clauses;
}

}  // namespace acron
