#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "acron/core/config/job_parser.hpp"
#include "acron/core/config/source.hpp"

namespace acron {

/// What acron takes as it is written in a job file or a `_defaults`, and its writer most likely expects to be
/// something else: variables and dates outside commands, a crontab's `\%`, characters that only look like others. All
/// are warnings. Lines that are faulty are left out. The shell is the one that holds where the file names none; an
/// empty one is /bin/sh.
[[nodiscard]] Diagnostics warnings_about(const SourceFile& file, std::string_view inherited_shell = {});

/// What the commands of a file find: the shell, where empty is /bin/sh, and the variables that `env` sets.
struct ShellSurroundings {
  std::string shell;
  std::set<std::string> variables;
  std::size_t line_of_shell = 0;  // in the file itself; 0 where it names none
};

/// With what the file itself says; its shell as it is written, also where that is no path and refused.
[[nodiscard]] ShellSurroundings surroundings_in(const SourceFile& file, ShellSurroundings inherited);

/// What the shell will not find when it comes to it: variables that nobody sets, what only bash reads, and commands
/// that nobody waits for. All are warnings. Lines that are faulty are left out.
[[nodiscard]] Diagnostics warnings_of_shell(const SourceFile& file, const ShellSurroundings& surroundings);

/// What is right and surprises people all the same; warnings for who asks for more.
[[nodiscard]] Diagnostics advice_about(const SourceFile& file);

}  // namespace acron
