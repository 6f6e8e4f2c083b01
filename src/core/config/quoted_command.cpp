// What a command means that stands in quotes: the shell looks for a program with blanks in its name.

#include <optional>
#include <string>
#include <vector>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "meant.hpp"
#include "shell_parts.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// Whether no path is like this: it has blanks but no slash, or a blank before a slash or an option. Variables may hold
/// a path.
bool is_no_path(std::string_view text) {
  const bool has_slash = text.find('/') != std::string_view::npos;
  const bool has_blank = text.find(' ') != std::string_view::npos;
  if (first_word(text).find_first_of("$`") != std::string_view::npos) return false;
  const auto option = text.find(" -", text.rfind('/') + 1);
  const bool has_option = option != std::string_view::npos && option + 2 < text.size() && text[option + 2] != ' ';
  return has_slash ? text.find(" /") != std::string_view::npos || has_option : has_blank;
}

}  // namespace

std::optional<Error> misread_quotes(const std::string& line, std::string_view command) {
  for (const auto& part : command_parts(command)) {
    const auto begin = begin_of_first_word(part.text);
    const auto words = shell_words_of(part.text.substr(begin));
    // Elsewhere it may be a pattern of `case`.
    if (!part.is_asked() || words.empty()) continue;
    const auto word = words[0].text;
    const auto inside = unquoted(word);
    if (inside.size() == word.size() || !is_no_path(inside)) continue;
    const auto at = part.at + begin;
    const bool is_escaped = inside.find('\\') != std::string_view::npos;
    const auto meant = is_escaped ? std::string{} : std::string{command}.replace(at, word.size(), inside);
    return Error{taken_for_command(word) + proposal_of_command(line, meant), at};
  }
  return {};
}

}  // namespace acron
