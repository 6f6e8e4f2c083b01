#include <algorithm>
#include <array>

#include "acron/core/characters.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/schedule/meant_schedule.hpp"
#include "acron/core/schedule/schedule.hpp"
#include "acron/core/text.hpp"
#include "clauses.hpp"
#include "every_meant.hpp"
#include "phrase.hpp"

namespace acron {
namespace {

using namespace std::chrono_literals;

Error shifted(Error error, std::size_t by) {
  error.at += by;
  return error;
}

Result<Schedule> on_days(const Weekdays& days, Clauses clauses) {
  if (clauses.days) return Error{"the days have been named already", clauses.days->at};
  if (clauses.range) {
    return Error{"between two times an interval runs: `every 15m between 08:00-18:00 on mon-fri`", clauses.range->at};
  }
  if (!clauses.times) return Schedule{CalendarSchedule{days, {0s}}};
  return Schedule{CalendarSchedule{days, std::move(clauses.times->value)}};
}

Error too_long_for_days(std::string_view period, std::size_t at) {
  return {"every " + printable(period, 40) +
              ": an interval within days is shorter than a day; name the days instead, " +
              "as in `every mon,thu at 02:30`",
          at};
}

/// `written` is the period as it stands in the text.
Result<Schedule> within_days(Duration period, std::string_view written, const Clauses& clauses) {
  if (clauses.times) {
    return Error{"a time of day goes with days: `every day at 02:30`, `every mon-fri at 09:00,17:30` " +
                     std::string{"(a minute of every hour: `cron 15 * * * *`)"},
                 clauses.times->at};
  }
  WindowSchedule window{period, {}, WindowSchedule::end_of_day, {}};
  if (clauses.days) window.days = clauses.days->value;
  if (period >= 24h) return too_long_for_days(written, clauses.range ? clauses.range->at : clauses.days->at);
  if (!clauses.range) return Schedule{window};
  window.from = clauses.range->value.from;
  window.until = clauses.range->value.until;
  if (period > window.until - window.from) {
    return Error{
        "the range is shorter than " + format_duration(period) + ", so this would run once a day: `every day at HH:MM`",
        clauses.range->at};
  }
  return Schedule{window};
}

Result<Schedule> with_clauses(Duration period, std::string_view written, Clauses clauses) {
  if (clauses.none()) return Schedule{IntervalSchedule{period}};
  if (period == 168h && !clauses.range) {
    if (!clauses.days) return Error{"which day of the week? `every sun at 02:30`", clauses.times->at};
    const auto days = clauses.days->value;
    clauses.days.reset();
    return on_days(days, std::move(clauses));
  }
  if (period != 24h || clauses.range) return within_days(period, written, clauses);
  const auto days = clauses.days ? clauses.days->value : Weekdays{};
  clauses.days.reset();
  return on_days(days, std::move(clauses));
}

bool begins_like_duration(std::string_view word) { return word.find_first_of("0123456789+-.") == 0; }

/// The fault of a first word that is no duration and no day.
Error neither(std::string_view word, const Error& as_duration) {
  constexpr std::array<std::string_view, 9> days{"monday",   "tuesday", "wednesday", "thursday", "friday",
                                                 "saturday", "sunday",  "weekday",   "weekend"};
  if (begins_like_duration(word)) return as_duration;
  const auto near = nearest_surely(word, days);
  if (near.empty()) return as_duration;
  return {in_quotes(word, 20) + " is no day of the week; did you mean '" + std::string{near} + "'?"};
}

/// The text that is meant as the duration: one word, or all up to the unit in `10 minutes`.
std::string_view duration_text(std::string_view text, Phrase& phrase) {
  const auto at = phrase.at();
  auto word = phrase.next();
  if (word == "-" || (is_number(word) && !phrase.at_end()))
    word = text.substr(at, phrase.at() + phrase.peek().size() - at);
  return word;
}

Result<Schedule> read_every(std::string_view text) {
  Phrase phrase{text};
  if (phrase.at_end()) return Error{"how often is missing (try `every 10m` or `every day at 02:30`)", phrase.at()};
  if (names_weekdays(phrase.peek())) {
    const auto days = parse_weekdays(phrase);
    if (!days) return days.error();
    auto clauses = parse_clauses(phrase);
    if (!clauses) return clauses.error();
    return on_days(*days, std::move(*clauses));
  }
  const auto at = phrase.at();
  const auto word = duration_text(text, phrase);
  // The letters of units have one case, since M is no minute; words may have any.
  const bool has_digits = word.find_first_of("0123456789") != std::string_view::npos;
  const auto period = parse_duration(has_digits ? std::string{word} : lower_ascii(word));
  if (!period) return shifted(neither(word, period.error()), at);
  auto clauses = parse_clauses(phrase);
  if (!clauses) return clauses.error();
  return with_clauses(*period, word, std::move(*clauses));
}

}  // namespace

std::string meant_by_every(std::string_view text) {
  if (read_every(text)) return "every " + std::string{trim(text)};
  if (text.size() > longest_mended) return {};
  const auto blanks = std::count(text.begin(), text.end(), ' ');
  if (blanks >= 4 && parse_cron(text)) return "cron " + std::string{trim(text)};
  auto meant = meant_every(text);
  const auto argument = std::string_view{meant}.substr(std::min(meant.find(' ') + 1, meant.size()));
  const bool is_good = meant.starts_with("cron ") ? parse_cron(argument).has_value() : read_every(argument).has_value();
  return is_good ? meant : std::string{};
}

Result<Schedule> parse_every(std::string_view text) {
  auto schedule = read_every(text);
  if (schedule) return schedule;
  const auto error = schedule.error();
  const auto meant = meant_by_every(text);
  if (meant.empty()) return error;
  return Error{without_proposal(error.message) + write_instead({meant}), error.at};
}

}  // namespace acron
