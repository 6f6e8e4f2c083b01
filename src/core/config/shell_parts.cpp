#include "shell_parts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "acron/core/text.hpp"
#include "shell_words.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// The sign at the beginning of the text, which stands behind `before`; empty for a redirection such as `2>&1`.
std::string_view sign_at(std::string_view text, char before) {
  if (text.starts_with("&&") || text.starts_with("||")) return text.substr(0, 2);
  if (text.starts_with('&') && (before == '>' || before == '<' || text.starts_with("&>"))) return {};
  if (text.starts_with('|') && before == '>') return {};
  const bool is_one = text.starts_with(';') || text.starts_with('|') || text.starts_with('&');
  return is_one ? text.substr(0, 1) : std::string_view{};
}

/// Where each `(` of the command is closed.
std::vector<std::size_t> ends_of_brackets(std::string_view command, const std::vector<ShellCharacter>& characters) {
  std::vector<std::size_t> ends(command.size(), std::string_view::npos), open;
  for (const auto& character : characters) {
    const char c = command[character.at];
    if (!character.is_plain || character.is_substituted) continue;
    if (c == '(') open.push_back(character.at);
    if (c != ')' || open.empty()) continue;
    ends[open.back()] = character.at;
    open.pop_back();
  }
  return ends;
}

/// Where a `((` that begins there ends, both at once: else bash reads commands.
std::size_t end_of_double_brackets(const std::vector<std::size_t>& ends, std::size_t at) {
  const bool is_one = at + 1 < ends.size() && ends[at] != std::string_view::npos &&
                      ends[at + 1] != std::string_view::npos && ends[at + 1] + 1 == ends[at];
  return is_one ? ends[at] + 1 : at;
}

}  // namespace

std::size_t size_of_double_brackets(std::string_view text) {
  if (!text.starts_with("((")) return 0;
  return end_of_double_brackets(ends_of_brackets(text, shell_characters(text)), 0);
}

std::vector<CommandPart> command_parts(std::string_view command) {
  std::vector<CommandPart> parts;
  std::size_t begin = 0;
  std::string_view before;
  bool is_in_test = false;  // `[[`
  std::size_t arithmetic_end = 0;
  const auto characters = shell_characters(command);
  const auto ends = ends_of_brackets(command, characters);
  for (const auto& character : characters) {
    if (character.at < begin || !character.is_plain || character.is_substituted) continue;
    const auto rest = command.substr(character.at);
    if (character.begins_word && rest.starts_with("[[") && first_word(rest) == "[[") is_in_test = true;
    if (character.begins_word && rest.starts_with("]]")) is_in_test = false;
    if (character.begins_word && character.at >= arithmetic_end && rest.starts_with("(("))
      arithmetic_end = end_of_double_brackets(ends, character.at);
    const auto sign = sign_at(rest, character.at == 0 ? ' ' : command[character.at - 1]);
    if (sign.empty() || is_in_test || character.at < arithmetic_end) continue;
    parts.push_back({command.substr(begin, character.at - begin), begin, before, sign});
    begin = character.at + sign.size();
    before = sign;
  }
  parts.push_back({command.substr(begin), begin, before, {}});
  return parts;
}

bool opens_construct(std::string_view word) {
  constexpr std::array<std::string_view, 7> all{"if", "while", "until", "for", "case", "select", "{"};
  return std::find(all.begin(), all.end(), word) != all.end();
}

bool goes_on_with_construct(std::string_view word) {
  constexpr std::array<std::string_view, 8> all{"then", "elif", "else", "fi", "do", "done", "esac", "}"};
  return std::find(all.begin(), all.end(), word) != all.end();
}

namespace {

/// Counts what opens and closes in a command, and looks whether each of its signs stands where any sh takes it.
class Constructs {
 public:
  explicit Constructs(std::string_view command) : command_(command) {
    for (const auto& character : shell_characters(command)) {
      if (character.at < next_) continue;
      if (character.is_plain && !character.is_substituted) {
        take(character);
      } else {
        lacks_command_ = lacks_file_ = is_empty_ = begins_command_ = false;
      }
    }
  }

