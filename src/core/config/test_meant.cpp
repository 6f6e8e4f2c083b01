// Tests that `[` and `test` answer, and not as they look: always in the same way, or after something else was done.

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "shell_parts.hpp"
#include "shell_tests.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// A command and the line up to it.
struct Whole {
  const std::string& line;
  std::string_view command;

  /// Proposes the command with other text in the place of what stands there.
  [[nodiscard]] std::string with(std::size_t at, std::size_t size, std::string_view other) const {
    return proposal_of_command(line, std::string{command}.replace(at, size, other));
  }
};

bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

bool expands(std::string_view word) { return word.find_first_of("$`") != std::string_view::npos; }

/// `-gt` for `>`.
std::string_view comparison_of_numbers(std::string_view sign) {
  const bool is_greater = sign.starts_with('>');
  if (sign.size() > 1) return is_greater ? "-ge" : "-le";
  return is_greater ? "-gt" : "-lt";
}

/// `[ 1 > 4 ]`. A path behind the sign may be meant as a file.
std::optional<Error> misread_sign(const Whole& whole, const CommandPart& part, const std::vector<Word>& operands) {
  constexpr std::array<std::string_view, 4> signs{">", "<", ">=", "<="};
  for (std::size_t i = 1; i + 1 < operands.size(); ++i) {
    const auto& [sign, at] = operands[i];
    const auto left = operands[i - 1].text;
    const auto right = operands[i + 1].text;
    if (std::find(signs.begin(), signs.end(), sign) == signs.end()) continue;
    const bool is_of_numbers = is_number(left) || is_number(right);
    if (!is_of_numbers && (right.find('/') != std::string_view::npos || first_word(part.text) == "test")) continue;
    const bool is_sure = is_of_numbers && (is_number(left) || expands(left)) && (is_number(right) || expands(right));
    const auto number_sign = comparison_of_numbers(sign);
    const auto proposal = is_sure ? whole.with(part.at + at, sign.size(), number_sign) : std::string{};
    const auto file = sign.size() > 1 ? "=" : right;
    const std::string does = sign.starts_with('>') ? " writes to the file " : " reads from the file ";
    return Error{quoted(sign) + " compares nothing here: the shell" + does + quoted(file) +
                     (proposal.empty() ? "; numbers are compared by '" + std::string{number_sign} + "'" : proposal),
                 part.at + at};
  }
  return {};
}

/// Where in a word an `=` stands that the shell takes for a letter of it.
std::optional<ShellCharacter> glued_equals(std::string_view word) {
  for (const auto& character : shell_characters(word)) {
    const bool is_letter = !character.is_substituted && (character.is_plain || character.quote != '\0');
    if (is_letter && character.at > 0 && word[character.at] == '=') return character;
  }
  return {};
}

/// `"$A" = b` for `"$A"=b`; empty where that could mean something else.
std::string with_blanks_around(std::string_view word, const ShellCharacter& equals) {
  const bool is_not = word[equals.at - 1] == '!';
  const auto left = word.substr(0, equals.at - (is_not ? 1 : 0));
  auto right = word.substr(equals.at + 1);
  if (right.starts_with('=')) right.remove_prefix(1);
  if (!equals.is_plain || !expands(word) || left.empty() || right.empty() || right.starts_with('~')) return {};
  return std::string{left}.append(is_not ? " != " : " = ").append(right);
}

/// `[ "$A"=b ]`, `[ /x ]`: true whatever the machine is like.
std::optional<Error> always_true(const Whole& whole, const CommandPart& part, const std::vector<Word>& operands) {
  for (const auto& term : terms_of(operands)) {
    if (term.size() != 1) continue;
    const auto [word, at] = term.front();
    if (const auto equals = glued_equals(word)) {
      const auto apart = with_blanks_around(word, *equals);
      return Error{"this test always succeeds, since '=' has no blanks around it" +
                       (apart.empty() ? std::string{} : whole.with(part.at + at, word.size(), apart)),
                   part.at + at + equals->at};
    }
    if (word.starts_with('/') || word.starts_with("\"/") || word.starts_with("'/"))
      return Error{"this test always succeeds: it asks only whether the text " + quoted(word) + " is empty",
                   part.at + at};
  }
  return {};
}

/// `[ -e /x ] and [ -e /y ]`, of which the words are operands to the shell.
std::optional<Error> joined_by_word(const Whole& whole, const CommandPart& part) {
  const auto words = shell_words_of(part.text);
  const auto first = std::find_if(words.begin(), words.end(),
                                  [&](const Word& word) { return word.at >= begin_of_first_word(part.text); });
  if (first == words.end() || (first->text != "[" && first->text != "test")) return {};
  for (auto word = first + 1; word != words.end() && word + 1 != words.end(); ++word) {
    const auto text = lower_ascii(word->text);
    const bool is_behind = is_end_of_test((word - 1)->text) || is_expression({first + 1, word});
    if ((text != "and" && text != "or") || !is_behind) continue;
    const std::string sign = text == "and" ? "&&" : "||";
    const auto proposal = whole.with(part.at + word->at, text.size(), sign);
    return Error{"the shell takes " + quoted(word->text) + " for a word of the test" +
                     (proposal.empty() ? "; commands are joined by '" + sign + "'" : proposal),
                 part.at + word->at};
  }
  return {};
}

/// `test -e /x & test -e /y`: nothing asks for the first answer.
std::optional<Error> unasked(const Whole& whole, const CommandPart& part) {
  if (part.behind != "&" || operands_of_test(part).empty() || place_of_background(whole.command)) return {};
  const auto at = part.at + part.text.size();
  return Error{"'&' ignores what the test before it answers" + whole.with(at, 1, "&&"), at};
}

}  // namespace

std::optional<Error> misread_test(const std::string& line, std::string_view command) {
  const Whole whole{line, command};
  for (const auto& part : command_parts(command)) {
    if (const auto error = joined_by_word(whole, part)) return error;
    const auto operands = operands_of_test(part);
    if (const auto error = misread_sign(whole, part, operands)) return error;
    if (const auto error = always_true(whole, part, operands)) return error;
    if (const auto error = unasked(whole, part)) return error;
  }
  return {};
}

}  // namespace acron
