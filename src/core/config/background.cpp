// Whether a command is over before its work.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

std::string_view last_word(std::string_view text) { return text.substr(text.find_last_of(" \t") + 1); }

std::string_view without_last_word(std::string_view text) {
  return trim(text.substr(0, text.size() - last_word(text).size()));
}

/// `>/dev/null`, `2>&1`, `<x`.
bool is_redirection(std::string_view word) {
  const auto sign = std::min(word.find_first_not_of(decimal_digits), word.size());
  return sign < word.size() && (word[sign] == '>' || word[sign] == '<');
}

/// The text without what does nothing and waits for nothing at its end; as it is where there is none.
std::string_view without_idle_end(std::string_view text) {
  constexpr std::array<std::string_view, 6> idle{"true", ":", "exit", "disown", "fi", "done"};
  if (text.ends_with(')') || text.ends_with('}') || text.ends_with(';')) return trim(text.substr(0, text.size() - 1));
  const auto word = last_word(text);
  const auto before = without_last_word(text);
  if (std::find(idle.begin(), idle.end(), word) != idle.end()) return before;
  const bool is_status =
      word.find_first_not_of(decimal_digits) == std::string_view::npos && last_word(before) == "exit";
  const bool is_target =
      is_redirection(last_word(before)) && last_word(before).find_last_of("<>") + 1 == last_word(before).size();
  if (is_status || is_target) return without_last_word(before);
  return is_redirection(word) ? before : text;
}

}  // namespace

std::optional<std::size_t> place_of_background(std::string_view command) {
  // A substitution waits for whoever holds its output.
  const bool substitutes = command.find("$(") != std::string_view::npos ||
                           command.find('`') != std::string_view::npos || command.find("<(") != std::string_view::npos;
  auto text = trim(command);
  for (auto shorter = without_idle_end(text); !substitutes && shorter.size() < text.size() && !text.ends_with('&');
       shorter = without_idle_end(text))
    text = shorter;
  if (!text.ends_with('&') || text.ends_with("&&")) return {};
  const auto characters = shell_characters(command);
  const auto found = std::find_if(characters.begin(), characters.end(),
                                  [&](const ShellCharacter& character) { return character.at + 1 == text.size(); });
  return found != characters.end() && found->is_plain ? std::optional{found->at} : std::nullopt;
}

namespace {

/// The word, as it is parted by blanks, that the byte stands in.
std::string_view word_around(std::string_view command, std::size_t at) {
  const auto begin = command.find_last_of(" \t", at);
  const auto start = begin == std::string_view::npos ? 0 : begin + 1;
  return command.substr(start, command.find_first_of(" \t", at) - start);
}

}  // namespace

std::optional<Error> background_inside(std::string_view keyword, std::string_view command) {
  const bool is_waited_for =
      command.find("wait") != std::string_view::npos || command.find("$!") != std::string_view::npos;
  const auto end = place_of_background(command).value_or(trim(command).size());
  for (const auto& character : shell_characters(command)) {
    const auto at = character.at;
    const bool is_one = at > 0 && at < end && command[at] == '&' && character.is_plain && !character.is_substituted;
    if (!is_one || std::string_view{"&<>|"}.find(command[at - 1]) != std::string_view::npos) continue;
    const char next = at + 1 < command.size() ? command[at + 1] : ' ';
    if (next == '&' || next == '>') continue;
    const auto word = word_around(command, at);
    if (word.find("://") != std::string_view::npos)
      return Error{
          "'&' ends the command in the middle of a URL, and lets what follows start at once; put the URL into quotes",
          at};
    if (is_digit(command[at - 1]) && is_digit(next))
      return Error{in_quotes(word) + " starts a command that is called " +
                       in_quotes(std::string_view{&command[at + 1], 1}) + "; the form is '2>&1'",
                   at};
    if (keyword == "run" && !is_waited_for)
      return Error{
          "nobody waits for what stands before '&', nor asks how it ends: it may outlive the run; 'wait' at the end "
          "waits",
          at};
  }
  return {};
}

}  // namespace acron
