// Warnings about `env`: acron takes the value literally, and a shell or a crontab would not.

#include <string>

#include "acron/core/config/literal.hpp"
#include "acron/core/look_alikes.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "doubts.hpp"
#include "file_warnings.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

std::string with_each_replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// How the same is written for acron, which expands nothing in a value.
std::string whole_value(std::string_view name, std::string_view value, const Literal& found,
                        std::string_view usual_path) {
  if (found.kind == Literal::Kind::placeholder) return {};
  auto path = std::string{value};
  for (const std::string_view own : {"${PATH}", "$PATH"}) path = with_each_replaced(std::move(path), own, usual_path);
  const bool is_path = name == "PATH" && path != value && !literal_in_value(path);
  if (is_path) {
    if (const auto line = env_line(name, path); !line.empty()) return write_instead({line});
  }
  return ": give the whole value here, or set the variable in the command, where the shell expands it";
}

/// Characters of a value, with or without quotes, that can hardly be meant.
void warn_of_characters_in_value(const Statement& statement, std::size_t begin, bool is_quoted,
                                 FileWarnings& warnings) {
  using Kind = LookAlike::Kind;
  const bool is_path = std::string_view{statement.argument}.substr(0, begin - 1).ends_with("PATH");
  for (auto found = find_look_alike(statement.argument, begin); found;
       found = find_look_alike(statement.argument, found->at + found->length)) {
    const bool is_hidden = found->kind == Kind::blank || found->kind == Kind::invisible;
    const bool begins = found->at == begin && (found->kind == Kind::dash || found->kind == Kind::quote);
    const bool is_text = is_quoted && !is_path;
    const bool is_misread = !is_text && is_slip(*found, statement.argument);
    if (is_misread || (is_quoted ? is_never_meant(*found, statement.argument) : is_hidden || begins))
      return warnings.add(statement, found->at, complaint_about(*found));
  }
}

/// Quotes around a part of the value, which a shell takes away.
void warn_of_inner_quotes(const Statement& statement, std::size_t begin, FileWarnings& warnings) {
  const auto value = std::string_view{statement.argument}.substr(begin);
  if (unquoted(value).size() < value.size() || !has_inner_quotes(value)) return;
  const auto meant = value_in_shell(value);
  const auto line = meant ? env_line(statement.argument.substr(0, begin - 1), *meant) : std::string{};
  warnings.add(statement, begin + value.find_first_of("'\""),
               "quotes are part of the value unless they stand around all of it" +
                   (line.empty() ? std::string{} : write_instead({line})));
}

/// In quotes of either kind: no zone is called otherwise there.
void warn_of_zone(const Statement& statement, std::size_t begin, FileWarnings& warnings) {
  const auto written = std::string_view{statement.argument}.substr(begin), value = unquoted(written);
  const auto doubt = literal_in_value(value) ? std::nullopt : doubt_about_zone(value);
  if (doubt) warnings.add(statement, begin + (written.size() - value.size()) / 2 + doubt->at, doubt->message);
}

}  // namespace

void warn_of_env(const Statement& statement, FileWarnings& warnings) {
  const std::string_view argument = statement.argument;
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos) return;
  const bool is_quoted = unquoted(argument.substr(equals + 1)).size() < argument.size() - equals - 1;
  warn_of_characters_in_value(statement, equals + 1, is_quoted, warnings);
  const auto name = argument.substr(0, equals);
  auto value = argument.substr(equals + 1);
  const auto misread = misread_variable(name, value);
  if (!misread.empty() && !warnings.is_used(name)) return warnings.add(statement, 0, misread);
  if (name == "TZ") warn_of_zone(statement, equals + 1, warnings);
  auto at = equals + 1;
  // Who writes single quotes means it, but for a PATH, in which it can't be meant.
  if (value.starts_with('\'') && !name.ends_with("PATH")) return;
  if (unquoted(value).size() < value.size()) {
    value = unquoted(value);
    ++at;
  }
  const auto found = literal_in_value(value);
  if (!found && !is_quoted && value.ends_with(';')) {
    return warnings.add(statement, argument.size() - 1,
                        "';' is part of the value; who means it to be writes the value in quotes");
  }
  if (!found) return warn_of_inner_quotes(statement, equals + 1, warnings);
  warnings.add(statement, at + found->at,
               in_quotes(found->text) + " is not expanded in 'env', " + std::string{name} +
                   " will hold it as it stands" + whole_value(name, value, *found, warnings.usual_path()));
}

}  // namespace acron
