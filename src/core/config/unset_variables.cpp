// Variables that a command reads and nobody sets: a job has nothing of the environment that acron itself was started
// in.

#include "unset_variables.hpp"
#include "acron/core/characters.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "acron/core/text.hpp"
#include "shell_parts.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// By acron, in child_surroundings, and by any sh.
constexpr std::array<std::string_view, 17> set_everywhere{"HOME",   "IFS",   "LINENO", "LOGNAME", "OLDPWD", "OPTARG",
                                                          "OPTIND", "PATH",  "PPID",   "PS1",     "PS2",    "PS4",
                                                          "PWD",    "SHELL", "TZ",     "USER",    "_"};
constexpr std::array<std::string_view, 20> set_by_bash{
    "BASH",       "BASHOPTS", "BASHPID", "COMP_WORDBREAKS", "DIRSTACK",  "EPOCHREALTIME", "EPOCHSECONDS",
    "EUID",       "FUNCNAME", "GROUPS",  "HOSTNAME",        "HOSTTYPE",  "MACHTYPE",      "OSTYPE",
    "PIPESTATUS", "RANDOM",   "SECONDS", "SHLVL",           "SHELLOPTS", "SRANDOM"};
/// Variables that bash sets, and a plain sh does not.
bool is_of_bash(std::string_view name) {
  return name == "UID" || name.starts_with("BASH_") ||
         std::find(set_by_bash.begin(), set_by_bash.end(), name) != set_by_bash.end();
}

/// By bash's `read`, `mapfile`, `readarray` and `coproc` where they are given no name.
bool is_set_by_builtin(std::string_view name) {
  return name == "REPLY" || name == "MAPFILE" || name == "COPROC" || name == "COPROC_PID";
}

bool is_set_everywhere(std::string_view name) {
  return name.starts_with("ACRON_") ||
         std::find(set_everywhere.begin(), set_everywhere.end(), name) != set_everywhere.end();
}

