// A first word that no program is called by: a key, a user or a time, which belong to lines of their own.

#include <algorithm>
#include <optional>
#include <string>

#include "acron/core/proposal.hpp"
#include "command_meant.hpp"
#include "foreign_keys.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// `command:` of a YAML file.
bool is_key(std::string_view word) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
  return word.size() > 2 && word.ends_with(':') && word.find_first_not_of(letters) == word.size() - 1;
}

/// `root` is a program of CERN's, too.
bool is_user(std::string_view word, std::string_view next) {
  return word == "www-data" || word == "nobody" || (word == "root" && is_program_of_system(next));
}

/// `user root` and `run COMMAND` for `run root COMMAND`.
std::string with_user(const std::string& line, std::string_view user, std::string_view command) {
  const std::vector<std::string> lines{"user " + std::string{user}, "run " + std::string{command}};
  const bool is_good = line == "run " && std::all_of(lines.begin(), lines.end(), is_proposable);
  return is_good ? write_instead(lines) : std::string{};
}

}  // namespace

std::optional<Error> misread_first_word(const std::string& line, std::string_view command) {
  const auto words = words_of(command);
  if (words.size() < 2 || command.size() > longest_mended) return {};
  const auto word = words[0].text, next = words[1].text;
  const auto rest = command.substr(words[1].at);
  if (word == "-" || is_key(word))
    return Error{taken_for_command(word) + proposal_of_command(line, std::string{rest}), 0};
  if (is_user(word, next))
    return Error{taken_for_command(word) + ": a user has a line of its own" + with_user(line, word, rest), 0};
  if (word == "every") return Error{taken_for_command(word) + ": a schedule has a line of its own", 0};
  const auto& name = word == "export" ? words[1] : words[0];
  const auto equals = word == "export" ? 2U : 1U;
  const bool may_assign = line == "run " || word == "export";  // a condition may compare
  if (may_assign && is_upper(name.text) && words.size() > equals && words[equals].text == "=")
    return Error{"the shell takes no '=' with blanks around it for that of a variable", words[equals].at};
  return {};
}

}  // namespace acron