  [[nodiscard]] bool are_whole() {
    const auto of = [&](const char* word) { return counts_[word]; };
    const int loops = of("for") + of("while") + of("until") + of("select");
    const bool has_brackets = of("case") > 0 || of("(") == of(")");  // a pattern may have but the second one
    return is_good_ && !lacks_command_ && !lacks_file_ && has_brackets && of("if") == of("fi") &&
           of("then") == of("if") + of("elif") && of("do") == loops && of("done") == loops &&
           of("case") == of("esac") && of("{") == of("}");
  }

 private:
  void take(const ShellCharacter& character) {
    constexpr std::string_view ends = " \t;|&()<>";
    const auto rest = command_.substr(character.at);
    const auto word = rest.substr(0, rest.find_first_of(ends));
    const auto sign = sign_at(rest, character.at == 0 ? ' ' : command_[character.at - 1]);
    if (!word.empty()) {
      if (character.begins_word) take_word(word);
      lacks_command_ = lacks_file_ = is_empty_ = false;
    } else if (!sign.empty()) {
      take_sign(sign, rest);
    } else if (rest.front() == '(' || rest.front() == ')') {
      take_bracket(rest);
    } else if (rest.front() == '<' || rest.front() == '>') {
      is_good_ &= !rest.starts_with("<<<");
      lacks_file_ = true;
      is_empty_ = false;
    }
  }

  void take_word(std::string_view word) {
    const bool is_of_shell = begins_command_ && (opens_construct(word) || goes_on_with_construct(word));
    if (is_of_shell) ++counts_[word];
    is_good_ &= !is_of_shell || opens_construct(word) || !lacks_command_;
    begins_command_ &= is_of_shell ? word != "for" && word != "case" && word != "select" : word == "!";
  }

  void take_sign(std::string_view sign, std::string_view rest) {
    is_good_ &= !lacks_command_ && !lacks_file_ && !rest.starts_with("|&") && (!is_empty_ || is_in_case());
    is_empty_ = true;
    lacks_command_ = sign == "&&" || sign == "||" || sign == "|";
    begins_command_ = true;
    next_ = static_cast<std::size_t>(rest.data() - command_.data()) + sign.size();
  }

  /// `(a; b)` and `f() {`; of bash alone are `<(a)` and `a=(b)`.
  void take_bracket(std::string_view rest) {
    is_good_ &= rest.front() == ')' || begins_command_ || is_in_case() || rest.starts_with("()");
    is_good_ &= !lacks_file_ && (rest.front() == '(' || !lacks_command_);
    ++counts_[rest.substr(0, 1)];
    begins_command_ = true;
    is_empty_ = rest.front() == '(';
  }

  bool is_in_case() { return counts_["case"] > counts_["esac"]; }

  std::string_view command_;
  std::map<std::string_view, int> counts_;
  std::size_t next_ = 0;
  bool begins_command_ = true;
  bool lacks_command_ = false;  // behind `&&`, `||` or `|`
  bool lacks_file_ = false;     // behind `<` or `>`
  bool is_empty_ = true;        // nothing stands behind the last sign, or at the beginning
  bool is_good_ = true;
};

}  // namespace

bool has_whole_constructs(std::string_view command) {
  const auto behind = shell_characters(std::string{command} + " .").back();
  return behind.is_plain && !behind.is_substituted && Constructs{command}.are_whole();
}

std::size_t begin_of_first_word(std::string_view part) {
  constexpr std::array<std::string_view, 9> openers{"!", "{", "if", "then", "elif", "else", "while", "until", "do"};
  for (auto at = past_blanks(part, 0);;) {
    const auto rest = part.substr(at);
    const auto word = first_word(rest);
    const bool opens = rest.starts_with('(') && !rest.starts_with("((");
    if (!opens && std::find(openers.begin(), openers.end(), word) == openers.end()) return at;
    at = past_blanks(part, at + (opens ? 1 : word.size()));
  }
}

}  // namespace acron
