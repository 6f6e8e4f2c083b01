#include <algorithm>
#include <string>

#include "acron/core/config/warnings.hpp"
#include "acron/core/config/written_commands.hpp"
#include "command_meant.hpp"
#include "directives.hpp"
#include "each_run.hpp"
#include "faults.hpp"
#include "meant.hpp"
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

bool is_of_defaults(const SourceFile& file) { return file.name.substr(file.name.rfind('/') + 1) == "_defaults"; }

/// Each kind once a command: of the variables, jobs below a `_defaults` may set what is asked for there.
std::vector<Error> doubts_about(const Statement& statement, std::string_view command, const ShellSurroundings& in,
                                bool may_be_set_below) {
  const auto line =
      std::string{statement.keyword} + " " + statement.argument.substr(0, statement.argument.size() - command.size());
  std::vector<Error> doubts;
  const auto add = [&](std::optional<Error> found) {
    if (found) doubts.push_back(*std::move(found));
  };
  if (is_of_sh_family(in.shell)) add(background_inside(statement.keyword, command));
  if (is_plain_sh(in.shell)) add(word_of_bash(line, command));
  if (is_plain_sh(in.shell)) add(variable_of_bash(command, in.variables));
  if (is_known_shell(in.shell) && !may_be_set_below) add(unset_variable(command, in.variables));
  return doubts;
}

}  // namespace

ShellSurroundings surroundings_in(const SourceFile& file, ShellSurroundings inherited) {
  Faults ignored{file};
  for (const auto& statement : read_statements(file, ignored)) {
    if (statement.keyword == "shell") inherited.shell = first_word(statement.argument);
    if (statement.keyword == "env")
      inherited.variables.insert(statement.argument.substr(0, statement.argument.find('=')));
  }
  return inherited;
}

Diagnostics warnings_of_shell(const SourceFile& file, const ShellSurroundings& surroundings) {
  Faults ignored{file}, found{file};
  for (const auto& statement : read_statements(file, ignored)) {
    const auto* directive = find_directive(statement.keyword);
    if (statement.argument.empty() || !is_faultless(statement) || !directive->is_command) continue;
    const auto begin = statement.keyword == "if" ? begin_of_command(statement.argument) : 0;
    const auto command = std::string_view{statement.argument}.substr(begin);
    for (const Error& doubt : doubts_about(statement, command, surroundings, is_of_defaults(file)))
      found.warn(locate(statement, begin + doubt.at), doubt.message);
  }
  return found.in_line_order();
}

}  // namespace acron
