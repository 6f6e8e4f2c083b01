#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"

namespace acron {

struct JobStatement;

// What a line says, accepted, that its writer hardly means.

/// Directives that are indented, and so a part of the command above them.
std::vector<Error> swallowed_directives(const JobStatement& statement);

/// The second line of a command that becomes words of the first one, which takes no notice of them: `./y` below `cd
/// /x`. The command begins at `begin` in the argument, and the place is one in the command.
std::optional<Error> swallowed_line(const JobStatement& statement, std::size_t begin);

/// The first line of a program in quotes, `bash -c '...'`, that its reader takes for a part of the line above, since
/// all lines are joined. The places are the same.
std::optional<Error> joined_program(const JobStatement& statement, std::size_t begin);

/// Whether the reason of `disabled` says when it is to end, or on which condition: `until 2026-12-01`, `for 2h`, `on
/// weekends`, `if test -e /x`.
bool promises_end(std::string_view reason);

/// Whether the reason of `disabled` alone says that it holds no more: `no longer (fixed)`; not `no longer needed`.
bool looks_switched_on(std::string_view reason);

/// Why the value of TZ is no zone that the C library knows; empty where it may be one. An offset is within the value.
std::optional<Error> doubt_about_zone(std::string_view value);

/// Why the argument of `umask` is hardly a mask, but the mode that files are to have; empty where it may be one.
std::string doubt_about_umask(std::string_view mask);

}  // namespace acron
