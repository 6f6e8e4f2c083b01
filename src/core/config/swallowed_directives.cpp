#include <algorithm>
#include <array>
#include <string>

#include "acron/core/text.hpp"
#include "directives.hpp"
#include "doubts.hpp"
#include "meant.hpp"
#include "shell_words.hpp"
#include "statement.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// Whether a line behind the text begins a command of its own, which may be called as a directive is: `umask 022`.
bool ends_before_command(std::string_view text) {
  constexpr std::array<std::string_view, 7> words{"then", "do", "else", "!", "if", "while", "exec"};
  const auto last = text.substr(text.find_last_of(" \t") + 1);
  return std::string_view{";&|({"}.find(text.back()) != std::string_view::npos ||
         std::find(words.begin(), words.end(), last) != words.end();
}

/// Whether it is accepted, and hardly a part of a command: those left out take whatever follows, and are words that
/// other programs have, too.
bool is_directive(std::string_view line, bool is_condition) {
  constexpr std::array<std::string_view, 5> common{"description", "env", "if", "lock", "user"};
  const SourceFile file{{}, std::string{line}};
  Faults faults{file};
  const auto statements = read_statements(file, faults);
  if (statements.size() != 1 || !faults.empty() || !is_faultless(statements.front())) return false;
  const auto& [keyword, argument] =
      std::pair{statements.front().keyword, std::string_view{statements.front().argument}};
  // `run IMAGE` is what docker gets.
  if (keyword == "run") return is_condition || argument.starts_with('/');
  return std::find(common.begin(), common.end(), keyword) == common.end();
}

bool is_in_quotes(std::string_view command, std::size_t at) {
  const auto characters = shell_characters(command);
  const auto found =
      std::find_if(characters.begin(), characters.end(), [at](const ShellCharacter& c) { return c.at >= at; });
  return found == characters.end() || found->quote != '\0' || found->is_substituted;
}

}  // namespace

std::vector<Error> swallowed_directives(const JobStatement& statement) {
  std::vector<Error> found;
  const std::string_view command = statement.argument;
  for (std::size_t i = 1; i < statement.pieces.size(); ++i) {
    const auto at = statement.pieces[i].offset;
    const auto end = i + 1 < statement.pieces.size() ? statement.pieces[i + 1].offset - 1 : command.size();
    const auto line = command.substr(at, end - at);
    if (!is_directive(line, statement.keyword == "if") || ends_before_command(command.substr(0, at - 1))) continue;
    if (is_in_quotes(command, at)) continue;
    found.push_back({in_quotes(line) + " is a part of the command: a line that begins with a blank goes on with the "
                                       "command above it",
                     at});
  }
  return found;
}

}  // namespace acron
