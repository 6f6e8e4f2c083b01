// A first line that is a command of its own, to which the next line becomes words.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "doubts.hpp"
#include "shell_parts.hpp"
#include "shell_tests.hpp"
#include "shell_words.hpp"
#include "statement.hpp"
#include "words.hpp"

namespace acron {
namespace {

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

/// `-euo pipefail` and `+x`, which change how the shell goes on.
bool are_options_of_set(std::span<const Word> words) {
  bool is_name = false;  // behind `-o`
  return std::all_of(words.begin(), words.end(),
                     [&](const Word& word) {
                       const bool is_option = word.text.starts_with('-') || word.text.starts_with('+');
                       const bool is_right = is_option || is_name;
                       is_name = is_option && word.text.ends_with('o');
                       return is_right;
                     }) &&
         !is_name;
}

bool is_option_of_cd(const Word& word) { return word.text == "-P" || word.text == "-L" || word.text == "--"; }

/// `exit 1`, whose number is the only word that it takes; what stands in a line of its own may be that number.
bool ends_all(const std::vector<Word>& words, std::string_view second) {
  constexpr std::array<std::string_view, 4> enders{"exit", "return", "break", "continue"};
  if (words.size() > 2 || !is_one_of(words[0].text, enders)) return false;
  return words.size() == 2 || std::string_view{"$\"'`0123456789"}.find(second.front()) == std::string_view::npos;
}

/// `cd /x`, `set -e`, `true`, and what YAML has before folded lines: nothing else is a word of it.
bool takes_no_more(std::vector<Word> words, bool is_first) {
  constexpr std::array<std::string_view, 4> with_operand{".", "cd", "umask", "source"};
  constexpr std::array<std::string_view, 2> alone{":", "true"}, of_yaml{">", ">-"};
  const auto name = words[0].text;
  if (name == "cd") std::erase_if(words, is_option_of_cd);
  if (words.size() == 1) return is_one_of(name, alone) || (is_first && is_one_of(name, of_yaml));
  if (name == "set" && are_options_of_set(std::span{words}.subspan(1))) return true;
  return words.size() == 2 && is_one_of(name, with_operand);
}

/// `mkdir -p d` before `/bin/cp a b`, and `export A=1` before any path.
bool is_whole_before_path(const std::vector<Word>& words, std::string_view second) {
  constexpr std::array<std::string_view, 7> with_one{"echo", "export", "logger", "mkdir", "rm", "sleep", "touch"};
  constexpr std::array<std::string_view, 2> with_two{"cp", "mv"};
  const auto name = words[0].text;
  const auto operands =
      std::count_if(words.begin() + 1, words.end(), [](const Word& word) { return !word.text.starts_with('-'); });
  const bool is_whole = (is_one_of(name, with_one) && operands > 0) || (is_one_of(name, with_two) && operands > 1);
  // Else the commands may be about the programs of the system.
  const bool names_programs =
      std::any_of(words.begin(), words.end(), [](const Word& word) { return is_program_of_system(word.text); });
  const bool can_take_no_path = name == "export" || name == "sleep";
  return is_whole && ((can_take_no_path && second.starts_with('/')) ||
                      (!names_programs && is_program_of_system(first_word(second))));
}

/// Without `>/x` and `2>&1`, which are no words of the command.
std::vector<Word> without_redirections(std::vector<Word> words) {
  std::erase_if(words, [](const Word& word) {
    const auto sign = word.text.find_first_not_of("0123456789&");
    const bool is_one = sign != std::string_view::npos && (word.text[sign] == '<' || word.text[sign] == '>');
    return is_one && std::string_view{"<>&"}.find(word.text.back()) == std::string_view::npos;
  });
  return words;
}

/// Whether a line begins with what the shell takes for no word of the command above it, or refuses there.
bool begins_no_word(std::string_view line) {
  constexpr std::string_view signs = "&|;)-<>";
  const auto behind_number = line.substr(std::min(line.find_first_not_of("0123456789"), line.size()));
  return signs.find(line.front()) != std::string_view::npos || behind_number.starts_with('<') ||
         behind_number.starts_with('>') || goes_on_with_construct(first_word(line));
}

/// What is said of a line below the last simple command of the line above; empty where that may take it.
std::string doubt_about(std::string_view first, std::string_view second, bool is_first) {
  const auto words = shell_words_of(first);
  if (words.empty() || begins_no_word(second)) return {};
  const bool is_test = is_test_before(first, second), is_end = ends_all(words, second);
  const auto plain = without_redirections(words);
  const bool takes_none = takes_no_more(plain.empty() ? words : plain, is_first);
  if (!is_test && !is_end && !takes_none && !is_whole_before_path(words, second)) return {};
  const auto* sign = is_test ? "'&&'" : is_end ? "';'" : "'&&' or ';'";
  return "this line is only more words of " + in_quotes(words[0].text) +
         ", since lines are joined by blanks; end the line above with " + sign;
}

}  // namespace

std::optional<Error> swallowed_line(const JobStatement& statement, std::size_t begin) {
  const std::string_view command = std::string_view{statement.argument}.substr(begin);
  if (statement.pieces.size() < 2) return {};
  const auto parts = command_parts(command);
  const auto characters = shell_characters(command);
  for (const Piece& piece : statement.pieces) {
    if (piece.offset <= begin) continue;
    const auto at = piece.offset - begin;
    const auto blank = std::lower_bound(characters.begin(), characters.end(), at - 1,
                                        [](const ShellCharacter& c, std::size_t place) { return c.at < place; });
    if (blank == characters.end() || blank->at != at - 1 || !blank->is_plain || blank->is_substituted) continue;
    const auto part = std::prev(std::upper_bound(parts.begin(), parts.end(), at - 1,
                                                 [](std::size_t place, const CommandPart& p) { return place < p.at; }));
    const auto above = command.substr(part->at, at - 1 - part->at);
    const auto first = trim(above.substr(begin_of_first_word(above)));
    auto doubt = doubt_about(first, command.substr(at), part->at == 0);
    if (!doubt.empty()) return Error{std::move(doubt), at};
  }
  return {};
}

}  // namespace acron
