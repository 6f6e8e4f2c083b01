// Of `env`: the line that gives a variable its value, what a refused argument means, and variables that only a cron
// reads.

#include <algorithm>
#include <array>
#include <set>

#include "acron/core/config/literal.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "directives.hpp"
#include "foreign_keys.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

using Lines = std::vector<std::string>;

constexpr std::array<std::string_view, 3> of_cron{"CRON_TZ", "MAILFROM", "MAILTO"};

/// The text without what stands in quotes; all of it where one is never closed.
std::string outside_quotes(std::string_view text) {
  std::string outside;
  char quote = '\0';
  for (const char c : text) {
    const bool opens = quote == '\0' && (c == '"' || c == '\'');
    if (quote == '\0' && !opens) outside += c;
    if (opens || c == quote) quote = opens ? c : '\0';
  }
  return quote == '\0' ? outside : std::string{text};
}

std::string_view name_before_equals(std::string_view word) { return word.substr(0, word.find('=')); }

/// Whether a word behind the first, outside of quotes, is an assignment of its own, or a part of the value as in a
/// connection string: `host=db user=app`.
bool has_assignment_behind(std::string_view value) {
  constexpr std::string_view of_names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789";
  const auto plain = outside_quotes(value);
  const auto words = words_of(plain);
  return std::any_of(words.begin() + (words.empty() ? 0 : 1), words.end(), [&](const Word& word) {
    return name_before_equals(word.text).size() < word.text.size() &&
           name_before_equals(word.text).find_first_not_of(of_names) == std::string_view::npos;
  });
}

}  // namespace

std::string env_line(std::string_view name, std::string_view value) {
  const auto begin = std::string{name}.append("=");
  for (const std::string_view quote : {"", "'", "\""}) {
    const auto argument = std::string{begin}.append(quote).append(value).append(quote);
    JobDefinition scratch;
    const bool is_read = is_accepted("env " + argument) && find_directive("env")->apply(argument, scratch);
    if (is_read && scratch.settings->environment.front().value == value) return "env " + argument;
  }
  return {};
}

bool has_more_than_value(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 4> signs{"&&", "||", "&", "|"};
  const auto plain = outside_quotes(value);
  const auto words = words_of(plain);
  const auto is_sign = [&](const Word& word) {
    return word.text.find(';') != std::string_view::npos ||
           std::find(signs.begin(), signs.end(), word.text) != signs.end();
  };
  const auto ends_in_comma = [](const Word& word) { return word.text.ends_with(','); };
  if (words.size() < 2) return false;
  return plain.ends_with('\\') || std::any_of(words.begin(), words.end(), is_sign) ||
         (name.ends_with("PATH") && std::any_of(words.begin(), words.end() - 1, ends_in_comma));
}

bool has_inner_quotes(std::string_view value) {
  if (value.starts_with('{') || value.starts_with('[')) return false;
  const auto open = value.find_first_of("'\"");
  return open != std::string_view::npos && value.find(value[open], open + 1) != std::string_view::npos;
}

bool has_escaped_blank(std::string_view value) {
  return value.find("\\ ") != std::string_view::npos || value.find("\\\t") != std::string_view::npos;
}

std::optional<std::string> value_in_shell(std::string_view value) {
  if (value.find_first_of("$`") != std::string_view::npos) return {};
  std::string meant;
  char quote = '\0';
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool is_escape = value[i] == '\\';
    if (is_escape && (quote != '\0' || i + 1 == value.size() || !is_blank(value[i + 1]))) return {};
    if (is_escape) ++i;
    const char c = value[i];
    if (quote == '\0' && is_blank(c) && !is_escape) return {};
    const bool opens = quote == '\0' && (c == '\'' || c == '"');
    const bool closes = quote != '\0' && c == quote;
    if (!opens && !closes) meant += c;
    if (opens || closes) quote = opens ? c : '\0';
  }
  return quote == '\0' ? std::optional{meant} : std::nullopt;
}

std::vector<std::string> meant_by_env(std::string_view argument) {
  if (argument.starts_with("export ")) argument = trim(argument.substr(7));
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos) return {};
  const auto name = std::string{trim(argument.substr(0, equals))};
  const auto value = std::string{trim(argument.substr(equals + 1))};
  // In quotes these would be accepted, and mean something else.
  if (literal_in_value(value) || has_more_than_value(name, value) || has_assignment_behind(value)) return {};
  if (value.starts_with('\'') || value.starts_with('"')) return {"env " + name + "=" + value};
  if (!has_inner_quotes(value) && !has_escaped_blank(value)) return {env_line(name, value)};
  const auto meant = value_in_shell(value);
  return meant ? Lines{env_line(name, *meant)} : Lines{};
}

std::vector<std::string> env_lines(std::string_view argument) {
  Lines lines;
  std::set<std::string_view> names;
  for (const auto& word : words_of(argument)) {
    const auto name = name_before_equals(word.text);
    if (!names.insert(name).second || (!is_upper(name) && !name.ends_with("_proxy"))) return {};
    for (const char quote : {'\'', '"'}) {
      if (std::count(word.text.begin(), word.text.end(), quote) % 2 != 0) return {};  // which go on in the next word
    }
    const bool has_separator = word.text.ends_with(';') || word.text.ends_with(',');
    lines.push_back("env " + std::string{word.text.substr(0, word.text.size() - (has_separator ? 1 : 0))});
  }
  return lines;
}

std::string misread_variable(std::string_view name, std::string_view value) {
  if (std::find(of_cron.begin(), of_cron.end(), name) == of_cron.end()) return {};
  const auto line = std::string{name}.append("=").append(value);
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  const auto meant = meant_by_line(std::string_view{line}.substr(0, end), std::string_view{line}.substr(end));
  const std::string instead =
      name == "MAILFROM" ? "; the sender of mail is that of the option --mail-from" : write_instead(meant);
  return "acron does not read '" + std::string{name} + "', which is a cron's: only the command gets it" + instead;
}

}  // namespace acron
