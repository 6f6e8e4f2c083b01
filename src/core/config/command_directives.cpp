// What a job runs, and what it asks first: the functions of these directives' rows.

#include "each_run.hpp"
#include "rows.hpp"
#include "words.hpp"

namespace acron {
namespace {

// The longest argument that the kernel passes to a program, with its NUL (MAX_ARG_STRLEN, execve(2)), and what
// operand_of_shell may put before it.
constexpr std::size_t longest_command = 128 * 1024 - 2;
// Far more gates than any job has a use for.
constexpr std::size_t most_gates = 100;

Result<void> check_command(std::string_view command) {
  // No program is called so: it is what stands behind a key in other files.
  if (command.starts_with("= ")) return Error{"'=' has no place here", 0};
  if (command.size() <= longest_command) return {};
  return Error{"the command is longer than the 128 KiB that can be passed to the shell", 0};
}

Result<void> apply_if_each_run(std::string_view command, JobDefinition& definition) {
  if (definition.settings->run_gates.size() >= most_gates) return Error{"more than 100 conditions of each run", 0};
  definition.settings.edit([&](RunSettings& settings) { settings.run_gates.emplace_back(command); });
  return {};
}

/// What stands before the command is no `each-run` as acron reads it.
Error not_each_run(const EachRun& each_run) {
  const auto form = each_run.command.empty() ? "; the form is 'if each-run COMMAND'" : "";
  if (each_run.negation.empty()) return {in_quotes(each_run.word) + " is no command here" + form, 0};
  return {"'each-run' belongs before " + in_quotes(each_run.negation) + "; the form is 'if each-run ! COMMAND'", 0};
}

}  // namespace

Result<void> apply_if(std::string_view argument, JobDefinition& definition) {
  if (auto checked = check_command(argument); !checked) return checked;
  const auto each_run = each_run_in(argument);
  if (each_run && !each_run->is_right()) return not_each_run(*each_run);
  if (each_run && each_run->command.empty()) return Error{"a command is missing after 'each-run'", argument.size()};
  if (each_run) return apply_if_each_run(each_run->command, definition);
  if (definition.gates.size() >= most_gates) return Error{"more than 100 conditions", 0};
  definition.gates.emplace_back(argument);
  return {};
}

Result<void> apply_run(std::string_view argument, JobDefinition& definition) {
  if (auto checked = check_command(argument); !checked) return checked;
  definition.command = argument;
  return {};
}

}  // namespace acron
