#include "shell_tests.hpp"

#include <algorithm>
#include <array>

#include "command_meant.hpp"
#include "shell_words.hpp"

namespace acron {
namespace {

/// `>/dev/null`, `2>&1`: nothing that the test gets. A sign between blanks may stand for a comparison.
bool is_glued_redirection(std::string_view word) {
  const auto sign = word.find_first_not_of("0123456789");
  const bool is_one = sign != std::string_view::npos && (word[sign] == '<' || word[sign] == '>');
  return is_one && word.size() > 1 && word != ">=" && word != "<=";
}

bool is_one_comparison(const std::vector<Word>& term) {
  if (term.size() == 2) return is_flag_of_test(term[0].text);
  // Which are no signs of `[`.
  if (term.size() != 3 || term[1].text == "is" || term[1].text == "=~") return false;
  return is_sign_of_comparison(term[1].text);
}

}  // namespace

bool is_end_of_test(std::string_view word) {
  constexpr std::array<std::string_view, 4> ends{"]", "\"]\"", "']'", "\\]"};
  const bool has_sign =
      word.size() > 1 && word[0] == ']' && std::string_view{")<>"}.find(word[1]) != std::string_view::npos;
  return has_sign || std::find(ends.begin(), ends.end(), word) != ends.end();
}

std::vector<Word> operands_of_test(const CommandPart& part) {
  const auto begin = begin_of_first_word(part.text);
  auto words = shell_words_of(part.text.substr(begin));
  if (words.empty() || (words[0].text != "[" && words[0].text != "test")) return {};
  if (words[0].text == "[") {
    const auto end = std::find_if(words.begin(), words.end(), [](const Word& w) { return is_end_of_test(w.text); });
    if (end == words.end()) return {};
    words.erase(end, words.end());
  }
  words.erase(words.begin());
  std::erase_if(words, [](const Word& word) { return is_glued_redirection(word.text); });
  for (auto& word : words) word.at += begin;
  return words;
}

std::vector<std::vector<Word>> terms_of(std::span<const Word> operands) {
  constexpr std::array<std::string_view, 7> between{"-a", "-o", "!", "\\(", "\\)", "'('", "')'"};
  std::vector<std::vector<Word>> terms(1);
  for (const auto& word : operands) {
    const bool parts = std::find(between.begin(), between.end(), word.text) != between.end();
    if (!parts) terms.back().push_back(word);
    if (parts && !terms.back().empty()) terms.emplace_back();
  }
  if (terms.back().empty()) terms.pop_back();
  return terms;
}

bool is_expression(std::span<const Word> operands) {
  const auto terms = terms_of(operands);
  return !terms.empty() && std::all_of(terms.begin(), terms.end(), is_one_comparison);
}

}  // namespace acron
