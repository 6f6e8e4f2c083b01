// What a condition means that begins with no command, but with a word of a sentence.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/characters.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "each_run.hpp"
#include "meant.hpp"
#include "shell_parts.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

bool is_test(std::string_view word) {
  constexpr std::array<std::string_view, 5> tests{"test", "[", "[[", "expr", "!"};
  return is_one_of(word, tests);
}

/// Where `-e /x` or `! -e /x` lacks its `test`, which the shell needs in each part.
std::optional<std::size_t> place_of_test(const CommandPart& part) {
  const auto at = begin_of_first_word(part.text);
  if (!is_flag(first_word(part.text.substr(at)))) return {};
  return part.at + at;
}

/// Empty where it is not clear where one ends: at `and`, or at `&`.
std::string with_tests(std::string_view condition) {
  constexpr std::array<std::string_view, 3> of_sentence{"and", "or", "not"};
  for (const auto& word : words_of(condition)) {
    if (is_one_of(lower_ascii(word.text), of_sentence)) return {};
  }
  std::string text{condition};
  auto parts = command_parts(condition);
  if (!std::all_of(parts.begin(), parts.end(), [](const CommandPart& part) { return part.is_asked(); })) return {};
  std::reverse(parts.begin(), parts.end());
  for (const auto& part : parts) {
    const auto at = place_of_test(part);
    if (!at) continue;
    const auto words = words_of(part.text.substr(*at - part.at));
    if (words.size() < 2 || !is_flag_of_test(words[0].text)) return {};  // a flag alone is true to `test`
    text.insert(*at, "test ");
  }
  return text;
}

/// The condition without the word that negates it; empty where that may stand for more than one command.
std::string negated(std::string_view rest) {
  if (rest.empty() || rest.starts_with('!') || command_parts(rest).size() > 1) return {};
  const auto condition = with_tests(rest);
  return condition.empty() ? condition : "! " + condition;
}

bool is_comparison_without_test(std::string_view part) {
  const auto words = words_of(part);
  if (words.size() < 3 || is_test(words[0].text) || !is_sign_of_comparison(words[1].text)) return false;
  return words[0].text.find('$') < 2 || words[1].text.find('=') != std::string_view::npos;
}

/// A condition from its first word on, and the line up to there.
struct Condition {
  std::string line;
  std::string_view text;

  [[nodiscard]] std::string written_as(const std::string& other) const { return proposal_of_command(line, other); }
};

/// What is said of a word that is none of the shell's, but one of a sentence; empty where it may be a command.
std::string complaint_about_word(std::string_view word) {
  constexpr std::array<std::string_view, 2> of_hosts{"only", "on"};
  constexpr std::array<std::string_view, 8> of_times{"each-time", "eachtime", "every-run",  "everyrun",
                                                     "each",      "once",     "every-time", "always"};
  const auto lower = lower_ascii(word);
  // No program is called so; `!(` is a sign and a bracket.
  const bool is_negated_name =
      word.size() > 1 && word[0] == '!' && std::string_view{"()<>"}.find(word[1]) == std::string_view::npos;
  if (is_of_no(word) || is_negated_name) return taken_for_command(word);
  if (is_one_of(lower, of_hosts)) return taken_for_command(word) + "; the form for hosts is 'only on PATTERN,...'";
  if (is_one_of(lower, of_times)) return taken_for_command(word) + "; the form is 'if [each-run] COMMAND'";
  // A command that is called so has a path.
  return word == "each-run" ? taken_for_command(word) + "; the form is 'if each-run COMMAND'" : "";
}

std::optional<Error> misread_part(const Condition& condition, const CommandPart& part) {
  const auto begin = begin_of_first_word(part.text);
  const auto rest = part.text.substr(begin);
  const auto word = first_word(rest);
  const auto at = part.at + begin;
  if (is_flag(word)) return Error{taken_for_command(word) + condition.written_as(with_tests(condition.text)), at};
  if (!part.is_asked() || size_of_double_brackets(rest) > 0) return {};
  if (is_comparison_without_test(rest)) return Error{taken_for_command(word) + ": a comparison begins with 'test'", at};
  auto complaint = complaint_about_word(word);
  if (complaint.empty()) return {};
  // Further behind, the word may negate what follows as well.
  if (at == 0 && is_of_no(word)) complaint += condition.written_as(negated(trim(condition.text.substr(word.size()))));
  if (at == 0 && word[0] == '!') complaint += condition.written_as(negated(condition.text.substr(1)));
  return Error{complaint, at};
}

