#include "shell_quotes.hpp"

#include <algorithm>

namespace acron {

std::size_t ShellQuotes::read(std::string_view piece, std::size_t offset) {
  char previous = ' ';  // what the character before means to the next; nothing when it was escaped
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const char c = piece[i];
    const bool takes_escapes = innermost() != '\'' || open_.back().is_dollar;
    if (c == '\\' && takes_escapes) {
      has_escape_ = true;
      last_escape_ = offset + i;
      ++i;
      previous = '\0';
      continue;
    }
    if (c == '#' && open_.empty() && (previous == ' ' || previous == '\t')) return i;
    read_unescaped(c, previous, offset + i);
    previous = c;
  }
  return piece.size();
}

std::optional<std::size_t> ShellQuotes::opened_at() const {
  const auto found = std::find_if(open_.begin(), open_.end(), [](const Quote& quote) { return quote.kind != '{'; });
  return found == open_.end() ? std::nullopt : std::optional{found->offset};
}

bool ShellQuotes::in_quoted_brace() const {
  return open_.size() > 1 && innermost() == '{' && open_[open_.size() - 2].kind == '"';
}

void ShellQuotes::read_unescaped(char c, char previous, std::size_t offset) {
  const char inside = innermost();
  if (inside == '\'') {
    if (c == '\'') open_.pop_back();
    return;
  }
  const bool closes = (inside == '"' && c == '"') || (inside == '`' && c == '`') || (inside == '(' && c == ')') ||
                      (inside == '{' && c == '}');
  const bool expands = previous == '$' && (c == '{' || (c == '(' && (inside == '"' || inside == '{')));
  const bool may_quote = c == '"' || (c == '\'' && !in_quoted_brace());
  const bool opens = c == '`' || expands || (inside != '"' && may_quote) || (inside == '(' && c == '(');
  if (closes) {
    open_.pop_back();
  } else if (opens) {
    open_.push_back({c, offset, c == '\'' && previous == '$'});
  }
}

}  // namespace acron
