#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace acron {

/// Follows the quotes of one shell command over the lines that it is written on, so that a `#` is taken for a comment
/// where the shell would take it for one. Knows '...', $'...', "...", `...`, backslashes, ${...} and, inside
/// double quotes and ${...}, $(...).
class ShellQuotes {
 public:
  /// Reads the next piece of the command, which will begin at `offset` in the whole. Returns the bytes of it that stand
  /// before a comment. The piece begins a new word.
  std::size_t read(std::string_view piece, std::size_t offset);

  [[nodiscard]] bool open() const { return !open_.empty(); }
  /// Where in the whole the outermost open quote begins, if there is one: a ${ is none, and the shell's affair.
  [[nodiscard]] std::optional<std::size_t> opened_at() const;
  /// Whether the byte at `offset` is a backslash that takes the next character's meaning.
  [[nodiscard]] bool escapes(std::size_t offset) const { return has_escape_ && last_escape_ == offset; }

 private:
  struct Quote {
    char kind;  // ' " ` or ( for $( or { for ${
    std::size_t offset;
    bool is_dollar;  // bash's $'...', in which a backslash takes the next character's meaning
  };

  [[nodiscard]] char innermost() const { return open_.empty() ? '\0' : open_.back().kind; }
  /// Whether we are in a ${ that began in double quotes, in which a ' is an apostrophe.
  [[nodiscard]] bool in_quoted_brace() const;
  void read_unescaped(char c, char previous, std::size_t offset);

  std::vector<Quote> open_;
  bool has_escape_ = false;
  std::size_t last_escape_ = 0;
};

}  // namespace acron
