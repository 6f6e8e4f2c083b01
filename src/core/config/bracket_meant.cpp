// What a `[` means that does not end where the shell needs it to.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

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

/// `[-e`, not the `[[` of bash.
bool lacks_blank(std::string_view word) {
  return word.size() > 1 && word[0] == '[' && (word[1] != '[' || word.size() > 2);
}

bool has_closing_bracket(std::string_view part) {
  const auto words = shell_words_of(part);
  return std::any_of(words.begin(), words.end(), [](const Word& word) { return is_end_of_test(word.text); });
}

bool opens(const CommandPart& part) {
  const auto rest = part.text.substr(begin_of_first_word(part.text));
  return first_word(rest) == "[" && !has_closing_bracket(rest);
}

/// `-e /x` of `[-e /x]`; empty where more follows.
std::string_view text_in_brackets(std::string_view command) {
  if (!command.starts_with('[') || !command.ends_with(']') || command_parts(command).size() > 1) return {};
  const auto inside = trim(command.substr(1, command.size() - 2));
  return inside.find_first_of("[]") == std::string_view::npos ? inside : std::string_view{};
}

/// `[ -e /x ]` for `[-e /x]`. Any other text between blanks would be a test, too, and mostly one that always succeeds.
std::string with_blanks(std::string_view command) {
  const auto inside = text_in_brackets(command);
  return is_expression(shell_words_of(inside)) ? "[ " + std::string{inside} + " ]" : std::string{};
}

/// `"/bin/foo", "x"`, as containers have their commands.
bool is_list(std::string_view text) {
  const auto characters = shell_characters(text);
  return std::any_of(characters.begin(), characters.end(), [&](const ShellCharacter& character) {
    const bool is_comma = character.is_plain && !character.is_substituted && text[character.at] == ',';
    return is_comma && character.at > 0 && (text[character.at - 1] == '"' || text[character.at - 1] == '\'');
  });
}

/// `["/bin/foo", "x"]` or `[/bin/foo]`.
bool is_command_in_brackets(std::string_view command) {
  auto inside = text_in_brackets(command);
  if (inside.empty() || is_expression(shell_words_of(inside))) return false;
  if (is_list(inside)) return true;
  if (inside.starts_with('"') || inside.starts_with('\'')) inside.remove_prefix(1);
  return inside.starts_with('/');
}

std::string without_brackets(std::string_view command) {
  return is_command_in_brackets(command) ? "; a command is written without brackets" : std::string{};
}

/// `[ A ] && [ B ]` for `[ A && B ]`. Empty where it is not sure what is joined with what.
std::string closed_at_signs(std::string_view command) {
  const auto parts = command_parts(command);
  const auto sign = parts.front().behind;
  std::string text;
  bool is_open = false;
  for (const auto& part : parts) {
    const bool is_same = part.is_asked() && (part.behind.empty() || part.behind == sign);
    auto inside = trim(part.text);
    const bool begins = inside.starts_with("[ ") && opens(part);
    if (!is_same || (begins && is_open) || (opens(part) && !begins)) return {};
    is_open |= begins;
    const bool ends = is_open && inside.ends_with(" ]");
    if (begins) inside.remove_prefix(2);
    if (ends) inside.remove_suffix(2);
    const auto operands = shell_words_of(inside);
    if (is_open && (!is_expression(operands) || terms_of(operands).size() > 1)) return {};
    if (!text.empty()) text.append(" ").append(sign).append(" ");
    text += is_open ? "[ " + std::string{trim(inside)} + " ]" : std::string{inside};
    is_open &= !ends;
  }
  return is_open ? std::string{} : text;
}

Error never_ends(const std::string& line, std::string_view command, const CommandPart& part) {
  if (trim(part.text).ends_with(']'))
    return {"'[' needs a blank before its ']'" + without_brackets(command) +
                proposal_of_command(line, with_blanks(command)),
            part.at + begin_of_first_word(part.text)};
  if (part.behind.empty()) return {"'[' is never closed by a ']'", part.at + begin_of_first_word(part.text)};
  return {"'[' has no ']' before " + in_quotes(part.behind) + ", where its command ends" +
              proposal_of_command(line, closed_at_signs(command)),
          part.at + part.text.size()};
}

}  // namespace

std::optional<Error> misread_bracket(const std::string& line, std::string_view command) {
  for (const auto& part : command_parts(command)) {
    const auto begin = begin_of_first_word(part.text);
    const auto word = first_word(part.text.substr(begin));
    // Elsewhere it may be a pattern of `case`.
    if (part.is_asked() && lacks_blank(word))
      return Error{
          taken_for_command(word) + without_brackets(command) + proposal_of_command(line, with_blanks(command)),
          part.at + begin};
    if (word == "[" && is_command_in_brackets(command) && is_list(command))
      return Error{"the shell takes these brackets for a test; a command is written without brackets", part.at + begin};
    if (opens(part)) return never_ends(line, command, part);
  }
  return {};
}

}  // namespace acron
