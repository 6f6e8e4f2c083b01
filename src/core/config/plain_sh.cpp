// What bash knows and a plain sh does not, though it complains of nothing when it reads it.

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "acron/core/characters.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "meant.hpp"
#include "shell_parts.hpp"
#include "shell_tests.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

constexpr std::string_view signs = ";|&<>()";

/// Where the word that begins there ends.
std::size_t end_of_word(std::string_view command, std::size_t begin) {
  for (const auto& character : shell_characters(command)) {
    if (character.at < begin || !character.is_plain || character.is_substituted) continue;
    const char c = command[character.at];
    if (is_blank(c) || signs.find(c) != std::string_view::npos) return character.at;
  }
  return command.size();
}

/// `>FILE 2>&1` for `&>FILE`; empty where that could mean something else.
std::string with_both_streams(std::string_view command, std::size_t at) {
  const auto begin = past_blanks(command, command.find_first_not_of('>', at + 1));
  const auto end = begin < command.size() ? end_of_word(command, begin) : begin;
  const bool is_of_digit = at > 0 && is_digit(command[at - 1]);
  const bool is_of_other = end < command.size() && (command[end] == '<' || command[end] == '>');
  if (begin >= end || is_of_digit || is_of_other) return {};
  std::string text{command.substr(0, at)};
  return text.append(command.substr(at + 1, end - at - 1)).append(" 2>&1").append(command.substr(end));
}

/// The `&>` that bash takes for a redirection of both streams.
std::optional<Error> misread_redirection(const std::string& line, std::string_view command) {
  for (const auto& character : shell_characters(command)) {
    const auto at = character.at;
    const bool is_one = character.is_plain && command.substr(at).starts_with("&>");
    const bool is_of_another = at > 0 && std::string_view{"&<>"}.find(command[at - 1]) != std::string_view::npos;
    if (!is_one || is_of_another) continue;
    const auto fate = line.starts_with("run") ? "lets the run end at once" : "lets the condition succeed at once";
    const auto meant = character.is_substituted ? std::string{} : with_both_streams(command, at);
    const auto proposal = proposal_of_command(line, meant);
    return Error{"'&>' is bash's: to a sh such as dash it is a '&', which " + std::string{fate} + ", and a '>'" +
                     (proposal.empty() ? "; the form is '>FILE 2>&1'" : proposal),
                 at};
  }
  return {};
}

/// A `==` between two words of `[` or `test`; its place in the part.
std::optional<std::size_t> place_of_double_equals(const CommandPart& part) {
  for (const auto& term : terms_of(operands_of_test(part))) {
    if (term.size() == 3 && term[1].text == "==") return term[1].at;
  }
  return {};
}

/// A number, a name or what expands, at the beginning of the text.
std::string_view operand_at(std::string_view text) {
  if (text.starts_with("$(") || text.starts_with("${")) {
    for (const auto& character : shell_characters(text)) {
      if (character.at > 1 && !character.is_substituted) return text.substr(0, character.at);
    }
    return text;
  }
  std::size_t end = text.starts_with('$') ? 1 : 0;
  while (end < text.size() && (text[end] == '_' || is_digit(text[end]) || is_letter(text[end]))) ++end;
  return text.substr(0, end);
}

/// Whether the text of a `((...))` can't be a command, as that of `((test -e /x))` is: it begins with a number, or a
/// sign follows its first word that compares or assigns. `cat < $x` reads a file.
bool is_arithmetic(std::string_view text) {
  constexpr std::array<std::string_view, 9> all{"==", "!=", ">=", "<=", "+=", "-=", "++", "--", "="};
  const auto left = operand_at(text);
  if (left.empty()) return false;
  if (is_digit(left[0])) return true;
  const auto rest = trim(text.substr(left.size()));
  const auto right = rest.empty() ? std::string_view{} : operand_at(trim(rest.substr(1)));
  const bool compares = rest.starts_with('<') || rest.starts_with('>');
  if (compares && !right.empty() && (is_digit(right[0]) || (left[0] == '$' && right[0] == '$'))) return true;
  return std::any_of(all.begin(), all.end(), [&](std::string_view sign) { return rest.starts_with(sign); });
}

/// `[ a =~ b ]` and `[ -v A ]`, with which the test ends with an error.
std::optional<Error> sign_of_bash(const CommandPart& part) {
  const std::string fate = " is bash's: a sh such as dash ends the test with an error; ";
  for (const auto& term : terms_of(operands_of_test(part))) {
    if (term.size() == 3 && term[1].text == "=~")
      return Error{"'=~'" + fate + "'case' and 'grep' compare with a pattern", part.at + term[1].at};
    if (term.size() == 2 && term[0].text == "-v")
      return Error{"'-v'" + fate + "the form is '[ -n \"${NAME+x}\" ]'", part.at + term[0].at};
  }
  return {};
}

}  // namespace

std::optional<Error> misread_by_sh(const std::string& line, std::string_view command, const std::string& way) {
  for (const auto& part : command_parts(command)) {
    const auto begin = begin_of_first_word(part.text);
    const auto rest = part.text.substr(begin);
    const auto word = first_word(rest);
    if (word == "[[") return Error{"'[[' is bash's: a sh such as dash takes it for a command; " + way, part.at + begin};
    const auto brackets = size_of_double_brackets(rest);
    if (brackets > 0 && is_arithmetic(trim(rest.substr(2, brackets - 4))))
      return Error{"'((' is bash's: a sh such as dash takes it for commands in brackets; " + way, part.at + begin};
    if (const auto error = sign_of_bash(part)) return error;
    const auto equals = place_of_double_equals(part);
    if (!equals) continue;
    auto meant = std::string{command};
    return Error{"'==' is bash's: a sh such as dash knows '=' alone" +
                     proposal_of_command(line, meant.replace(part.at + *equals, 2, "=")),
                 part.at + *equals};
  }
  return misread_redirection(line, command);
}

}  // namespace acron
