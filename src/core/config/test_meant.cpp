// Tests that `[` and `test` answer, and not as they look: always in the same way, or after something else was done.

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

/// A command and the line up to it.
struct Whole {
  const std::string& line;
  std::string_view command;

  /// Proposes the command with other text in the place of what stands there.
  [[nodiscard]] std::string with(std::size_t at, std::size_t size, std::string_view other) const {
    return proposal_of_command(line, std::string{command}.replace(at, size, other));
  }

  /// Proposes to join what stands before and behind by another sign; not where a construct of the shell stands there,
  /// of which it may join a part only.
  [[nodiscard]] std::string joined(std::size_t at, std::size_t size, std::string_view sign) const {
    const auto parts = command_parts(command);
    const auto has_construct = [](std::string_view text) {
      return opens_construct(first_word(trim(text))) || goes_on_with_construct(first_word(trim(text)));
    };
    const bool is_construct =
        std::any_of(parts.begin(), parts.end(), [&](const CommandPart& part) { return has_construct(part.text); });
    return is_construct || has_construct(command.substr(at + size)) ? std::string{} : with(at, size, sign);
  }
};

bool expands(std::string_view word) { return word.find_first_of("$`") != std::string_view::npos; }

/// `-gt` for `>`, `-ge` for `>=` and `=>`.
std::string_view comparison_of_numbers(std::string_view sign) {
  const bool is_greater = sign.find('>') != std::string_view::npos;
  if (sign.size() > 1) return is_greater ? "-ge" : "-le";
  return is_greater ? "-gt" : "-lt";
}

/// `$A>4` as three words, of which the shell makes a redirection to `4`; any other word as it is.
std::vector<Word> parted_at_sign(const Word& word) {
  for (const auto& character : shell_characters(word.text)) {
    const auto at = character.at;
    const bool is_sign =
        character.is_plain && !character.is_substituted && (word.text[at] == '<' || word.text[at] == '>');
    if (!is_sign || at == 0) continue;
    const std::size_t size = word.text.substr(at + 1).starts_with('=') ? 2 : 1;
    const auto right = word.text.substr(at + size);
    if (!is_number(right)) break;
    return {
        {word.text.substr(0, at), word.at}, {word.text.substr(at, size), word.at + at}, {right, word.at + at + size}};
  }
  return {word};
}

/// Whether a term is `1 > 4`, and no text with a redirection behind it: a path is a file that may be meant.
bool compares_by_redirection(const std::vector<Word>& term, bool is_of_bracket) {
  constexpr std::array<std::string_view, 6> signs{">", "<", ">=", "<=", "=>", "=<"};
  if (term.size() != 3 || std::find(signs.begin(), signs.end(), term[1].text) == signs.end()) return false;
  if (term[2].text.find('/') != std::string_view::npos) return false;
  return is_of_bracket || is_number(term[2].text);
}

/// `[ 1 > 4 ]`.
std::optional<Error> misread_sign(const Whole& whole, const CommandPart& part, const std::vector<Word>& operands) {
  const bool is_of_bracket = first_word(part.text.substr(begin_of_first_word(part.text))) == "[";
  for (const auto& written : terms_of(operands)) {
    const bool is_glued = written.size() == 1;
    const auto term = is_glued ? parted_at_sign(written[0]) : written;
    if (!compares_by_redirection(term, is_of_bracket)) continue;
    const auto left = term[0].text;
    const auto [sign, at] = term[1];
    const auto right = term[2].text;
    const bool is_of_numbers =
        (is_number(left) && (is_number(right) || expands(right))) || (expands(left) && is_number(right));
    const std::string number_sign{comparison_of_numbers(sign)};
    const auto apart = is_glued ? " " + number_sign + " " : number_sign;
    const auto proposal = is_of_numbers ? whole.with(part.at + at, sign.size(), apart) : std::string{};
    const std::string does =
        sign.find('>') != std::string_view::npos ? " writes to the file " : " reads from the file ";
    std::string file{sign.starts_with('=') ? std::string_view{} : sign.substr(1)};
    if (is_glued || file.empty()) file += right;
    return Error{in_quotes(sign) + " compares nothing here: the shell" + does + in_quotes(file) +
                     (proposal.empty() ? "; numbers are compared by '" + number_sign + "'" : proposal),
                 part.at + at};
  }
  return {};
}

