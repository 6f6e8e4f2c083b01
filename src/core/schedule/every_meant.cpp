#include "every_meant.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "acron/core/characters.hpp"
#include "acron/core/spelled_duration.hpp"
#include "acron/core/text.hpp"
#include "clauses.hpp"

namespace acron {
namespace {

using Words = std::vector<std::string>;

/// In lower case; commas and hyphens stay with what stands before and behind them.
Words lower_words(std::string_view text) {
  Words words;
  for (const char c : lower_ascii(text)) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank && (words.empty() || words.back().empty())) words.resize(std::max<std::size_t>(words.size(), 1));
    if (is_blank && !words.empty() && !words.back().empty()) words.emplace_back();
    if (!is_blank) words.back() += c;
  }
  if (!words.empty() && words.back().empty()) words.pop_back();
  return words;
}

std::string joined(const Words& words) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

/// Of `17:30`, `5pm`, `5:30pm`, `0930`, `9h30` and `17h`; a bare hour only where a time must stand.
std::optional<std::string> clock_time_meant(std::string_view word, bool must_be_one) {
  const bool am = word.ends_with("am"), pm = word.ends_with("pm");
  if (am || pm) word.remove_suffix(2);
  const auto separator = std::min(word.find_first_of(must_be_one ? ":h." : ":h"), word.size());
  const bool is_run_together = separator == word.size() && word.size() == 4 && is_number(word);
  const auto hours = word.substr(0, is_run_together ? 2 : separator);
  auto minutes = word.substr(is_run_together ? 2 : std::min(separator + 1, word.size()));
  if (minutes.empty()) minutes = "00";
  const bool is_bare = separator == word.size() && !is_run_together && !am && !pm;
  if (is_bare && !must_be_one) return {};
  if (!is_number(hours) || hours.size() > 2 || !is_number(minutes) || minutes.size() != 2) return {};
  int hour = std::stoi(std::string{hours});
  if ((am || pm) && (hour < 1 || hour > 12)) return {};
  if (am || pm) hour = hour % 12 + (pm ? 12 : 0);
  if (hour > 24 || std::stoi(std::string{minutes}) > 59) return {};
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%02d:", hour % 24);
  return text.data() + std::string{minutes};
}

/// All times of a list such as `9am,17:30`.
std::optional<std::string> clock_times(std::string_view list, bool must_be_one) {
  std::string times;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const auto time = clock_time_meant(list.substr(0, comma), must_be_one);
    if (!time) return {};
    times += (times.empty() ? "" : ",") + *time;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return times;
}

/// `5 pm` is `5pm`, and `1 hour 30 minutes` is `1h30m`.
void join_numbers(Words& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const bool is_half_of_day = words[i + 1] == "am" || words[i + 1] == "pm";
    if (is_half_of_day) {
      words[i] += words[i + 1];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  }
  const auto length = duration_words(words);
  if (length == 0) return;
  const Words duration(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(length));
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(length) - 1);
  words.front() = respelled_duration(joined(duration));
}

/// Words that stand for others, in the place of the period.
void translate_period(Words& words) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> meanings{{
      {"@hourly", "hour"},
      {"@daily", "day"},
      {"@weekly", "week"},
      {"minutely", "minute"},
      {"hourly", "hour"},
      {"daily", "day"},
      {"weekly", "week"},
      {"other", "2"},
      {"half", "30m"},
  }};
  if (words.size() > 1 && words.front() == "every") words.erase(words.begin());
  const auto* meaning =
      std::find_if(meanings.begin(), meanings.end(), [&](const auto& m) { return m.first == words.front(); });
  if (meaning == meanings.end()) return;
  words.front() = meaning->second;
  if (meaning->first != "half") return;
  if (words.size() > 1 && (words[1] == "an" || words[1] == "a")) words.erase(words.begin() + 1);
  if (words.size() > 1 && words[1] == "hour") words.erase(words.begin() + 1);
}

/// Words that are no slips of others.
bool is_kept(std::string_view word) {
  constexpr std::array<std::string_view, 6> kept{"am", "pm", "month", "monthly", "year", "yearly"};
  return std::find(kept.begin(), kept.end(), word) != kept.end();
}

/// A slip in a word of the language.
void correct(Words& words) {
  constexpr std::array<std::string_view, 22> known{"second",  "minute",  "hour",      "day",      "week",    "sunday",
                                                   "monday",  "tuesday", "wednesday", "thursday", "friday",  "saturday",
                                                   "weekday", "weekend", "at",        "on",       "between", "from",
                                                   "to",      "and",     "noon",      "midnight"};
  for (auto& word : words) {
    const bool is_word = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
    if (!is_word || names_weekdays(word) || is_kept(word)) continue;
    if (const auto near = nearest_surely(word, known); !near.empty()) word = near;
  }
}

/// `9-5` and `9am-5`: the end is later than the beginning by the clock of twelve hours.
bool may_have_twelve_hours(std::string_view from, std::string_view until, bool is_over_midnight) {
  const auto has_half = [](std::string_view time) { return time.ends_with("am") || time.ends_with("pm"); };
  const auto hours = from.substr(0, from.find_first_of(":h."));
  const bool is_morning = is_number(hours) && hours.size() < 3 && std::stoi(std::string{hours}) <= 12;
  return has_half(from) != has_half(until) || (is_morning && is_over_midnight);
}

