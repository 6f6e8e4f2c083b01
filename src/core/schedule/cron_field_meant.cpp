// What a field of an expression means that other crons take and acron does not.

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "acron/core/text.hpp"
#include "cron_field.hpp"

namespace acron {
namespace {

constexpr unsigned no_number = 1000;  // beyond every field

/// A value as it is to be written, and as a number.
struct Value {
  std::string text;
  unsigned number = no_number;
};

unsigned number_of(std::string_view digits) {
  unsigned number = no_number;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? number : no_number;
}

constexpr std::array<std::string_view, 19> long_names{
    "january",  "february", "march",  "april",  "may",     "june",      "july",     "august", "september", "october",
    "november", "december", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

/// Whether a name of three letters has another in the place of one, as those of other languages have: `lun`, `jue`. A
/// `fry` is a Friday.
bool is_another_name(std::string_view word, std::string_view name) {
  auto letters = std::string{word};
  auto others = std::string{name};
  std::replace(letters.begin(), letters.end(), 'y', 'i');
  std::replace(others.begin(), others.end(), 'y', 'i');
  std::sort(letters.begin(), letters.end());
  std::sort(others.begin(), others.end());
  return word.size() == name.size() && letters != others;
}

/// The name that `sept`, `Monday` or `mno` stand for.
std::string_view name_of_value_in(const CronField& field, std::string_view word) {
  const auto lower = lower_ascii(word);
  for (const auto name : field.names) {
    const auto is_meant = [&](auto full) { return full.starts_with(name) && full.starts_with(lower); };
    if (lower.size() > name.size() && std::any_of(long_names.begin(), long_names.end(), is_meant)) return name;
  }
  constexpr std::array<std::string_view, 7> others{"not", "non", "no", "none", "any", "all", "but"};
  const bool is_other = std::find(others.begin(), others.end(), lower) != others.end();
  const auto near = is_other || ends_in_last(field, lower) ? std::string_view{} : nearest(lower, field.names);
  return is_another_name(lower, near) ? std::string_view{} : near;
}

std::optional<Value> meant_value(const CronField& field, std::string_view text) {
  if (const auto number = number_of(text); number <= std::max(field.most, field.wraps_at)) {
    return Value{std::string{text}, number};
  }
  // A `!` or another sign may turn the meaning round.
  const bool is_word = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
  });
  const auto name = is_word ? name_of_value_in(field, text) : std::string_view{};
  if (name.empty()) return {};
  const auto index = std::find(field.names.begin(), field.names.end(), name) - field.names.begin();
  return Value{std::string{name}, field.least + static_cast<unsigned>(index)};
}

std::string value_or_range(unsigned from, unsigned to) {
  return from == to ? std::to_string(from) : std::to_string(from) + "-" + std::to_string(to);
}

/// A range that goes on at the field's beginning, every step of it.
std::string over_the_end(const CronField& field, unsigned from, unsigned to, unsigned step) {
  if (step == 1) return value_or_range(from, field.most) + "," + value_or_range(field.least, to);
  const auto size = field.most - field.least + 1;
  std::string list;
  for (auto n = from; n <= to + size; n += step) {
    list += (list.empty() ? "" : ",") + std::to_string(n > field.most ? n - size : n);
  }
  return list;
}

/// A range, or a value from which a step goes on; `to` is empty for the latter.
std::optional<std::string> meant_range(const CronField& field, Value from, const std::optional<Value>& to,
                                       std::string_view step) {
  const auto distance = step.empty() ? 1 : number_of(step);
  if (distance == 0 || distance > field.most - field.least + 1) return {};
  const auto suffix = step.empty() ? std::string{} : "/" + std::string{step};
  if (from.number > field.most && !to) return {};                                   // `7/2` is one day to other crons
  if (from.number > field.most) from = {std::to_string(field.least), field.least};  // 7 is 0
  if (!to) return from.text + "-" + std::to_string(field.most) + suffix;
  const bool ends_the_week =
      field.wraps_at != 0 && to->number == field.least && from.number != field.least && to->text == field.names.front();
  if (from.number <= to->number || ends_the_week) return from.text + "-" + to->text + suffix;
  // `9-5` of the clock of twelve hours ends before midnight.
  constexpr unsigned noon = 12, last_hour = 23;
  if (field.most == last_hour && from.number <= noon) return {};
  return over_the_end(field, from.number, to->number, distance);
}

std::optional<std::string> meant_item(const CronField& field, std::string_view item) {
  const auto slash = std::min(item.find('/'), item.size());
  const auto step = item.substr(std::min(slash + 1, item.size()));
  const auto range = item.substr(0, slash);
  if (range == "*") return "*" + std::string{item.substr(slash)};
  const auto hyphen = range.find('-');
  const auto from = meant_value(field, range.substr(0, hyphen));
  if (!from) return {};
  if (hyphen == std::string_view::npos) {
    return slash == item.size() ? std::optional{from->text} : meant_range(field, *from, {}, step);
  }
  const auto to = meant_value(field, range.substr(hyphen + 1));
  return to ? meant_range(field, *from, to, step) : std::nullopt;
}

}  // namespace

std::optional<std::string> meant_cron_field(const CronField& field, std::string_view text) {
  // Quartz's `?` gives a day no say; elsewhere it stands for what is not known here.
  const bool is_day = field.most == 31 || field.wraps_at != 0;
  if (text == "?") return is_day ? std::optional<std::string>{"*"} : std::nullopt;
  std::string meant;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const auto item = meant_item(field, text.substr(begin, end - begin));
    if (!item) return {};
    meant += (begin == 0 ? "" : ",") + *item;
    begin = end + 1;
  }
  return meant;
}

}  // namespace acron
