// What a condition means that begins with no command, but with a word of a sentence.

#include <algorithm>
#include <array>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "meant.hpp"
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

/// `-e /x`, which only `test` can answer.
bool is_flag(std::string_view word) { return word.size() == 2 && word[0] == '-' && word[1] >= 'A' && word[1] <= 'z'; }

/// The condition without the word that negates it.
std::string negated(std::string_view rest) {
  return (is_flag(rest.substr(0, rest.find_first_of(" \t"))) ? "! test " : "! ") + std::string{rest};
}

std::string proposal_for(std::string_view before, const std::string& condition) {
  const auto line = "if " + std::string{before} + condition;
  return is_proposable(line) ? write_instead({line}) : std::string{};
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
  if (is_flag(word.text))
    return Error{taken + proposal_for(before, "test " + std::string{argument.substr(word.at)}), word.at};
  if (is_one_of(of_hosts, lower)) return Error{taken + "; the form for hosts is 'only on PATTERN,...'", word.at};
  if (is_one_of(of_times, lower)) return Error{taken + "; the form is 'if [each-run] COMMAND'", word.at};
  const bool compares = word.text[0] == '$' && words.size() > first + 2 && is_sign_of_comparison(words[first + 1].text);
  if (compares) return Error{taken + ": a comparison begins with 'test'", word.at};
  return {};
}

}  // namespace acron
