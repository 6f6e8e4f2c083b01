#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace acron {

/// One command of a longer one, between the signs `&&`, `||`, `;`, `|` and `&` that are the shell's own. Those within
/// `[[ ... ]]`, `((...))` and substitutions are not looked at.
struct CommandPart {
  std::string_view text;
  std::size_t at;           // in the whole
  std::string_view before;  // the sign before it; empty for the first
  std::string_view behind;  // the sign behind it; empty for the last

  /// Whether it is asked for its answer: it is the first, or stands behind `&&` or `||`.
  [[nodiscard]] bool is_asked() const { return before.empty() || before == "&&" || before == "||"; }
};

std::vector<CommandPart> command_parts(std::string_view command);

/// Where in a part its first word stands, behind `!`, `(`, `{` and words such as `then`.
std::size_t begin_of_first_word(std::string_view part);

/// Whether a word of the shell begins a construct of several commands: `if`, `for`; and whether it stands within or at
/// the end of one: `then`, `done`.
bool opens_construct(std::string_view word);
bool goes_on_with_construct(std::string_view word);

/// Whether any sh reads the command to its end: not `if a; then`, `(a`, `a |`, or bash's `a <(b)`. Rather no than yes.
bool has_whole_constructs(std::string_view command);

/// How long a `((...))` at the beginning of the text is, where bash would read arithmetic; 0 for anything else, such as
/// `((a) && (b))`.
std::size_t size_of_double_brackets(std::string_view text);

}  // namespace acron
