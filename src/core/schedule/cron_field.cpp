#include "cron_field.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::array<std::string_view, 12> month_words{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_abbreviations{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::string range_text(unsigned from, unsigned to) { return std::to_string(from) + "-" + std::to_string(to); }

/// What a character means in other crons' expressions, and what to write here.
std::string_view dialect_hint(char c) {
  switch (c) {
    case '~': return "; for a time of the host's own use `splay`";
    case 'L':
    case 'W':
    case '#': return "; last, nearest and n-th days are not known here";
    case '@': return "; '@daily' and the like stand alone";
    default: return "";
  }
}

/// Reads one field from left to right. After the first fault it stays failed.
class FieldParser {
 public:
  FieldParser(const CronField& field, std::string_view text) : field_{field}, text_{text} {}

  Result<std::uint64_t> parse() {
    do {
      item();
    } while (!error_ && accept(','));
    if (!error_ && at_ < text_.size()) fail_at_character();
    if (error_) return *error_;
    return set_;
  }

 private:
  struct Value {
    unsigned number = 0;
    bool is_name = false;
  };

  void item() {
    unsigned from = field_.least, to = field_.most;
    const bool star = accept('*');
    bool range = star;
    if (!star) {
      const auto start = at_;
      const auto first = value();
      from = to = first.number;
      if (accept('-')) {
        range = true;
        to = end_of_range(first, start);
      }
    }
    const auto step = accept('/') ? step_of(range) : 1;
    if (error_) return;
    for (unsigned n = from; n <= to; n += step) set_ |= std::uint64_t{1} << (n == field_.wraps_at ? field_.least : n);
  }

  unsigned end_of_range(Value first, std::size_t start) {
    const auto last = value();
    if (error_) return 0;
    const bool wraps =
        field_.wraps_at != 0 && last.is_name && last.number == field_.least && first.number != field_.least;
    const auto to = wraps ? field_.wraps_at : last.number;
    if (to < first.number) {
      fail("the range '" + std::string{text_.substr(start, at_ - start)} + "' ends before it begins", start);
    }
    return to;
  }

  unsigned step_of(bool range) {
    const auto start = at_;
    if (!range) {
      fail("a step needs a range", at_ - 1);
      return 1;
    }
    const auto step = number();
    const auto size = field_.most - field_.least + 1;
    if (!error_ && (step == 0 || step > size)) fail("a step is 1 to " + std::to_string(size), start);
    return step;
  }

  Value value() { return at_ < text_.size() && is_letter(text_[at_]) ? name() : Value{number_in_field(), false}; }

  Value name() {
    const auto start = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    const auto word = lower_ascii(text_.substr(start, at_ - start));
    const auto known = std::find(field_.names.begin(), field_.names.end(), word);
    if (known != field_.names.end()) return {field_.least + static_cast<unsigned>(known - field_.names.begin()), true};
    fail_at_word(text_.substr(start, at_ - start), start);
    return {};
  }

  unsigned number_in_field() {
    const auto start = at_;
    const auto value = number();
    const auto most = std::max(field_.most, field_.wraps_at);
    if (!error_ && (value < field_.least || value > most)) {
      fail(printable(text_.substr(start, at_ - start), 20) + " is not within " + range_text(field_.least, most), start);
    }
    return value;
  }

  unsigned number() {
    unsigned value = 0;
    const auto start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) {
      value = std::min(value * 10 + static_cast<unsigned>(text_[at_] - '0'), 1000U);
      ++at_;
    }
    if (at_ == start) fail_at_character();
    return value;
  }

  bool accept(char c) {
    if (error_ || at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void fail_at_word(std::string_view word, std::size_t at) {
    const auto named = in_quotes(word, 20) + " is unknown";
    if (word == "H") return fail(named + "; for a time of the host's own use `splay`", at);
    fail(named + std::string{dialect_hint(ends_in_last(field_, lower_ascii(word)) ? 'L' : word.front())}, at);
  }

  void fail_at_character() {
    if (at_ == text_.size()) return fail("something is missing at its end", at_);
    const auto c = text_.substr(at_, 1);
    fail(in_quotes(c, 200) + " has no place here" + std::string{dialect_hint(c.front())}, at_);
  }

  void fail(const std::string& what, std::size_t at) {
    if (!error_) error_ = Error{std::string{field_.name} + " field: " + what, at};
  }

  const CronField& field_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t set_ = 0;
  std::optional<Error> error_;
};

}  // namespace

const CronField cron_second{"second", 0, 59, {}};
const CronField cron_minute{"minute", 0, 59, {}};
const CronField cron_hour{"hour", 0, 23, {}};
const CronField cron_day{"day-of-month", 1, 31, {}};
const CronField cron_month{"month", 1, 12, month_words};
const CronField cron_weekday{"day-of-week", 0, 6, weekday_abbreviations, 7};

bool ends_in_last(const CronField& field, std::string_view word) {
  if (!word.ends_with('l')) return false;
  word.remove_suffix(1);
  const auto begins = [&](std::string_view name) { return word.starts_with(name); };
  return std::any_of(field.names.begin(), field.names.end(), begins);
}

Result<std::uint64_t> parse_cron_field(const CronField& field, std::string_view text) {
  return FieldParser{field, text}.parse();
}

}  // namespace acron
