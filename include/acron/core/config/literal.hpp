#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace acron {

/// Text that a shell, a date or a pattern would make something else of.
struct Literal {
  enum class Kind : std::uint8_t { variable, command, home, date, pattern, placeholder };

  Kind kind = Kind::variable;
  std::size_t at = 0;
  std::string_view text;  // `$HOSTNAME`, `$(date)`, `~`, `%Y%m%d`, `{a,b}`, `{{host}}`
};

/// The first of them in a value that stands in no quotes; dates and patterns are those of paths.
std::optional<Literal> literal_in_value(std::string_view value);
std::optional<Literal> literal_in_path(std::string_view path);
/// The first in a mail address or a URL, in which `~` is a letter and `%i`, as systemd has it, seems to be none.
std::optional<Literal> literal_in_address(std::string_view address);
/// One that a command begins with, as no shell's does; what stands behind it may be meant for another program.
std::optional<Literal> placeholder_as_command(std::string_view command);

/// The path as a shell has to be given it, between double quotes, to put in what is meant: `$(date +%Y%m%d)` for
/// `%Y%m%d`. Empty where that can't be told.
std::string for_shell(std::string_view path);

}  // namespace acron
