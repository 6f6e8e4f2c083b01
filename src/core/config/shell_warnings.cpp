#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "acron/core/config/warnings.hpp"
#include "acron/core/config/written_commands.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "directives.hpp"
#include "doubts.hpp"
#include "each_run.hpp"
#include "faults.hpp"
#include "file_proposals.hpp"
#include "meant.hpp"
#include "shell_words.hpp"
#include "statement.hpp"
#include "unset_variables.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// Shells of which we know all variables that they set.
bool is_known_shell(std::string_view shell) {
  const auto name = shell.substr(shell.rfind('/') + 1);
  return is_plain_sh(shell) || name == "bash";
}

/// `2>1`, which writes a file that is called `1`.
std::optional<Error> redirection_to_number(std::string_view command) {
  for (const auto& character : shell_characters(command)) {
    const auto rest = command.substr(character.at);
    const bool is_one =
        character.is_plain && rest.starts_with('>') && rest.size() > 1 && (rest[1] == '1' || rest[1] == '2');
    const bool is_of_another = character.at > 0 && command[character.at - 1] == '>';
    const bool ends =
        rest.size() == 2 || (rest.size() > 2 && std::string_view{" \t;|&)<>"}.find(rest[2]) != std::string_view::npos);
    if (is_one && !is_of_another && ends)
      return Error{"'>" + std::string{rest[1]} + "' writes a file that is called '" + rest[1] + "'; the form is '>&" +
                       rest[1] + "'",
                   character.at};
  }
  return {};
}

/// At most one of each kind. `may_be_set_below`: of a `_defaults`, whose variables the jobs below may set.
std::vector<Error> doubts_about(const Statement& statement, std::string_view command, const ShellSurroundings& in,
                                bool may_be_set_below) {
  const auto line =
      std::string{statement.keyword} + " " + statement.argument.substr(0, statement.argument.size() - command.size());
  std::vector<Error> doubts;
  const auto add = [&](std::optional<Error> found) {
    if (found) doubts.push_back(*std::move(found));
  };
  if (is_of_sh_family(in.shell)) {
    add(background_inside(statement.keyword, command));
    add(redirection_to_number(command));
    add(swallowed_line(statement, statement.argument.size() - command.size()));
    add(joined_program(statement, statement.argument.size() - command.size()));
  }
  const auto way = way_to_bash(in.line_of_shell);
  if (is_plain_sh(in.shell)) add(word_of_bash(line, command, way));
  if (is_plain_sh(in.shell)) add(variable_of_bash(command, in.variables, way));
  if (is_known_shell(in.shell) && !may_be_set_below) add(unset_variable(command, in.variables));
  return doubts;
}

}  // namespace

ShellSurroundings surroundings_in(const SourceFile& file, ShellSurroundings inherited) {
  Faults ignored{file};
  inherited.line_of_shell = 0;
  for (const auto& statement : read_statements(file, ignored)) {
    if (statement.keyword == "shell") inherited.shell = first_word(statement.argument);
    if (statement.keyword == "shell") inherited.line_of_shell = statement.where.line;
    if (statement.keyword == "env")
      inherited.variables.insert(statement.argument.substr(0, statement.argument.find('=')));
  }
  return inherited;
}

Diagnostics warnings_of_shell(const SourceFile& file, const ShellSurroundings& surroundings) {
  Faults ignored{file}, found{file};
  CommandsToJudge to_judge;
  for (const auto& statement : read_statements(file, ignored)) {
    const auto* directive = find_directive(statement.keyword);
    if (statement.argument.empty() || !is_faultless(statement) || !directive->is_command) continue;
    if (!to_judge.take(statement.argument)) continue;
    const auto begin = statement.keyword == "if" ? begin_of_command(statement.argument) : 0;
    const auto command = std::string_view{statement.argument}.substr(begin);
    for (const Error& doubt : doubts_about(statement, command, surroundings, is_name_of_defaults(file.name)))
      found.warn(locate(statement, begin + doubt.at), doubt.message);
  }
  return found.in_line_order();
}

}  // namespace acron