std::string_view name_at(std::string_view text) {
  if (text.empty() || !begins_variable_name(text.front())) return {};
  const auto* end = std::find_if_not(text.begin(), text.end(), is_of_variable_name);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

struct Expansion {
  std::string_view name;
  std::string_view text;  // `$NAME`, `${NAME`, and in arithmetic `NAME`
  std::size_t at;
  bool is_arithmetic = false;
  bool has_answer = false;  // for the case that it is not set
};

/// The names between `$((` and `))`.
void add_names_of_arithmetic(std::string_view command, std::size_t begin, std::vector<Expansion>& found) {
  const auto end = std::min(command.find("))", begin), command.size());
  for (auto at = begin + 3; at < end; ++at) {
    const auto name = name_at(command.substr(at));
    if (name.empty() || is_of_variable_name(command[at - 1]) || command[at - 1] == '$' || command[at - 1] == '{')
      continue;
    found.push_back({name, name, at, true});
    at += name.size() - 1;
  }
}

/// Whether what follows the name in `${NAME...}` is for the case that there is none: `:-x`, `?`.
bool has_answer(std::string_view rest) {
  if (rest.starts_with(':')) rest.remove_prefix(1);
  return !rest.empty() && std::string_view{"-=?+"}.find(rest.front()) != std::string_view::npos;
}

/// Whether a test asks whether what stands behind the text is empty: `[ -z "`.
bool asks_for_emptiness(std::string_view before) {
  if (before.ends_with('"')) before.remove_suffix(1);
  const auto option = trim(before);
  return option.size() < before.size() && option.ends_with(" -z");
}

/// Who asks whether a variable is empty knows that it may be.
void answer_where_asked(std::string_view command, std::vector<Expansion>& found) {
  std::set<std::string_view> asked;
  for (const Expansion& one : found) {
    if (asks_for_emptiness(command.substr(0, one.at))) asked.insert(one.name);
  }
  for (Expansion& one : found) one.has_answer = one.has_answer || asked.contains(one.name);
}

std::vector<Expansion> expansions_in(std::string_view command) {
  std::vector<Expansion> found;
  std::size_t next = 0;
  for (const auto& character : shell_characters(command)) {
    const auto at = character.at;
    if (at < next || character.quote == '\'' || command[at] != '$') continue;
    if (command.substr(at).starts_with("$$")) next = at + 2;
    if (command.substr(at).starts_with("$((")) add_names_of_arithmetic(command, at, found);
    const std::size_t sign = command.substr(at).starts_with("${#") ? 3 : command.substr(at).starts_with("${") ? 2 : 1;
    const auto name = name_at(command.substr(at + sign));
    const auto rest = command.substr(at + sign + name.size());
    const bool is_open = sign > 1 && rest.find('}') == std::string_view::npos;
    if (at < next || name.empty() || is_open) continue;
    found.push_back({name, command.substr(at, sign + name.size()), at, false, sign > 1 && has_answer(rest)});
  }
  answer_where_asked(command, found);
  return found;
}

/// The first word of the command that the byte stands in: `export` of `export -- NAME=1`.
std::string_view command_before(const std::vector<CommandPart>& parts, std::size_t at) {
  const auto after = std::upper_bound(parts.begin(), parts.end(), at,
                                      [](std::size_t place, const CommandPart& part) { return place < part.at; });
  if (after == parts.begin()) return {};
  const auto text = std::prev(after)->text;
  return first_word(text.substr(begin_of_first_word(text)));
}

constexpr std::array<std::string_view, 5> declaring{"declare", "export", "local", "readonly", "typeset"};

bool declares(std::string_view word) { return std::find(declaring.begin(), declaring.end(), word) != declaring.end(); }

bool begins_with_assignment(std::string_view text) { return text.starts_with('=') && !text.starts_with("=="); }

/// `$((NAME = 5))`, `$((NAME += 5))`, `$((NAME++))`, `$((--NAME))`.
bool sets_in_arithmetic(std::string_view before, std::string_view behind) {
  constexpr std::array<std::string_view, 10> operators{"<<", ">>", "*", "/", "%", "+", "-", "&", "^", "|"};
  constexpr std::array<std::string_view, 2> steps{"++", "--"};
  const auto is_step = [&](std::string_view sign) { return behind.starts_with(sign) || before.ends_with(sign); };
  const auto sets_by = [&](std::string_view sign) {
    return behind.starts_with(sign) && behind.substr(sign.size()).starts_with('=');
  };
  return begins_with_assignment(behind) || std::any_of(steps.begin(), steps.end(), is_step) ||
         std::any_of(operators.begin(), operators.end(), sets_by);
}

/// In arithmetic, or as `${NAME:=5}`.
bool sets_itself(std::string_view command, const Expansion& one) {
  auto behind = trim(command.substr(one.at + one.text.size()));
  if (one.is_arithmetic) return sets_in_arithmetic(trim(command.substr(0, one.at)), behind);
  if (behind.starts_with(':')) behind.remove_prefix(1);
  return one.text.starts_with("${") && begins_with_assignment(behind);
}

/// The assignments at the beginning of a simple command, and the words behind them, which the shell expands before.
struct Prefixed {
  std::vector<Word> assignments;
  std::size_t words_begin, words_end;  // in the whole
};

/// Those parts of a command that begin with assignments before a command: `A=1 b $A`.
std::vector<Prefixed> prefixed_parts(const std::vector<CommandPart>& parts) {
  std::vector<Prefixed> found;
  for (const auto& part : parts) {
    const auto begin = begin_of_first_word(part.text);
    const auto end = part.at + part.text.size();
    Prefixed one{{}, end, end};
    for (const auto& [text, at] : shell_words_of(part.text.substr(begin))) {
      const auto name = name_at(text);
      one.words_begin = part.at + begin + at;
      const bool is_assignment = !name.empty() && text.substr(name.size()).starts_with('=');
      if (!is_assignment) break;
      one.assignments.push_back({name, one.words_begin});
      one.words_begin = one.words_end;
    }
    // Behind a redirection there may be no command, and the shell keeps the variables.
    const auto words = part.text.substr(one.words_begin < one.words_end ? one.words_begin - part.at : part.text.size());
    const bool has_command =
        !words.empty() && std::string_view{"<>0123456789"}.find(words.front()) == std::string_view::npos;
    if (!one.assignments.empty() && has_command) found.push_back(std::move(one));
  }
  return found;
}

/// Whether the name stands at `place` only to be set for a command of which the expansion is one of the words.
bool is_set_too_late(const std::vector<Prefixed>& parts, std::size_t place, const Expansion& expansion) {
  return std::any_of(parts.begin(), parts.end(), [&](const Prefixed& part) {
    const bool is_word = part.words_begin <= expansion.at && expansion.at < part.words_end;
    return is_word && std::any_of(part.assignments.begin(), part.assignments.end(),
                                  [&](const Word& assignment) { return assignment.at == place; });
  });
}

/// Where a command names variables.
struct CommandNames {
  explicit CommandNames(std::string_view command)
      : parts(command_parts(command)), expansions(expansions_in(command)), prefixed(prefixed_parts(parts)) {
    for (const Expansion& one : expansions) places_read.insert(one.at + one.text.size() - one.name.size());
  }

  std::vector<CommandPart> parts;
  std::vector<Expansion> expansions;
  std::set<std::size_t> places_read;
  std::vector<Prefixed> prefixed;
};

/// Whether the command may set the variable: its name stands there without a `$`, as in `NAME=`, `read NAME` and
/// `for NAME in`, but not as what an option passes on, `-e NAME=`.
bool may_set(std::string_view command, const Expansion& expansion, const CommandNames& names) {
  const auto name = expansion.name;
  const bool is_set_on_the_way =
      std::any_of(names.expansions.begin(), names.expansions.end(),
                  [&](const Expansion& one) { return one.name == name && sets_itself(command, one); });
  if (is_set_on_the_way) return true;
  for (auto at = command.find(name); at != std::string_view::npos; at = command.find(name, at + 1)) {
    const auto rest = command.substr(at + name.size());
    const char before = at == 0 ? ' ' : command[at - 1];
    const bool is_in_braces = before == '{' && at > 1 && command[at - 2] == '$';
    if (is_of_variable_name(before) || before == '$' || is_in_braces ||
        (!rest.empty() && is_of_variable_name(rest.front())))
      continue;
    const auto words_before = trim(command.substr(0, at));
    const auto last_word = words_before.substr(words_before.find_last_of(" \t") + 1);
    const bool is_passed_on = is_blank(before) && rest.starts_with('=') && last_word.starts_with('-') &&
                              !declares(command_before(names.parts, at));
    if (!names.places_read.contains(at) && !is_passed_on && !is_set_too_late(names.prefixed, at, expansion))
      return true;
  }
  return false;
}

/// Whether it reads a file or a text that may set anything.
bool reads_more(std::string_view command) {
  for (const auto& part : command_parts(command)) {
    const auto word = first_word(part.text.substr(begin_of_first_word(part.text)));
    if (word == "." || word == "source" || word == "eval") return true;
    if (declares(word) && part.text.find_first_of("$`") != std::string_view::npos) return true;  // `export $(cat FILE)`
  }
  return false;
}

template <typename Choice>
std::optional<Expansion> first_unset(std::string_view command, const std::set<std::string>& set, const Choice& choice) {
  if (reads_more(command)) return {};
  const CommandNames names{command};
  for (const Expansion& one : names.expansions) {
    if (!one.has_answer && choice(one) && !set.contains(std::string{one.name}) && !may_set(command, one, names))
      return one;
  }
  return {};
}

/// Whether one of the assignments before a command is of this variable, which stands in that command's words.
bool is_prefixed(std::string_view command, const Expansion& expansion) {
  const auto parts = prefixed_parts(command_parts(command));
  return std::any_of(parts.begin(), parts.end(), [&](const Prefixed& part) {
    return std::any_of(part.assignments.begin(), part.assignments.end(), [&](const Word& assignment) {
      return assignment.text == expansion.name && is_set_too_late({part}, assignment.at, expansion);
    });
  });
}

std::string shown_expansion(const Expansion& expansion) {
  return in_quotes(std::string{expansion.text}.append(expansion.text.starts_with("${") ? "}" : ""));
}

}  // namespace

std::optional<Error> variable_of_bash(std::string_view command, const std::set<std::string>& set,
                                      const std::string& way) {
  const auto found = first_unset(command, set, [](const Expansion& one) { return is_of_bash(one.name); });
  if (!found) return {};
  return Error{shown_expansion(*found) + (found->is_arithmetic ? " is 0" : " is empty") +
                   ": the variable is bash's, and a sh such as dash has none; " + way,
               found->at};
}

std::optional<Error> unset_variable(std::string_view command, const std::set<std::string>& set) {
  const auto found = first_unset(command, set, [](const Expansion& one) {
    return !one.is_arithmetic && !is_set_everywhere(one.name) && !is_of_bash(one.name) && !is_set_by_builtin(one.name);
  });
  if (!found) return {};
  if (is_prefixed(command, *found))
    return Error{shown_expansion(*found) + " is empty: the '" + std::string{found->name} +
                     "=' before the command sets the variable only after the shell has read the command's words, and "
                     "lines are joined by blanks; end the assignment with ';'",
                 found->at};
  return Error{shown_expansion(*found) +
                   " is empty: neither acron nor an 'env' sets the variable, and a job has nothing of "
                   "acron's own environment",
               found->at};
}

}  // namespace acron
