// A first line that is a command of its own, to which the next line becomes words.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "doubts.hpp"
#include "shell_tests.hpp"
#include "shell_words.hpp"
#include "statement.hpp"
#include "words.hpp"

namespace acron {
namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& all, std::string_view word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

/// `[ -e /x ]`, behind which `[` takes no word, or `test -e /x` before another command.
bool is_test_before(std::string_view first, std::string_view second) {
  constexpr std::string_view redirections = "<>0123456789#";
  if (first.starts_with("! ")) first = trim(first.substr(2));
  const auto words = shell_words_of(first);
  const bool is_closed = words.size() > 2 && ((words[0].text == "[" && words.back().text == "]") ||
                                              (words[0].text == "[[" && words.back().text == "]]"));
  if (is_closed) return redirections.find(second.front()) == std::string_view::npos;
  const auto word = first_word(second);
  const bool is_command = word == "test" || word == "[" || word == "!" || is_program_of_system(word);
  return words[0].text == "test" && is_command && is_expression({words.begin() + 1, words.end()});
}

/// `cd /x`, `set -e`, `true`, and what YAML has before folded lines: nothing else is a word of it.
bool takes_no_more(std::string_view first, const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 5> with_operand{".", "cd", "set", "umask", "source"};
  constexpr std::array<std::string_view, 4> alone{":", "true", ">", ">-"};
  if (words.size() == 1) return is_one_of(alone, first);
  return words.size() == 2 && is_one_of(with_operand, words[0].text);
}

/// `mkdir -p d` before `/bin/cp a b`, and `export A=1` before any path.
bool is_whole_before_path(const std::vector<Word>& words, std::string_view second) {
  constexpr std::array<std::string_view, 7> with_one{"echo", "export", "logger", "mkdir", "rm", "sleep", "touch"};
  constexpr std::array<std::string_view, 2> with_two{"cp", "mv"};
  const auto name = words[0].text;
  const auto operands =
      std::count_if(words.begin() + 1, words.end(), [](const Word& word) { return !word.text.starts_with('-'); });
  const bool is_whole = (is_one_of(with_one, name) && operands > 0) || (is_one_of(with_two, name) && operands > 1);
  // Else the commands may be about the programs of the system.
  const bool names_programs =
      std::any_of(words.begin(), words.end(), [](const Word& word) { return is_program_of_system(word.text); });
  const bool can_take_no_path = name == "export" || name == "sleep";
  return is_whole && ((can_take_no_path && second.starts_with('/')) ||
                      (!names_programs && is_program_of_system(first_word(second))));
}

}  // namespace

std::optional<Error> swallowed_line(const JobStatement& statement, std::size_t begin) {
  const auto& pieces = statement.pieces;
  if (pieces.size() < 2 || pieces[1].offset <= begin) return {};
  const std::string_view command = std::string_view{statement.argument}.substr(begin);
  const auto at = pieces[1].offset - begin;
  const auto first = trim(command.substr(0, at)), second = command.substr(at);
  const auto words = words_of(first);
  const bool is_one = first.find_first_of("&|;(){}") == std::string_view::npos &&
                      std::string_view{"&|;)-"}.find(second.front()) == std::string_view::npos;
  if (words.empty() || !is_one) return {};
  const bool is_test = is_test_before(first, second);
  if (!is_test && !takes_no_more(first, words) && !is_whole_before_path(words, second)) return {};
  return Error{"this line is only more words of " + quoted(words[0].text) +
                   ", since lines are joined by blanks; end the line above with '&&'" + (is_test ? "" : " or ';'"),
               at};
}

}  // namespace acron
