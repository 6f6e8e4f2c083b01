#include "shell_quotes.hpp"

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

void ShellQuotes::read_unescaped(char c, char previous, std::size_t offset) {
  const char inside = innermost();
  if (inside == '\'' || inside == '"') {
    const bool opens = inside == '"' && (c == '`' || (c == '(' && previous == '$'));
    if (opens) open_.push_back({c, offset, false});
    if (c == inside) open_.pop_back();
    return;
  }
  const bool closes = (inside == '`' && c == '`') || (inside == '(' && c == ')');
  const bool opens = c == '\'' || c == '"' || c == '`' || (inside == '(' && c == '(');
  if (closes) {
    open_.pop_back();
  } else if (opens) {
    open_.push_back({c, offset, c == '\'' && previous == '$'});
  }
}

}  // namespace acron
