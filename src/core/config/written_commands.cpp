#include "acron/core/config/written_commands.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "directives.hpp"
#include "each_run.hpp"
#include "meant.hpp"
#include "shell_words.hpp"
#include "statement.hpp"
#include "words.hpp"

namespace acron {
namespace {

void add_output(const Statement& statement, const Directive& directive, std::vector<WrittenPath>& outputs) {
  JobDefinition scratch;
  if (!directive.apply(statement.argument, scratch)) return;
  const auto* file = std::get_if<FileTarget>(&scratch.outputs.front().target);
  if (file == nullptr) return;
  outputs.push_back({file->path, locate(statement, words_of(statement.argument).back().at)});
}

}  // namespace

WrittenCommands commands_of(const SourceFile& file) {
  WrittenCommands written;
  Faults faults{file};
  for (const auto& statement : read_statements(file, faults)) {
    const bool is_good = !statement.argument.empty() && is_faultless(statement);
    const bool is_shell = statement.keyword == "shell" && written.shell.empty();  // a second one is refused
    if (is_shell) written.shell = statement.argument;
    if (is_shell && is_good) written.shell_at = locate(statement, 0);
    if (statement.keyword == "output" && is_good)
      add_output(statement, *find_directive(statement.keyword), written.outputs);
    if (!is_good || !find_directive(statement.keyword)->is_command) continue;
    const auto begin = statement.keyword == "if" ? begin_of_command(statement.argument) : 0;
    written.commands.push_back(
        {statement.argument.substr(begin), locate(statement, begin), statement.pieces.size() > 1});
  }
  return written;
}

namespace {

/// Whether arithmetic, a subscript or an expansion may be open at the end of the text, in which `<<` moves bits.
bool may_be_in_expression(std::string_view before) {
  const auto opened_last = [&](std::string_view open, std::string_view close) {
    const auto begin = before.rfind(open);
    const auto end = before.rfind(close);
    return begin != std::string_view::npos && (end == std::string_view::npos || end < begin);
  };
  const auto let = before.rfind("let ");
  const bool is_let = let != std::string_view::npos &&
                      (let == 0 || std::string_view{" ;&|("}.find(before[let - 1]) != std::string_view::npos);
  return is_let || opened_last("((", "))") || opened_last("[", "]") || opened_last("${", "}");
}

/// Whether the word behind `<<` may be the end of a here-document.
bool begins_delimiter(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto word = trim(text);
  constexpr std::string_view none = "=;|&<>()";
  return !word.empty() && none.find(word.front()) == std::string_view::npos;
}

}  // namespace

bool is_of_sh_family(std::string_view shell) {
  auto name = shell.substr(shell.rfind('/') + 1);
  name = name.substr(0, name.find_last_not_of("0123456789.-") + 1);
  return shell.empty() || (name.ends_with("sh") && name != "fish");
}

bool is_plain_sh(std::string_view shell) {
  const auto name = shell.substr(shell.rfind('/') + 1);
  return shell.empty() || name == "sh" || name == "dash";
}

std::string way_to_bash(std::size_t line_of_shell) {
  const std::string line = "'shell /bin/bash'";
  return line_of_shell == 0 ? "add " + line : "let line " + std::to_string(line_of_shell) + " say " + line;
}

std::string objection_to(const WrittenCommand& command, std::string_view shell) {
  if (!is_of_sh_family(shell)) return {};
  for (const auto& character : shell_characters(command.text)) {
    const auto rest = std::string_view{command.text}.substr(character.at);
    const bool begins = character.is_plain && rest.starts_with("<<") && !rest.starts_with("<<<");
    const bool goes_on = character.at > 0 && command.text[character.at - 1] == '<';
    const auto before = std::string_view{command.text}.substr(0, character.at);
    if (begins && !goes_on && begins_delimiter(rest.substr(2)) && !may_be_in_expression(before))
      return "a here-document needs lines of its own, and a command is one line; put it into a file";
  }
  return {};
}

Diagnostic fault_at(const SourceFile& file, Location where, const std::string& reason) {
  Faults faults{file};
  faults.add(where, reason);
  return faults.in_line_order().front();
}

std::string hint_for(const WrittenCommand& command) {
  if (!command.is_joined) return {};
  return "; its lines are joined by blanks: end those that are commands of their own with ';'";
}

bool is_refusal(std::string_view said) {
  constexpr std::array<std::string_view, 4> words{": syntax error", ": unexpected token ", ": unexpected argument ",
                                                  ": conditional "};
  for (; !said.empty(); said.remove_prefix(std::min(said.find('\n'), said.size() - 1) + 1)) {
    const auto line = said.substr(0, said.find('\n'));
    const auto has = [&](std::string_view word) { return line.find(word) != std::string_view::npos; };
    if (!has(": warning: ") && std::any_of(words.begin(), words.end(), has)) return true;
  }
  return false;
}

std::string words_of_shell(std::string_view said) {
  auto line = said.substr(0, said.find('\n'));
  // ksh warns of what is old-fashioned before it says what it refuses.
  while (line.find(": warning: ") != std::string_view::npos && line.size() + 1 < said.size()) {
    said.remove_prefix(line.size() + 1);
    line = said.substr(0, said.find('\n'));
  }
  // `/bin/sh: 1: `, `bash: -c: line 1: `, `zsh:1: `, `yash -c:1: `, `/bin/ksh93: `, and of mksh `E: /bin/mksh: `
  for (bool shortened = true; shortened;) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) break;
    const auto before = line.substr(0, colon);
    const auto number = before.starts_with("line ") ? before.substr(5) : before;
    const bool is_number = !number.empty() && number.find_first_not_of(decimal_digits) == std::string_view::npos;
    const auto name = before.substr(before.rfind('/') + 1);
    const auto bare = name.ends_with(" -c") ? name.substr(0, name.size() - 3) : name;
    const bool is_one = bare == "ksh93" || (bare.ends_with("sh") && bare.find(' ') == std::string_view::npos);
    const bool is_shell = is_one || name == "-c" || name == "E";
    shortened = is_number || is_shell;
    if (shortened) line = trim(line.substr(colon + 1));
  }
  return printable(trim(line), 160);
}

}  // namespace acron
