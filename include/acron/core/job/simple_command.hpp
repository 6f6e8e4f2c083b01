#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace acron {

/// The words of a command that means the same without a shell as with one: plain words between blanks, the first
/// neither a builtin nor a reserved word of any common sh, nothing that a shell would expand, quote, redirect or
/// assign. Empty for every other command, which needs its shell. Starting a shell costs several times what the command
/// does.
std::optional<std::vector<std::string>> simple_command(std::string_view text);

/// Any other command as the word behind `-c`. One that begins with `-` or `+` would be an option of most shells; behind
/// the end of an empty line it is a command to all of them, and to Python and fish, which know no `--` there.
std::string operand_of_shell(std::string_view command);

}  // namespace acron
