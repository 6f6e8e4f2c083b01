#include <algorithm>
#include <array>
#include <vector>

#include "acron/core/proposal.hpp"
#include "acron/core/schedule/meant_schedule.hpp"
#include "acron/core/schedule/schedule.hpp"
#include "acron/core/text.hpp"
#include "bits.hpp"
#include "cron_field.hpp"

namespace acron {
namespace {

constexpr std::size_t field_count = 5;

struct Name {
  std::string_view name, expression;
};

constexpr std::array<Name, 7> nicknames{{
    {"@hourly", "0 * * * *"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"},
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
}};

/// A word of the expression and where it begins.
struct FieldWord {
  std::string_view text;
  std::size_t at;
};

std::vector<FieldWord> fields_of(std::string_view text) {
  std::vector<FieldWord> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(" \t", at)) != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back({text.substr(at, end - at), at});
    at = end;
  }
  return words;
}

std::string joined_fields(const std::vector<FieldWord>& words) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : " ").append(word.text);
  return text;
}

Error unknown_name(const FieldWord& word) {
  const auto named = in_quotes(word.text, 20);
  if (word.text == "@reboot") {
    return {named + " is no time; a run missed while the machine was down is made up by `catch-up`", word.at};
  }
  if (word.text == "@every") return {named + " is a directive of its own, as `every 10m`", word.at};
  return {named + " is unknown (one of @hourly @daily @midnight @weekly @monthly @yearly @annually)", word.at};
}

Error missing_fields(std::size_t found, std::size_t end) {
  constexpr std::array<std::string_view, field_count> order{"minute", "hour", "day-of-month", "month", "day-of-week"};
  return {"an expression has five fields, minute hour day-of-month month day-of-week; the " +
              std::string{order[found]} + " is missing",
          end};
}

/// Whether a list or a range goes on between two words: `mon, tue`, `1 - 5`.
bool goes_on(const FieldWord& word, const FieldWord& next) {
  return std::string_view{",-"}.find(word.text.back()) != std::string_view::npos ||
         std::string_view{",-"}.find(next.text.front()) != std::string_view::npos;
}

Error extra_field(const std::vector<FieldWord>& words) {
  const auto& extra = words[field_count];
  const auto parted = std::adjacent_find(words.begin(), words.end(), goes_on);
  if (parted != words.end()) return {"a list or a range has no blanks, as in 'mon,tue' and '1-5'", (parted + 1)->at};
  if (extra.text.find_first_of("/abcdefghijklmnopqrstuvwxyz") != std::string_view::npos &&
      !parse_cron_field(cron_weekday, extra.text)) {
    return {in_quotes(extra.text, 40) + " follows the five fields; a command belongs in `run`", extra.at};
  }
  return {
      "a sixth field: an expression has five; one for seconds stands first, behind the word 'seconds', and one for "
      "years, which others have last, can't be given",
      extra.at};
}

bool starred(const FieldWord& word) { return word.text.starts_with('*'); }

/// Reads a field into one of the sets of a schedule.
template <class Set>
std::optional<Error> read_field(const CronField& field, const FieldWord& word, Set& set) {
  const auto read_field = parse_cron_field(field, word.text);
  if (!read_field) return Error{read_field.error().message, word.at + read_field.error().at};
  set = static_cast<Set>(*read_field);
  return {};
}

/// The first day of the month that is asked for, when none of the months has it and no weekday would do instead.
std::optional<unsigned> day_that_never_comes(const CronSchedule& cron) {
  constexpr std::array<unsigned, 13> longest{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!cron.both_days_match) return {};
  const auto first = member_from(cron.days, 1).value_or(32);
  for (unsigned month = 1; month <= 12; ++month) {
    if (has(cron.months, month) && first <= longest[month]) return {};
  }
  return first;
}

Result<Schedule> parse_fields(const std::vector<FieldWord>& words, std::size_t end, CronSchedule cron) {
  if (words.size() < field_count) return missing_fields(words.size(), end);
  if (words.size() > field_count) return extra_field(words);
  if (const auto fault = read_field(cron_minute, words[0], cron.minutes)) return *fault;
  if (const auto fault = read_field(cron_hour, words[1], cron.hours)) return *fault;
  if (const auto fault = read_field(cron_day, words[2], cron.days)) return *fault;
  if (const auto fault = read_field(cron_month, words[3], cron.months)) return *fault;
  if (const auto fault = read_field(cron_weekday, words[4], cron.weekdays)) return *fault;
  cron.both_days_match = starred(words[2]) || starred(words[4]);
  cron.follows_real_time = starred(words[0]) || starred(words[1]);
  if (const auto day = day_that_never_comes(cron)) {
    return Error{"it would never run: none of its months has a day " + std::to_string(*day), words[2].at};
  }
  return Schedule{std::move(cron)};
}

Result<Schedule> parse_name(const std::vector<FieldWord>& words) {
  const auto name =
      std::find_if(nicknames.begin(), nicknames.end(), [&](const Name& n) { return n.name == words[0].text; });
  if (name == nicknames.end()) return unknown_name(words[0]);
  if (words.size() > 1) return Error{"nothing may follow '" + std::string{name->name} + "'", words[1].at};
  CronSchedule cron;
  cron.text = name->name;
  return parse_fields(fields_of(name->expression), 0, std::move(cron));
}

