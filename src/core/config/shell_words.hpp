#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "words.hpp"

namespace acron {

/// One byte of a command and what the shell takes it for.
struct ShellCharacter {
  std::size_t at;
  char quote;     // the innermost quote that it stands in: `'`, `"`, or NUL. The quotes themselves stand outside.
  bool is_plain;  // neither quoted, escaped nor within an arithmetic expansion or the text of ${...}
  bool begins_word;
  bool is_substituted;  // within $(...), `...` or ${...}
};

/// The bytes of a command in order, those that a backslash takes the meaning of left out. Knows quotes, $(...), `...`,
/// ${...} and $((...)), not every corner of a shell's grammar: good enough to warn, not to refuse.
std::vector<ShellCharacter> shell_characters(std::string_view command);

/// The words as the shell parts them, at blanks outside of quotes and substitutions. Its signs are parts of them where
/// they stand beside a word without a blank.
std::vector<Word> shell_words_of(std::string_view command);

}  // namespace acron
