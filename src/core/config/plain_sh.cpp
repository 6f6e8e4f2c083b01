// What bash knows and a plain sh does not, though it complains of nothing when it reads it.

#include <algorithm>
#include <optional>
#include <string>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "meant.hpp"
#include "shell_parts.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

constexpr std::string_view remedy = "; add 'shell /bin/bash'";

constexpr std::string_view signs = ";|&<>()";

/// Where the word that begins there ends.
std::size_t end_of_word(std::string_view command, std::size_t begin) {
  for (const auto& character : shell_characters(command)) {
    if (character.at < begin || !character.is_plain || character.is_substituted) continue;
    const char c = command[character.at];
    if (is_blank(c) || signs.find(c) != std::string_view::npos) return character.at;
  }
  return command.size();
}

/// `>FILE 2>&1` for `&>FILE`; empty where that could mean something else.
std::string with_both_streams(std::string_view command, std::size_t at) {
  const auto begin = past_blanks(command, command.find_first_not_of('>', at + 1));
  const auto end = begin < command.size() ? end_of_word(command, begin) : begin;
  const bool is_of_digit = at > 0 && command[at - 1] >= '0' && command[at - 1] <= '9';
  const bool is_of_other = end < command.size() && (command[end] == '<' || command[end] == '>');
  if (begin >= end || is_of_digit || is_of_other) return {};
  std::string text{command.substr(0, at)};
  return text.append(command.substr(at + 1, end - at - 1)).append(" 2>&1").append(command.substr(end));
}

/// The `&>` that bash takes for a redirection of both streams.
std::optional<Error> misread_redirection(const std::string& line, std::string_view command) {
  for (const auto& character : shell_characters(command)) {
    const auto at = character.at;
    const bool is_one = character.is_plain && command.substr(at).starts_with("&>");
    const bool is_of_another = at > 0 && std::string_view{"&<>"}.find(command[at - 1]) != std::string_view::npos;
    if (!is_one || is_of_another) continue;
    const auto fate = line.starts_with("run") ? "lets the run end at once" : "lets the condition succeed at once";
    const auto meant = character.is_substituted ? std::string{} : with_both_streams(command, at);
    const auto proposal = proposal_of_command(line, meant);
    return Error{"'&>' is bash's: to a sh such as dash it is a '&', which " + std::string{fate} + ", and a '>'" +
                     (proposal.empty() ? "; the form is '>FILE 2>&1'" : proposal),
                 at};
  }
  return {};
}

/// A `==` between the words of `[` or `test`; its place in the part.
std::optional<std::size_t> place_of_double_equals(std::string_view part, std::string_view word) {
  if (word != "[" && word != "test") return {};
  const auto words = words_of(part);
  const auto found = std::find_if(words.begin(), words.end(), [](const Word& w) { return w.text == "=="; });
  return found == words.end() ? std::nullopt : std::optional{found->at};
}

}  // namespace

std::optional<Error> misread_by_sh(const std::string& line, std::string_view command) {
  for (const auto& part : command_parts(command)) {
    const auto begin = begin_of_first_word(part.text);
    const auto rest = part.text.substr(begin);
    const auto word = first_word(rest);
    if (word == "[[")
      return Error{"'[[' is bash's: a sh such as dash takes it for a command" + std::string{remedy}, part.at + begin};
    if (rest.starts_with("((") && rest.find("))") != std::string_view::npos)
      return Error{"'((' is bash's: a sh such as dash takes it for commands in brackets" + std::string{remedy},
                   part.at + begin};
    const auto equals = place_of_double_equals(part.text, word);
    if (!equals) continue;
    auto meant = std::string{command};
    return Error{"'==' is bash's: a sh such as dash knows '=' alone" +
                     proposal_of_command(line, meant.replace(part.at + *equals, 2, "=")),
                 part.at + *equals};
  }
  return misread_redirection(line, command);
}

}  // namespace acron
