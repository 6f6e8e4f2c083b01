// What a job runs, and what it asks first: the functions of these directives' rows.

#include <algorithm>
#include <array>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "rows.hpp"
#include "words.hpp"

namespace acron {
namespace {

// The longest argument that the kernel passes to a program, with its NUL: MAX_ARG_STRLEN, execve(2).
constexpr std::size_t longest_command = 128 * 1024 - 1;
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

/// What `each-run` comes to without its hyphen, in small letters, and without a sign behind it.
std::string run_together(std::string_view word) {
  auto text = lower_ascii(word);
  std::erase_if(text, [](char c) { return c == '-' || c == '_'; });
  while (!text.empty() && std::string_view{":=,;."}.find(text.back()) != std::string_view::npos) text.pop_back();
  return text;
}

/// The words at the beginning that are `each-run` but for a slip; empty for others, which may be commands.
std::string_view slip_in_each_run(std::string_view argument) {
  constexpr std::array<std::string_view, 1> meant{"eachrun"};
  if (!argument.starts_with('e') && !argument.starts_with('E')) return {};
  const auto words = words_of(argument.substr(0, argument.find_first_of("\"'`$")));
  if (words.size() > 1 && run_together(words[0].text) == "each" && run_together(words[1].text) == "run")
    return argument.substr(0, words[1].at + words[1].text.size());
  const auto text = run_together(words[0].text);
  const bool is_near = text.size() + 1 >= meant[0].size() && text.size() <= meant[0].size() + 1 &&
                       text.find('/') == std::string::npos && !nearest(text, meant).empty();
  return is_near ? words[0].text : std::string_view{};
}

Error not_each_run(std::string_view slip, std::string_view argument) {
  const auto command = trim(argument.substr(slip.size()));
  const auto meant = "if each-run " + std::string{command};
  return {quoted(slip) + " is no command here" +
              (command.empty() ? "; the form is 'if each-run COMMAND'" : write_instead({meant})),
          0};
}

}  // namespace

Result<void> apply_if(std::string_view argument, JobDefinition& definition) {
  if (auto checked = check_command(argument); !checked) return checked;
  const auto words = words_of(argument.substr(0, argument.find_first_of(" \t", 1)));
  if (words[0].text == "each-run") {
    const auto begin = argument.find_first_not_of(" \t", words[0].text.size());
    if (begin != std::string_view::npos) return apply_if_each_run(argument.substr(begin), definition);
    return Error{"a command is missing after 'each-run'", argument.size()};
  }
  if (const auto slip = slip_in_each_run(argument); !slip.empty()) return not_each_run(slip, argument);
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
