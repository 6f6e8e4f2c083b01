#include "shell_words.hpp"

#include <algorithm>

#include "acron/core/text.hpp"

namespace acron {
namespace {

/// What a byte stands in.
class Nesting {
 public:
  /// Takes one byte at `at`; answers how many more belong to it.
  std::size_t take(std::string_view text, std::size_t at) {
    const char c = text[at];
    const char inside = innermost();
    if (inside == '\'' || inside == '$') {
      if (c == '\'') open_.pop_back();
      return 0;
    }
    if (inside != '"' && inside != 'a' && text.substr(at).starts_with("$'")) return push('$', 1);
    if (text.substr(at).starts_with("$((")) return push('a', 2);
    if (text.substr(at).starts_with("$(")) return push('(', 1);
    if (inside == 'a' || inside == 'p') return take_in_arithmetic(text.substr(at));
    if (text.substr(at).starts_with("${")) return push(inside == '"' || inside == 'b' ? 'b' : '{', 1);
    if (inside == '"') {
      if (c == '"') open_.pop_back();
      return c == '`' ? push('`', 0) : 0;
    }
    const bool closes =
        (inside == '`' && c == '`') || (inside == '(' && c == ')') || ((inside == '{' || inside == 'b') && c == '}');
    if (closes) {
      open_.pop_back();
    } else if ((c == '\'' && inside != 'b') || c == '"' || c == '`' || (inside == '(' && c == '(')) {
      return push(c, 0);
    }
    return 0;
  }

  [[nodiscard]] char innermost() const { return open_.empty() ? '\0' : open_.back(); }
  [[nodiscard]] bool substitutes() const {
    constexpr std::string_view substitutions = "(`{b";
    return std::any_of(open_.begin(), open_.end(),
                       [&](char kind) { return substitutions.find(kind) != std::string_view::npos; });
  }

 private:
  std::size_t take_in_arithmetic(std::string_view text) {
    if (text.starts_with("${")) return push('{', 1);
    if (text.starts_with('(')) return push('p', 0);
    const bool ends = innermost() == 'p' ? text.starts_with(')') : text.starts_with("))");
    const std::size_t more = ends && innermost() == 'a' ? 1 : 0;
    if (ends) open_.pop_back();
    return more;
  }

  std::size_t push(char kind, std::size_t more) {
    open_.push_back(kind);
    return more;
  }

  std::vector<char>
      open_;  // ' " ` ( { and `a` for arithmetic, `p` for a `(` in it, `$` for $'...', `b` for ${...} in double quotes
};

}  // namespace

std::vector<ShellCharacter> shell_characters(std::string_view command) {
  std::vector<ShellCharacter> characters;
  Nesting nesting;
  bool begins_word = true;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char before = nesting.innermost();
    const bool was_substituted = nesting.substitutes();
    if (command[i] == '\\' && before != '\'') {
      ++i;
      begins_word = false;
      continue;
    }
    const auto more = nesting.take(command, i);
    const bool is_inside =
        before == '\'' || before == '"' || before == 'a' || before == 'p' || before == '$' || before == 'b';
    const char inside = is_inside ? before : nesting.innermost();
    const char quote = inside == '$' ? '\'' : inside == '\'' || inside == '"' ? inside : inside == 'b' ? '"' : '\0';
    const bool is_plain = quote == '\0' && inside != 'a' && inside != 'p' && inside != '{';
    characters.push_back({i, quote, is_plain, begins_word, was_substituted || nesting.substitutes()});
    begins_word =
        is_blank(command[i]) || (is_plain && std::string_view{";|&()"}.find(command[i]) != std::string_view::npos);
    i += more;
  }
  return characters;
}

std::vector<Word> shell_words_of(std::string_view command) {
  std::vector<Word> words;
  std::size_t begin = 0;
  const auto end_at = [&](std::size_t end) {
    if (end > begin) words.push_back({command.substr(begin, end - begin), begin});
    begin = end + 1;
  };
  for (const auto& character : shell_characters(command)) {
    if (character.is_plain && !character.is_substituted && is_blank(command[character.at])) end_at(character.at);
  }
  end_at(command.size());
  return words;
}

}  // namespace acron