Result<Schedule> parse_expression(std::string_view text) {
  auto words = fields_of(text);
  if (words.empty()) return missing_fields(0, 0);
  if (words[0].text.starts_with('@')) return parse_name(words);
  CronSchedule cron;
  cron.text = joined_fields(words);
  if (words[0].text == "seconds") {
    if (words.size() < 2) return Error{"the second field is missing after 'seconds'", text.size()};
    if (const auto fault = read_field(cron_second, words[1], cron.seconds)) return *fault;
    words.erase(words.begin(), words.begin() + 2);
  }
  return parse_fields(words, text.size(), std::move(cron));
}

/// Whether a `?` of Quartz, AWS or Spring stands beside a weekday that is a number: the first two count from 1, which
/// is a Sunday.
bool may_count_from_one(std::span<const FieldWord> words) {
  const auto is_open = [](const FieldWord& word) { return word.text == "?"; };
  return std::any_of(words.begin(), words.end(), is_open) &&
         words.back().text.find_first_of("0123456789") != std::string_view::npos;
}

/// The fields as acron has them; empty where one of them can't be told.
std::string meant_fields(std::span<const FieldWord> words) {
  constexpr std::array fields{&cron_second, &cron_minute, &cron_hour, &cron_day, &cron_month, &cron_weekday};
  const bool with_seconds = words.size() == fields.size();
  std::string meant = with_seconds ? "seconds" : "";
  if (may_count_from_one(words)) return {};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& field = *fields[i + (with_seconds ? 0 : 1)];
    // What is good stays as it is written.
    const auto text = parse_cron_field(field, words[i].text) ? std::optional{std::string{words[i].text}}
                                                             : meant_cron_field(field, words[i].text);
    if (!text) return {};
    meant += (meant.empty() ? "" : " ") + *text;
  }
  return meant;
}

std::string meant_name(std::string_view word) {
  // Names that other crons have, or that could be meant, and acron has not: no slips.
  constexpr std::array<std::string_view, 14> others{
      "@minutely", "@weekday",   "@weekdays", "@weekend", "@weekends",   "@secondly",   "@quarterly",
      "@biweekly", "@bimonthly", "@reboot",   "@noon",    "@biannually", "@semiweekly", "@bihourly"};
  if (std::find(others.begin(), others.end(), lower_ascii(word)) != others.end()) return {};
  // `@daily@5` has a time, too.
  if (word.find_first_of("@0123456789", 1) != std::string_view::npos) return {};
  std::array<std::string_view, nicknames.size()> known;
  std::transform(nicknames.begin(), nicknames.end(), known.begin(), [](const Name& n) { return n.name; });
  const auto near = nearest(word, known);
  // `@bi-weekly` is something else.
  const bool has_prefix =
      word.size() > near.size() && word.ends_with(near.substr(std::min<std::size_t>(near.size(), 1)));
  return has_prefix ? std::string{} : std::string{near};
}

/// `mon,tue` for `mon, tue`.
std::string with_whole_lists(const std::vector<FieldWord>& words) {
  std::string text;
  for (const auto& word : words) {
    const bool is_of_list = text.empty() || text.ends_with(',') || word.text.starts_with(',');
    text.append(is_of_list ? "" : " ").append(word.text);
  }
  return text;
}

}  // namespace

std::string meant_by_cron(std::string_view text) {
  const auto words = fields_of(text);
  if (parse_expression(text)) return "cron " + joined_fields(words);
  if (words.empty() || text.size() > longest_mended) return {};
  if (words[0].text == "@every") {
    const auto every = text.substr(words[0].at + words[0].text.size());
    return parse_every(every) ? "every " + std::string{trim(every)} : std::string{};
  }
  if (const auto lists = with_whole_lists(words); lists.size() < joined_fields(words).size())
    return parse_expression(lists) ? "cron " + lists : std::string{};
  const bool is_name = words[0].text.starts_with('@') && words.size() == 1;
  const bool names_seconds = words[0].text == "seconds";
  const auto fields = std::span{words}.subspan(names_seconds ? 1 : 0);
  // A sixth field that is not asked for may be one of seconds, which is first, or of years, which is last.
  const bool has_all = fields.size() == field_count + (names_seconds ? 1 : 0);
  const auto meant = is_name ? meant_name(words[0].text) : has_all ? meant_fields(fields) : std::string{};
  return !meant.empty() && parse_expression(meant) ? "cron " + meant : std::string{};
}

Result<Schedule> parse_cron(std::string_view text) {
  auto schedule = parse_expression(text);
  if (schedule) return schedule;
  const auto meant = meant_by_cron(text);
  const auto error = schedule.error();
  const auto words = fields_of(text);
  if (meant.empty() && may_count_from_one(words) && error.message.find("'?'") != std::string::npos)
    return Error{error.message + "; beside it some count weekdays from 1, which is Sunday: name them, as in MON-FRI",
                 error.at};
  return meant.empty() ? error : Error{error.message + write_instead({meant}), error.at};
}

}  // namespace acron
