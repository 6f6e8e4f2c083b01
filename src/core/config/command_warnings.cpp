// Warnings about commands: the shell will do something other than the writer expects, or the text comes from a crontab
// or a word processor.

#include <algorithm>
#include <optional>
#include <string>

#include "acron/core/config/literal.hpp"
#include "acron/core/config/written_commands.hpp"
#include "acron/core/look_alikes.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "doubts.hpp"
#include "each_run.hpp"
#include "file_warnings.hpp"
#include "meant.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// Whether a command up to some place ends in a format of `date`: `date -d yesterday '+`.
bool ends_in_date_format(std::string_view before) {
  const auto date = before.rfind("date ");
  if (date == std::string_view::npos ||
      (date > 0 && std::string_view{" \t/(`;|&"}.find(before[date - 1]) == std::string_view::npos))
    return false;
  const auto rest = before.substr(date);
  const auto plus = rest.find('+');
  return plus != std::string_view::npos && std::string_view{" '\""}.find(rest[plus - 1]) != std::string_view::npos &&
         rest.find_first_of(";|&)`") == std::string_view::npos;
}

void warn_of_per_cent(const Statement& statement, FileWarnings& warnings) {
  const std::string_view command = statement.argument;
  for (auto at = command.find("\\%"); at != std::string_view::npos; at = command.find("\\%", at + 2)) {
    const auto before = command.substr(0, at);
    // The text before the backslash (quotes, say) decides whether the shell removes it.
    const bool is_kept = shell_characters(std::string{before} + "x").back().quote != '\0';
    // In quotes SQL and regular expressions have it, too.
    if (is_kept && !ends_in_date_format(before)) continue;
    return warnings.add(statement, at,
                        is_kept ? "'\\%' is a crontab's: here the program gets the backslash, too; write '%'"
                                : "'\\%' is a crontab's: here a '%' needs no backslash; write '%'");
  }
}

/// Whether a character changes what the shell reads, which it does not inside of quotes.
bool misleads(const LookAlike& character, std::string_view command, const std::vector<ShellCharacter>& characters) {
  const auto place =
      std::find_if(characters.begin(), characters.end(), [&](const ShellCharacter& c) { return c.at == character.at; });
  if (is_never_meant(character, command)) return true;
  if (place == characters.end() || !place->is_plain) return false;
  using Kind = LookAlike::Kind;
  switch (character.kind) {
    case Kind::blank:
    case Kind::invisible:
    case Kind::quote: return true;
    case Kind::dash: return place->begins_word;
    case Kind::sign: return std::string_view{";|&<>$()"}.find(character.plain) != std::string_view::npos;
    case Kind::letter: return is_among_plain_letters(character, command);
  }
  return false;
}

void warn_of_characters(const Statement& statement, FileWarnings& warnings) {
  auto found = find_look_alike(statement.argument);
  if (!found) return;
  const auto characters = shell_characters(statement.argument);
  for (; found; found = find_look_alike(statement.argument, found->at + found->length)) {
    if (!misleads(*found, statement.argument, characters)) continue;
    return warnings.add(statement, found->at,
                        complaint_about(*found) + "; the shell takes it for a letter of the word");
  }
}

/// The first thing that the job's shell takes for something else.
std::optional<Error> misread(const Statement& statement, const ShellSurroundings& in) {
  if (!is_of_sh_family(in.shell)) return {};  // it may have a `not`, and words that we do not know
  const std::string_view argument = statement.argument;
  const auto begin = statement.keyword == "if" ? begin_of_command(argument) : 0;
  const auto command = argument.substr(begin);
  const auto line = std::string{statement.keyword} + " " + std::string{argument.substr(0, begin)};
  auto found = misread_bracket(line, command);
  if (!found) found = misread_test(line, command);
  if (!found) found = misread_first_word(line, command);
  if (!found) found = misread_quotes(line, command);
  if (!found && is_plain_sh(in.shell)) found = misread_by_sh(line, command, way_to_bash(in.line_of_shell));
  if (found) return Error{found->message, begin + found->at};
  return statement.keyword == "if" ? misread_condition(argument) : std::nullopt;
}

/// `>/x-%Y%m%d.log`, in which no shell puts a date.
void warn_of_date_in_file(const Statement& statement, FileWarnings& warnings) {
  const std::string_view command = statement.argument;
  for (const auto& character : shell_characters(command)) {
    if (!character.is_plain || command[character.at] != '>') continue;
    const auto begin = past_blanks(command, character.at + 1);
    const auto file = command.substr(begin, command.find_first_of(" \t;|&<>()", begin) - begin);
    const auto found = literal_in_path(file);
    const auto path = found && found->kind == Literal::Kind::date ? for_shell(unquoted(file)) : std::string{};
    if (path.empty()) continue;
    return warnings.add(statement, begin + found->at,
                        in_quotes(found->text) + " stands for no date in a file's name; the form is >\"" + path + "\"");
  }
}

/// A template that was not filled in.
void warn_of_placeholder(const Statement& statement, FileWarnings& warnings) {
  const auto found = !is_of_sh_family(warnings.shell()) ? std::nullopt : placeholder_as_command(statement.argument);
  if (!found) return;
  warnings.add(statement, found->at,
               in_quotes(found->text) +
                   " is a placeholder that nothing was put in the place of: the shell takes it for a command");
}

/// A whole line of a crontab behind `run`: no program is called as times are.
void warn_of_times(const Statement& statement, FileWarnings& warnings) {
  const std::string_view command = statement.argument;
  const bool begins_times = std::string_view{"*@0123456789"}.find(command.front()) != std::string_view::npos;
  if (statement.keyword != "run" || !begins_times) return;
  if (meant_by_crontab(command).size() < 2 && doubt_about_user(command).empty()) return;
  warnings.add(statement, 0,
               in_quotes(first_word(command)) +
                   " begins a crontab's times, which the shell takes for a command: times belong to 'cron'");
}

}  // namespace

void warn_of_command(const Statement& statement, FileWarnings& warnings) {
  warn_of_times(statement, warnings);
  warn_of_placeholder(statement, warnings);
  warn_of_per_cent(statement, warnings);
  if (is_of_sh_family(warnings.shell())) warn_of_date_in_file(statement, warnings);
  warn_of_characters(statement, warnings);
  for (const Error& swallowed : swallowed_directives(statement))
    warnings.add(statement, swallowed.at, swallowed.message);
  if (statement.keyword == "if" && statement.argument == "yes")
    warnings.add(statement, 0, "'yes' is a program that prints without end; a condition that always holds is none");
  if (const auto found = misread(statement, warnings.surroundings()))
    warnings.add(statement, found->at, found->message);
  const auto background = place_of_background(statement.argument);
  if (!background) return;
  warnings.add(
      statement, *background,
      statement.keyword == "if"
          ? "'&' lets the condition succeed at once, whatever the command answers"
          : "'&' lets the run end at once: its time limit, its result and 'overlap' will not be those of the command");
}

}  // namespace acron
