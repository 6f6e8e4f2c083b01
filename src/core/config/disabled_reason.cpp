#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "acron/core/time.hpp"
#include "doubts.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// `2026-12-01`, `1.12.2026`, `08:00-18:00`, `3`; with their signs alone, no version and no ticket.
bool is_of_digits(std::string_view word) {
  const bool is_of_time = word.find_first_not_of("0123456789-:./tz+") == std::string_view::npos;
  return is_of_time && word.front() >= '0' && word.front() <= '9';
}

bool is_day_or_month(std::string_view word) {
  constexpr std::array<std::string_view, 19> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar",
                                                   "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  constexpr std::array<std::string_view, 27> longer{
      "monday",  "tuesday",  "wednesday",  "thursday",  "friday",  "saturday",  "sunday",  "january",  "february",
      "march",   "april",    "june",       "july",      "august",  "september", "october", "november", "december",
      "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays", "sept",     "tues"};
  return is_one_of(word, names) || is_one_of(word, longer);
}

bool is_time(std::string_view word) {
  constexpr std::array<std::string_view, 22> words{"today",    "tonight", "tomorrow", "noon",     "midnight", "weekend",
                                                   "weekends", "weekday", "weekdays", "holidays", "morning",  "hour",
                                                   "hours",    "day",     "days",     "week",     "weeks",    "month",
                                                   "months",   "minutes", "year",     "years"};
  return is_of_digits(word) || is_day_or_month(word) || is_one_of(word, words) || parse_duration(word);
}

/// Of a word such as `mon-fri` or `sat,sun`, each part.
bool is_time_in_parts(std::string_view word) {
  if (is_time(word)) return true;
  for (std::size_t begin = 0; begin <= word.size();) {
    const auto end = std::min(word.find_first_of(",-", begin), word.size());
    if (!is_time(word.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

/// `18:00-06:00`, `tomorrow`: when the job is to run or rest, and no date of the reason.
bool is_time_alone(std::string_view word) {
  constexpr std::array<std::string_view, 4> words{"tomorrow", "weekends", "weekdays", "holidays"};
  const bool is_span = word.find(':') != std::string_view::npos && word.find('-') != std::string_view::npos;
  return is_one_of(word, words) || (is_span && word.size() <= std::string_view{"10:00:00-12:00:00"}.size() &&
                                    is_of_digits(word) && word.find_first_of("./tz+") == std::string_view::npos);
}

/// `on web-*`: hosts, as of `only`.
bool is_of_hosts(const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 4> prepositions{"on", "except", "only", "not"};
  return words.size() <= 3 && is_one_of(words[0].text, prepositions) &&
         words.back().text.find('*') != std::string_view::npos && words.back().text.size() > 1;
}

bool is_of_command(const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 5> commands{"test", "[", "[[", "grep", "pgrep"};
  return words[0].text == "if" ||
         (words[0].text == "unless" && (is_one_of(words[1].text, commands) || words[1].text.starts_with('/')));
}

}  // namespace

bool promises_end(std::string_view reason) {
  constexpr std::array<std::string_view, 9> prepositions{"until", "for",   "on",      "till",  "from",
                                                         "while", "after", "between", "except"};
  constexpr std::array<std::string_view, 12> beside{"a",  "an",   "the", "and", "at",  "to",
                                                    "of", "next", "one", "end", "utc", "until"};
  const auto text = lower_ascii(reason);
  const auto words = words_of(text);
  if (words.size() < 2) return !words.empty() && is_time_alone(words[0].text);
  if (is_of_command(words) || is_of_hosts(words)) return true;
  const auto first = words[0].text.substr(0, words[0].text.size() - (words[0].text.ends_with(':') ? 1 : 0));
  if (!is_one_of(first, prepositions)) return false;
  const auto is_of_time = [&](const Word& word) { return is_one_of(word.text, beside) || is_time_in_parts(word.text); };
  return std::all_of(words.begin() + 1, words.end(), is_of_time) &&
         std::any_of(words.begin() + 1, words.end(), [](const Word& word) { return is_time_in_parts(word.text); });
}

bool looks_switched_on(std::string_view reason) {
  constexpr std::array<std::string_view, 6> phrases{"no longer",      "no more",     "not any more",
                                                    "not any longer", "not anymore", "not disabled"};
  const auto text = lower_ascii(reason);
  return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
    if (!text.starts_with(phrase)) return false;
    const auto rest = trim(std::string_view{text}.substr(phrase.size()));
    return rest.empty() || rest == "disabled" ||
           std::string_view{",.:;(!"}.find(rest.front()) != std::string_view::npos;
  });
}

}  // namespace acron