/// `mon`, and the beginning of `mon-fri` and `mon,wed`.
bool begins_with_day(std::string_view word) { return names_weekdays(word.substr(0, word.find_first_of("-,"))); }

/// `second monday`: of the month, or each other one.
bool counts_days(const Words& words) { return words.size() > 1 && words[0] == "second" && begins_with_day(words[1]); }

/// Behind a period days are preceded by `on`: `5m mon-fri`.
void name_days(Words& words) {
  if (words.empty() || begins_with_day(words[0])) return;
  const auto days = std::find_if(words.begin(), words.end(), begins_with_day);
  if (days != words.end() && std::find(words.begin(), days, "on") == days) words.insert(days, "on");
}

/// A time is preceded by `at`, a range of times by `between`, and what is of one kind is parted by commas.
Words with_clauses_meant(const Words& words) {
  Words out;
  std::string clause = "days";
  bool after_time = false, after_day = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    const bool is_clause = word == "at" || word == "on" || word == "between" || word == "from";
    if (word == "at" && clause == "at" && after_time) continue;
    if (is_clause) clause = word;
    // `9 15` may be one time.
    if (after_time && is_number(word) && is_number(words[i - 1]) && words[i - 1].size() <= 2) return {};
    const auto times = clause == "between" || clause == "from" ? std::nullopt : clock_times(word, clause == "at");
    const auto hyphen = word.find('-');
    const auto first = word.substr(0, hyphen);
    const auto second = hyphen == std::string::npos ? std::string{} : word.substr(hyphen + 1);
    const auto from = clock_time_meant(first, hyphen != std::string::npos && clause != "days");
    const auto until = hyphen == std::string::npos ? std::nullopt : clock_time_meant(second, true);
    const bool is_day = names_weekdays(word);
    if (times && i > 0) {
      if (clause != "at") out.emplace_back("at");
      clause = "at";
      if (after_time) {
        out.back() += "," + *times;
      } else {
        out.push_back(*times);
      }
    } else if (from && until && may_have_twelve_hours(first, second, *until <= *from)) {
      return {};
    } else if (from && until) {
      if (clause == "days" || clause == "on") out.emplace_back("between");
      clause = "between";
      out.push_back(*from + "-" + *until);
    } else if (is_day && after_day) {
      out.back() += "," + word;
    } else {
      out.push_back(word);
    }
    after_time = times.has_value();
    after_day = is_day;
  }
  return out;
}

/// The day of a month or year, and the minute of an hour, are crontab's.
std::string as_cron(const Words& words) {
  if (words.empty()) return {};
  const bool monthly = words[0] == "month" || words[0] == "monthly" || words[0] == "@monthly";
  const bool yearly = words[0] == "year" || words[0] == "yearly" || words[0] == "@yearly";
  const bool hourly = words[0] == "hour" || words[0] == "1h";
  if (words.size() == 1) return monthly ? "cron @monthly" : yearly ? "cron @yearly" : "";
  if (words.size() != 3 || words[1] != "at") return {};
  if (hourly && is_number(words[2]) && words[2].size() <= 2) return "cron " + words[2] + " * * * *";
  const auto time = clock_time_meant(words[2].starts_with(':') ? "00" + words[2] : words[2], false);
  if (!time) return {};
  const auto hour = std::to_string(std::stoi(time->substr(0, 2)));
  const auto minute = std::to_string(std::stoi(time->substr(3)));
  if (hourly && hour == "0") return "cron " + minute + " * * * *";
  return monthly ? "cron " + minute + " " + hour + " 1 * *" : yearly ? "cron " + minute + " " + hour + " 1 1 *" : "";
}

/// `24:00`, which is the beginning of another day: one more day is the same only where every day is meant.
bool ends_a_day(const Words& words) {
  if (words[0] == "hour" || words[0] == "1h") return false;
  const bool is_every_day = words[0] == "day" || words[0] == "1d" || words[0] == "daily";
  const bool names_days = std::find(words.begin(), words.end(), "on") != words.end();
  return (!is_every_day || names_days) && std::any_of(words.begin() + 1, words.end(), [](const std::string& word) {
           return word.starts_with("24") || word.find(",24") != std::string::npos ||
                  word.find("-24") != std::string::npos;
         });
}

/// `1M`, which is a month to systemd.
bool has_months(std::string_view text) {
  for (auto at = text.find('M'); at != std::string_view::npos; at = text.find('M', at + 1)) {
    const auto before = text.substr(0, at).find_last_not_of(" \t");
    const bool is_unit = before != std::string_view::npos && text[before] >= '0' && text[before] <= '9';
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (is_unit && !((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z'))) return true;
  }
  return false;
}

}  // namespace

std::string meant_every(std::string_view text) {
  auto words = lower_words(text);
  if (words.empty() || has_months(text) || ends_a_day(words)) return {};
  translate_period(words);
  correct(words);
  if (counts_days(words)) return {};
  join_numbers(words);
  name_days(words);
  if (auto cron = as_cron(words); !cron.empty()) return cron;
  words = with_clauses_meant(words);
  if (words.empty()) return {};
  // acron's week begins on Sunday, as cron's does.
  if (words.size() > 2 && (words[0] == "week" || words[0] == "1w") && words[1] == "at") words[0] = "sun";
  return "every " + joined(words);
}

}  // namespace acron
