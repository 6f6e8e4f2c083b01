// What bash reads, and a plain sh takes as it is written or does not find, though it complains of nothing when it reads
// the command.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "shell_parts.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

constexpr std::array<std::string_view, 14> commands_of_bash{"builtin", "caller",    "coproc", "declare", "dirs",
                                                            "disown",  "function",  "let",    "mapfile", "popd",
                                                            "pushd",   "readarray", "shopt",  "typeset"};

/// `'WORD' is bash's: a sh such as dash ...`
Error of_bash(std::string_view word, const std::string& fate, std::size_t at) {
  return Error{in_quotes(word) + " is bash's: a sh such as dash " + fate, at};
}

/// `. FILE` for `source FILE`, which bash looks for in this directory, too. A sh such as dash gives a file no words.
std::string as_dot(const std::string& line, std::string_view command, std::size_t at, std::size_t words) {
  if (words != 2) return {};
  const auto file = trim(command.substr(at + std::string_view{"source"}.size()));
  if (!file.starts_with('/') && !file.starts_with("./") && !file.starts_with("../")) return {};
  return proposal_of_command(line, std::string{command.substr(0, at)}.append(". ").append(file));
}

/// `trap x SIGTERM`, `trap x ERR`, `kill -SIGHUP 1`, `kill -s SIGHUP 1`: a signal by the name that bash has for it.
bool is_signal_of_bash(std::string_view command, std::string_view word) {
  if (command == "trap") return word.starts_with("SIG") || word == "ERR" || word == "DEBUG" || word == "RETURN";
  return command == "kill" && (word.starts_with("SIG") || word.starts_with("-SIG"));
}

/// A word of a builtin that only bash's takes, and what a sh does.
std::optional<Error> word_of_builtin(std::string_view part, std::size_t at, const std::string& way) {
  const auto words = shell_words_of(part);
  const auto command = words.front().text;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto word = words[i].text;
    if (is_signal_of_bash(command, word) && (command == "kill" || i > 1))
      return of_bash(word, "knows signals without 'SIG', and no others", at + words[i].at);
    const bool is_format = command == "printf" && i == 1;
    if (is_format && (word == "-v" || word.find("%q") != std::string_view::npos))
      return of_bash(word == "-v" ? "printf -v" : "%q", "ends with an error; " + way, at + words[i].at);
  }
  return {};
}

/// `x+=b`.
bool appends_to_variable(std::string_view word) {
  constexpr std::string_view of_names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789";
  const auto end = word.find_first_not_of(of_names);
  return end != std::string_view::npos && end > 0 && word.substr(end).starts_with("+=");
}

/// Its first word, and options that only bash's builtin of that name has.
std::optional<Error> command_of_bash(const std::string& line, std::string_view command, const CommandPart& part,
                                     const std::string& way) {
  const auto begin = begin_of_first_word(part.text);
  const auto words = words_of(part.text.substr(begin));
  if (words.empty()) return {};
  const auto word = words.front().text;
  const auto at = part.at + begin;
  const std::string missing = "has no such command";
  if (word == "source") {
    const auto proposal = as_dot(line, command, at, words.size());
    return of_bash(word, missing + (proposal.empty() ? "; " + way : proposal), at);
  }
  if (std::find(commands_of_bash.begin(), commands_of_bash.end(), word) != commands_of_bash.end())
    return of_bash(word, missing + "; " + way, at);
  if (appends_to_variable(word))
    return of_bash(word.substr(0, word.find('=') + 1), "takes it for a command; the form is 'x=${x}MORE'", at);
  if (auto found = word_of_builtin(part.text.substr(begin), at, way)) return found;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto option = words[i].text;
    if (word == "set" && option == "pipefail")
      return of_bash(option, "ends with an error, or knows it only in its newest version; " + way, at + words[i].at);
    if (word == "echo" && i == 1 && (option == "-e" || option == "-ne" || option == "-en"))
      return of_bash("echo " + std::string{option},
                     "prints the '" + std::string{option} + "', too; 'printf' does the same in each", at);
  }
  return {};
}

using Characters = std::vector<ShellCharacter>;

