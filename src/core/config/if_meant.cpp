// What a condition means that begins with no command, but with a word of a sentence.

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "meant.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& all, std::string_view word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

bool is_sign_of_comparison(std::string_view word) {
  constexpr std::array<std::string_view, 7> signs{"=", "==", "!=", "=~", "-eq", "-ne", "is"};
  return is_one_of(signs, word);
}

bool is_test(std::string_view word) {
  constexpr std::array<std::string_view, 5> tests{"test", "[", "[[", "expr", "!"};
  return is_one_of(tests, word);
}

/// `-e /x`, which only `test` can answer.
bool is_flag(std::string_view word) { return word.size() == 2 && word[0] == '-' && word[1] >= 'A' && word[1] <= 'z'; }

/// One command of a condition, between signs such as `&&`.
struct Part {
  std::string_view text;
  std::size_t at;
  bool ends_in_other_sign;  // `;`, `|` or `&`
};

/// As far as the signs are the shell's own.
std::vector<Part> parts_of(std::string_view condition) {
  std::vector<Part> parts;
  std::size_t begin = 0;
  for (const auto& character : shell_characters(condition)) {
    const auto rest = condition.substr(character.at);
    if (character.at < begin || !character.is_plain || rest.find_first_of(";|&") != 0) continue;
    const bool is_sign = rest.starts_with("&&") || rest.starts_with("||");
    parts.push_back({condition.substr(begin, character.at - begin), begin, !is_sign});
    begin = character.at + (is_sign ? 2 : 1);
  }
  parts.push_back({condition.substr(begin), begin, false});
  return parts;
}

std::string_view first_word(std::string_view text) { return text.substr(0, next_blank(text, 0)); }

/// Where `-e /x` or `! -e /x` lacks its `test`, which the shell needs in each part.
std::optional<std::size_t> place_of_test(const Part& part) {
  auto at = past_blanks(part.text, 0);
  if (first_word(part.text.substr(at)) == "!") at = past_blanks(part.text, at + 1);
  if (!is_flag(first_word(part.text.substr(at)))) return {};
  return part.at + at;
}

bool has_word(std::string_view text, std::initializer_list<std::string_view> all) {
  const auto words = words_of(text);
  return std::any_of(words.begin(), words.end(),
                     [&](const Word& word) { return std::find(all.begin(), all.end(), word.text) != all.end(); });
}

/// Empty where it is not clear where one ends: at `and`, or at `&`.
std::string with_tests(std::string_view condition) {
  if (has_word(condition, {"and", "or", "not", "AND", "OR", "NOT"})) return {};
  std::string text{condition};
  auto parts = parts_of(condition);
  if (std::any_of(parts.begin(), parts.end(), [](const Part& part) { return part.ends_in_other_sign; })) return {};
  std::reverse(parts.begin(), parts.end());
  for (const auto& part : parts) {
    if (const auto at = place_of_test(part)) text.insert(*at, "test ");
  }
  return text;
}

/// The condition without the word that negates it; empty where that may stand for more than one command.
std::string negated(std::string_view rest) {
  const auto condition = parts_of(rest).size() > 1 ? std::string{} : with_tests(rest);
  return condition.empty() ? condition : "! " + condition;
}

/// `[ -e /x ]` for `[-e /x]`, whose blanks the shell needs; empty where more follows.
std::string with_blanks_in_brackets(std::string_view condition) {
  if (!condition.starts_with('[') || !condition.ends_with(']') || parts_of(condition).size() > 1) return {};
  const auto inside = trim(condition.substr(1, condition.size() - 2));
  return inside.find_first_of("[]") == std::string_view::npos ? "[ " + std::string{inside} + " ]" : std::string{};
}

/// `[-e`, not the `[[` of bash.
bool lacks_blank(std::string_view word) {
  return word.size() > 1 && word[0] == '[' && (word[1] != '[' || word.size() > 2);
}

std::string proposal_for(std::string_view before, const std::string& condition) {
  const auto line = "if " + std::string{before} + condition;
  return !condition.empty() && is_proposable(line) ? write_instead({line}) : std::string{};
}

/// A condition, from its first word on, that lacks a part of what `test` needs.
std::optional<Error> misread_test(std::string_view argument, const Word& first) {
  const auto before = argument.substr(0, first.at), condition = argument.substr(first.at);
  const auto taken = [](std::string_view word) { return "the shell takes " + quoted(word) + " for a command"; };
  if (lacks_blank(first.text))
    return Error{taken(first.text) + proposal_for(before, with_blanks_in_brackets(condition)), first.at};
  const auto words = words_of(condition);
  const bool compares = words.size() > 2 && is_sign_of_comparison(words[1].text) && !is_test(first.text) &&
                        (first.text.find('$') < 2 || words[1].text.find('=') != std::string_view::npos);
  if (compares) return Error{taken(first.text) + ": a comparison begins with 'test'", first.at};
  if (condition.find("[[") != std::string_view::npos) return {};  // bash reads `&&` in them, too
  for (const auto& part : parts_of(condition)) {
    const auto at = place_of_test(part);
    if (!at) continue;
    return Error{taken(first_word(condition.substr(*at))) + proposal_for(before, with_tests(condition)),
                 first.at + *at};
  }
  if (first.text == "[" && condition.ends_with(']') && !has_word(condition, {"]"}))
    return Error{"'[' needs a blank before its ']'" + proposal_for(before, with_blanks_in_brackets(condition)),
                 first.at};
  return {};
}

}  // namespace

std::optional<Error> misread_condition(std::string_view argument) {
  constexpr std::array<std::string_view, 3> of_no{"not", "unless", "no"};
  constexpr std::array<std::string_view, 2> of_hosts{"only", "on"};
  constexpr std::array<std::string_view, 8> of_times{"each-time", "eachtime", "every-run",  "everyrun",
                                                     "each",      "once",     "every-time", "always"};
  const auto words = words_of(argument);
  const std::size_t first = !words.empty() && words[0].text == "each-run" ? 1 : 0;
  if (words.size() <= first) return {};
  const auto word = words[first];
  const auto before = argument.substr(0, word.at);
  const auto lower = lower_ascii(word.text);
  const auto taken = "the shell takes " + quoted(word.text) + " for a command";
  const auto rest = words.size() > first + 1 ? argument.substr(words[first + 1].at) : std::string_view{};
  if (is_one_of(of_no, lower)) return Error{taken + (rest.empty() ? "" : proposal_for(before, negated(rest))), word.at};
  if (word.text.size() > 1 && word.text[0] == '!' && is_flag(word.text.substr(1)))
    return Error{taken + proposal_for(before, negated(argument.substr(word.at + 1))), word.at};
  const bool is_negated_name = word.text.size() > 1 && word.text[0] == '!' &&
                               lower_ascii(word.text.substr(1, 1)) >= "a" && lower_ascii(word.text.substr(1, 1)) <= "z";
  if (is_negated_name) return Error{taken + proposal_for(before, negated(argument.substr(word.at + 1))), word.at};
  if (is_flag(word.text)) return Error{taken + proposal_for(before, with_tests(argument.substr(word.at))), word.at};
  if (is_one_of(of_hosts, lower)) return Error{taken + "; the form for hosts is 'only on PATTERN,...'", word.at};
  if (is_one_of(of_times, lower)) return Error{taken + "; the form is 'if [each-run] COMMAND'", word.at};
  return misread_test(argument, word);
}

}  // namespace acron