/// `[ -e /x ]; then`, as behind an `if` of the shell.
std::optional<Error> misplaced_then(const Condition& condition) {
  const auto words = shell_words_of(condition.text);
  const bool is_construct = std::any_of(words.begin(), words.end(), [](const Word& word) {
    return word.text.ends_with('{') ||  // of a function
           opens_construct(word.text.substr(std::min(word.text.find_first_not_of("(`$"), word.text.size())));
  });
  if (is_construct) return {};
  const auto last = command_parts(condition.text).back();
  if (trim(last.text) != "then" || last.before != ";") return {};
  const auto proposal = condition.written_as(std::string{trim(condition.text.substr(0, last.at - 1))});
  // Of anything else the shell itself says what is wrong.
  if (proposal.empty()) return {};
  return Error{"'then' has no 'if' before it that the shell knows: this 'if' is acron's" + proposal,
               last.at + past_blanks(last.text, 0)};
}

/// `[ -e /x ] then`, which is one command.
std::optional<Error> glued_then(const Condition& condition) {
  const auto part = command_parts(condition.text).back();
  const auto words = shell_words_of(part.text);
  if (words.size() < 3 || words.back().text != "then" || words.front().text != "[" ||
      words[words.size() - 2].text != "]")
    return {};
  const auto at = part.at + words.back().at;
  return Error{"the shell takes 'then' for a word of the test, which always fails: this 'if' is acron's" +
                   condition.written_as(std::string{trim(condition.text.substr(0, at))}),
               at};
}

/// `grep x /f | wc -l`: a pipeline answers as its last command does.
std::optional<Error> always_open(const Condition& condition) {
  const auto parts = command_parts(condition.text);
  const auto words = shell_words_of(parts.back().text);
  const bool is_pipeline = parts.size() > 1 && std::all_of(parts.begin() + 1, parts.end(),
                                                           [](const CommandPart& part) { return part.before == "|"; });
  const bool is_plain = condition.text.find_first_of("(){}") == std::string_view::npos &&
                        !condition.text.starts_with('!') && !opens_construct(first_word(condition.text)) &&
                        condition.text.find("pipefail") == std::string_view::npos;
  if (!is_pipeline || !is_plain || words.empty() || (words[0].text != "cat" && words[0].text != "wc")) return {};
  if (!std::all_of(words.begin() + 1, words.end(), [](const Word& word) { return is_flag(word.text); })) return {};
  return Error{"this condition always succeeds, since " + in_quotes(words[0].text) +
                   " does, whatever stands before the '|'; 'grep -q' and 'test' have an answer",
               parts.back().at + words[0].at};
}

}  // namespace

std::optional<Error> misread_condition(std::string_view argument) {
  const auto begin = begin_of_command(argument);
  const Condition condition{"if " + std::string{argument.substr(0, begin)}, argument.substr(begin)};
  for (const auto& part : command_parts(condition.text)) {
    if (const auto error = misread_part(condition, part)) return Error{error->message, begin + error->at};
  }
  for (const auto look : {misplaced_then, glued_then, always_open}) {
    if (const auto error = look(condition)) return Error{error->message, begin + error->at};
  }
  return {};
}

std::vector<std::string> meant_by_if(std::string_view argument) {
  const auto each_run = each_run_in(argument);
  if (!each_run || each_run->is_right() || each_run->command.empty()) return {};
  const std::string line = "if each-run ";
  if (!each_run->negation.empty()) return {line + negated(each_run->command)};
  const auto right = line + std::string{each_run->command};
  const auto misread = misread_condition(std::string_view{right}.substr(3));
  return misread ? proposals_in(misread->message) : std::vector<std::string>{right};
}

}  // namespace acron