/// `[ !-e /x ]`, whose first operand is a text.
std::optional<Error> glued_negation(const Whole& whole, const CommandPart& part, const std::vector<Word>& operands) {
  const auto found = std::find_if(operands.begin(), operands.end(), [](const Word& word) {
    return word.text.starts_with('!') && is_flag_of_test(word.text.substr(1));
  });
  if (found == operands.end() || found + 1 == operands.end()) return {};
  const auto at = part.at + found->at;
  return Error{
      "the test takes " + in_quotes(found->text) + " for a text: '!' needs a blank behind it" + whole.with(at, 1, "! "),
      at};
}

/// Where in a word an `=` stands that the shell takes for a letter of it.
std::optional<ShellCharacter> glued_equals(std::string_view word) {
  for (const auto& character : shell_characters(word)) {
    if (character.is_substituted) continue;
    const bool redirects = character.is_plain && (word[character.at] == '<' || word[character.at] == '>');
    if (redirects) return {};
    const bool is_letter = character.is_plain || character.quote != '\0';
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

/// Whether `!` stands before a term, an odd number of times.
bool is_negated(const std::vector<Word>& operands, const Word& term) {
  bool negated = false;
  for (const auto& word : operands) {
    if (word.at >= term.at) break;
    negated = word.text == "!" && !negated;
  }
  return negated;
}

/// A variable or a substitution that may be empty, and stands in no quotes: nothing at all is then left of it.
bool may_vanish(std::string_view word) {
  const bool expands =
      word.size() > 1 && word[0] == '$' && std::string_view{"#?$!-0"}.find(word[1]) == std::string_view::npos;
  const auto characters = shell_characters(word);
  const bool is_plain = std::none_of(characters.begin(), characters.end(), [&](const ShellCharacter& character) {
    return !character.is_substituted && (word[character.at] == '"' || word[character.at] == '\'');
  });
  return (expands || word.starts_with('`')) && is_plain;
}

/// `[ -n $A ]`, of which `[ -n ]` is left where the variable is empty.
std::optional<Error> unquoted_length(const Whole& whole, const CommandPart& part, const std::vector<Word>& operands) {
  for (const auto& term : terms_of(operands)) {
    if (term.size() != 2 || term[0].text != "-n" || !may_vanish(term[1].text)) continue;
    const auto [word, at] = term[1];
    const bool is_variable = word.find_first_of("`(\"'") == std::string_view::npos;
    const auto proposal =
        is_variable ? whole.with(part.at + at, word.size(), "\"" + std::string{word} + "\"") : std::string{};
    return Error{"this test always " + std::string{is_negated(operands, term[0]) ? "fails" : "succeeds"} +
                     ", also where " + in_quotes(word) + " is empty, since it stands in no quotes" + proposal,
                 part.at + at};
  }
  return {};
}

/// Whether a text of its own behind the comparison decides: `b` of `[ $A = a -o b ]`.
bool is_alternative(const std::vector<Word>& operands, const Word& term) {
  const auto found =
      std::find_if(operands.begin(), operands.end(), [&](const Word& word) { return word.at == term.at; });
  const auto which = static_cast<std::size_t>(found - operands.begin());
  const bool is_behind = which > 3 && which < operands.size() && operands[which - 1].text == "-o" &&
                         is_expression({operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(which) - 1});
  const bool is_last = which + 1 == operands.size() || operands[which + 1].text == "-o";
  const bool is_text = !expands(term.text) && !term.text.starts_with('-') &&
                       term.text.find_first_of("\\()<>\"'*?[") == std::string_view::npos;
  return is_behind && is_last && is_text;
}

/// `test "-e /x"`, which is one word.
std::optional<Error> quoted_operands(const Whole& whole, const CommandPart& part, const std::vector<Word>& operands) {
  if (operands.size() != 1) return {};
  const auto [word, at] = operands.front();
  const auto inside = unquoted(word);
  const auto words = words_of(inside);
  if (inside.size() == word.size() || words.size() != 2 || !is_flag_of_test(words[0].text)) return {};
  const bool is_plain = inside.find_first_of("$`\\\"'*?[") == std::string_view::npos;
  return Error{"this test always succeeds: it asks only whether the text " + in_quotes(word) + " is empty" +
                   (is_plain ? whole.with(part.at + at, word.size(), inside) : std::string{}),
               part.at + at};
}

/// `[ "$A"=b ]`, `[ /x ]`: true whatever the machine is like, and behind a `!` false.
std::optional<Error> always_same(const Whole& whole, const CommandPart& part, const std::vector<Word>& operands) {
  for (const auto& term : terms_of(operands)) {
    if (term.size() != 1) continue;
    const auto [word, at] = term.front();
    const std::string always =
        is_negated(operands, term.front()) ? "this test always fails" : "this test always succeeds";
    if (const auto equals = glued_equals(word)) {
      const auto apart = with_blanks_around(word, *equals);
      return Error{always + ", since '=' has no blanks around it" +
                       (apart.empty() ? std::string{} : whole.with(part.at + at, word.size(), apart)),
                   part.at + at + equals->at};
    }
    const bool is_path = word.starts_with('/') || word.starts_with("\"/") || word.starts_with("'/");
    if (is_path || is_alternative(operands, term.front()))
      return Error{always + ": it asks only whether the text " + in_quotes(word) + " is empty", part.at + at};
  }
  return {};
}

/// Whether the shell looks for files that a word is the pattern of.
bool is_pattern_of_files(std::string_view word) {
  const auto characters = shell_characters(word);
  return std::any_of(characters.begin(), characters.end(), [&](const ShellCharacter& character) {
    const auto rest = word.substr(character.at);
    const bool is_sign =
        rest[0] == '*' || rest[0] == '?' || (rest[0] == '[' && rest.find(']') != std::string_view::npos);
    const bool is_parameter = character.at > 0 && word[character.at - 1] == '$';
    return character.is_plain && !character.is_substituted && is_sign && !is_parameter;
  });
}

/// `[ $(hostname) = web* ]`.
std::optional<Error> compared_with_pattern(const CommandPart& part, const std::vector<Word>& operands) {
  for (const auto& term : terms_of(operands)) {
    const bool compares = term.size() == 3 && (term[1].text == "=" || term[1].text == "==" || term[1].text == "!=");
    if (!compares) continue;
    const auto found =
        std::find_if(term.begin(), term.end(), [](const Word& w) { return is_pattern_of_files(w.text); });
    if (found == term.end()) continue;
    const bool is_of_host = term[0].text.find("hostname") != std::string_view::npos;
    return Error{"a test compares texts, and takes " + in_quotes(found->text) +
                     " for the names of files; 'case' knows patterns" +
                     (is_of_host ? ", and 'only on' those of hosts" : ""),
                 part.at + found->at};
  }
  return {};
}

/// `if echo $(test -f /x)`, whose answer is lost. What it writes to a file may fail.
std::optional<Error> always_printed(const Whole& whole, const std::vector<CommandPart>& parts) {
  const auto begin = begin_of_first_word(parts[0].text);
  const auto word = first_word(parts[0].text.substr(begin));
  const bool is_alone = whole.line.starts_with("if") && parts.size() == 1 && (word == "echo" || word == "printf");
  const bool has_another =
      whole.command.find("$(") != std::string_view::npos || whole.command.find('`') != std::string_view::npos;
  if (!is_alone || !has_another || whole.command.find('>') != std::string_view::npos) return {};
  return Error{in_quotes(word) + " always succeeds, whatever the commands within it answer", begin};
}

/// `[ -e /x ] and [ -e /y ]`, of which the words are operands to the shell.
std::optional<Error> joined_by_word(const Whole& whole, const CommandPart& part) {
  const auto begin = begin_of_first_word(part.text);
  const auto words = shell_words_of(part.text.substr(begin));
  if (words.empty() || (words[0].text != "[" && words[0].text != "test")) return {};
  for (auto word = words.begin() + 1; word < words.end() - 1; ++word) {
    const auto text = lower_ascii(word->text);
    const bool is_behind = is_end_of_test((word - 1)->text) || is_expression({words.begin() + 1, word});
    if ((text != "and" && text != "or") || !is_behind) continue;
    const std::string sign = text == "and" ? "&&" : "||";
    const auto at = part.at + begin + word->at;
    const auto proposal = whole.joined(at, text.size(), sign);
    return Error{"the shell takes " + in_quotes(word->text) + " for a word of the test" +
                     (proposal.empty() ? "; commands are joined by '" + sign + "'" : proposal),
                 at};
  }
  return {};
}

/// `[ -e /x ] -a [ -e /y ]`: `-a` joins within brackets.
std::optional<Error> joined_behind_bracket(const Whole& whole, const CommandPart& part) {
  const auto begin = begin_of_first_word(part.text);
  const auto words = shell_words_of(part.text.substr(begin));
  for (std::size_t i = 2; i + 1 < words.size() && words[0].text == "["; ++i) {
    const auto text = words[i].text;
    const bool is_between = words[i - 1].text == "]" && words[i + 1].text == "[";
    if (!is_between || (text != "-a" && text != "-o")) continue;
    const std::string sign = text == "-a" ? "&&" : "||";
    const auto at = part.at + begin + words[i].at;
    const auto proposal = whole.joined(at, text.size(), sign);
    return Error{in_quotes(text) + " joins nothing behind ']', and the test always fails" +
                     (proposal.empty() ? "; commands are joined by '" + sign + "'" : proposal),
                 at};
  }
  return {};
}

/// Whether a command has the parameter of this one sign, as `$?` or `${?}`.
bool expands_to(std::string_view command, char parameter) {
  const auto characters = shell_characters(command);
  return std::any_of(characters.begin(), characters.end(), [&](const ShellCharacter& character) {
    const auto rest = command.substr(character.at);
    return character.quote != '\'' &&
           (rest.starts_with(std::string{"$"} + parameter) || rest.starts_with(std::string{"${"} + parameter));
  });
}

/// Whether a command is told what the one before it has answered: `r=$?`, `exit`.
bool reads_answer(std::string_view command) {
  return expands_to(command, '?') || trim(command.substr(begin_of_first_word(command))) == "exit";
}

/// `test -e /x & test -e /y`: nothing asks for the first answer. What begins with another command may have a reason to
/// be in the background.
std::optional<Error> unasked(const Whole& whole, const std::vector<CommandPart>& parts, std::size_t which) {
  if (parts[which].behind != "&" || place_of_background(whole.command)) return {};
  if (expands_to(whole.command.substr(parts[which + 1].at), '!')) return {};  // `wait $!` asks
  auto first = which;
  while (first > 0 && parts[first].is_asked()) --first;
  for (auto i = first; i <= which; ++i) {
    if (operands_of_test(parts[i]).empty()) return {};
  }
  const auto at = parts[which].at + parts[which].text.size();
  return Error{"'&' ignores what the test before it answers" + whole.joined(at, 1, "&&"), at};
}

/// `[ -e /x ]; [ -e /y ]` in an `if`: the last command alone answers. What begins with another command may have `set
/// -e`.
std::optional<Error> overruled(const Whole& whole, const std::vector<CommandPart>& parts, std::size_t which) {
  if (!whole.line.starts_with("if") || parts[which].behind != ";") return {};
  const auto end = parts.begin() + static_cast<std::ptrdiff_t>(which) + 1;
  const bool is_of_tests = std::all_of(parts.begin(), end, [](const CommandPart& part) {
    return begin_of_first_word(part.text) == part.text.find_first_not_of(' ') && !operands_of_test(part).empty();
  });
  const auto next = which + 1 == parts.size() ? std::string_view{} : trim(parts[which + 1].text);
  const bool is_last = next.empty() || next.starts_with('#');
  if (!is_of_tests || is_last || goes_on_with_construct(first_word(next)) || reads_answer(next)) return {};
  const auto at = parts[which].at + parts[which].text.size();
  const std::string sign = parts[which].text.ends_with(' ') ? "&&" : " &&";
  // `exit 1` may be meant for where the test fails.
  const auto proposal = first_word(next) == "exit" ? std::string{} : whole.joined(at, 1, sign);
  return Error{"';' ignores what the test before it answers" + proposal, at};
}

}  // namespace

std::optional<Error> misread_test(const std::string& line, std::string_view command) {
  const Whole whole{line, command};
  const auto parts = command_parts(command);
  if (const auto error = always_printed(whole, parts)) return error;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& part = parts[i];
    if (const auto error = joined_by_word(whole, part)) return error;
    if (const auto error = joined_behind_bracket(whole, part)) return error;
    const auto operands = operands_of_test(part);
    if (const auto error = quoted_operands(whole, part, operands)) return error;
    if (const auto error = glued_negation(whole, part, operands)) return error;
    if (const auto error = misread_sign(whole, part, operands)) return error;
    if (const auto error = always_same(whole, part, operands)) return error;
    if (const auto error = compared_with_pattern(part, operands)) return error;
    if (const auto error = unquoted_length(whole, part, operands)) return error;
    if (const auto error = unasked(whole, parts, i)) return error;
    if (const auto error = overruled(whole, parts, i)) return error;
  }
  return {};
}

}  // namespace acron