/// `{1..3}` or `{a,'b c'}`, with the braces and a comma outside of quotes, which bash makes several words of.
std::string_view braces_at(std::string_view command, const Characters& characters, std::size_t first) {
  const auto begin = characters[first].at;
  bool has_comma = false;
  int depth = 0;
  for (auto i = first; i < characters.size(); ++i) {
    const char c = command[characters[i].at];
    if (!characters[i].is_plain || characters[i].is_substituted != characters[first].is_substituted) continue;
    if (is_blank(c) || std::string_view{"()<>&|;`"}.find(c) != std::string_view::npos) return {};
    has_comma = has_comma || (c == ',' && depth == 1);
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth > 0) continue;
    const auto inner = command.substr(begin + 1, characters[i].at - begin - 1);
    const bool is_count = inner.find_first_not_of("0123456789,") == std::string_view::npos;  // a regular expression's
    const bool is_json = inner.find("\":") != std::string_view::npos;
    const bool is_range = inner.find("..") != std::string_view::npos && inner.find("..") > 0 &&
                          !inner.ends_with("..") && inner.find_first_of(" \t'\"$`{}") == std::string_view::npos;
    return is_range || (has_comma && !is_count && !is_json) ? command.substr(begin, inner.size() + 2)
                                                            : std::string_view{};
  }
  return {};
}

/// `$(<FILE)`.
std::string_view reading_at(std::string_view text) {
  if (!text.starts_with("$(")) return {};
  const auto end = text.find(')');
  const auto inner = end == std::string_view::npos ? std::string_view{} : trim(text.substr(2, end - 2));
  const bool is_of_file = inner.starts_with('<') && inner.find_first_of("<(&|;", 1) == std::string_view::npos;
  return is_of_file && words_of(trim(inner.substr(1))).size() == 1 ? text.substr(0, end + 1) : std::string_view{};
}

/// `$((a ** b))`.
std::string_view power_at(std::string_view text) {
  const auto end = text.starts_with("$((") ? text.find("))") : std::string_view::npos;
  return end != std::string_view::npos && text.substr(0, end).find("**") != std::string_view::npos
             ? text.substr(0, end + 2)
             : std::string_view{};
}

/// `${x//a/b}`, `${x:0:3}`, `${x^^}`, `${!x}`: only names, and what POSIX has behind them, are the sh's.
std::string_view parameter_at(std::string_view text) {
  if (!text.starts_with("${")) return {};
  const auto end = text.find('}');
  if (end == std::string_view::npos) return {};
  const auto whole = text.substr(0, end + 1);
  const auto inner = text.substr(2, end - 2);
  if (inner.starts_with('!') && inner.size() > 1) return whole;
  constexpr std::string_view of_names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789";
  const auto rest = inner.substr(std::min(inner.find_first_not_of(of_names), inner.size()));
  if (rest.size() == inner.size() || rest.empty()) return {};
  const bool is_slice =
      rest.front() == ':' && rest.size() > 1 && std::string_view{"-=?+"}.find(rest[1]) == std::string_view::npos;
  return is_slice || std::string_view{"/^,@["}.find(rest.front()) != std::string_view::npos ? whole
                                                                                            : std::string_view{};
}

/// `>&FILE`; `>&2`, `>&-` and `>&$N` are any shell's.
bool is_redirection_of_both(std::string_view text) {
  if (!text.starts_with(">&")) return false;
  const auto target = trim(text.substr(2));
  return !target.empty() && std::string_view{"-$;|&)<>0123456789"}.find(target.front()) == std::string_view::npos;
}

std::optional<Error> expansion_of_bash(std::string_view command, const std::string& way) {
  bool is_literal = false;  // between single quotes
  const auto characters = shell_characters(command);
  for (const auto& character : characters) {
    const auto rest = command.substr(character.at);
    const bool is_quote = character.quote == '\'' && rest.starts_with('\'');
    if (std::exchange(is_literal, is_literal != is_quote) || is_quote) continue;
    const auto parameter = parameter_at(rest);
    if (!parameter.empty()) return of_bash(parameter, "ends with 'Bad substitution'; " + way, character.at);
    if (rest.starts_with("$[")) return of_bash("$[", "leaves it as it is; the form is '$((...))'", character.at);
    if (rest.starts_with("$'") && character.quote != '"')
      return of_bash("$'", "puts a '$' before the text; " + way, character.at);
    if (const auto power = power_at(rest); !power.empty())
      return of_bash(power, "ends with an error; " + way, character.at);
    if (const auto reading = reading_at(rest); !reading.empty())
      return of_bash(reading, "puts nothing there; the form is '$(cat FILE)'", character.at);
    const auto braces = character.is_plain && rest.starts_with('{')
                            ? braces_at(command, characters, static_cast<std::size_t>(&character - characters.data()))
                            : std::string_view{};
    if (!braces.empty()) return of_bash(braces, "leaves it as it is; " + way, character.at);
    if (character.is_plain && is_redirection_of_both(rest))
      return of_bash(">&", "refuses it before a file's name; the form is '>FILE 2>&1'", character.at);
  }
  return {};
}

}  // namespace

std::optional<Error> word_of_bash(const std::string& line, std::string_view command, const std::string& way) {
  for (const auto& part : command_parts(command)) {
    if (const auto found = command_of_bash(line, command, part, way)) return found;
  }
  return expansion_of_bash(command, way);
}

}  // namespace acron
