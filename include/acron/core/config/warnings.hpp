#pragma once

#include <string_view>

#include "acron/core/config/job_parser.hpp"
#include "acron/core/config/source.hpp"

namespace acron {

/// What acron takes as it is written in a job file or a `_defaults`, and its writer most likely expects to be
/// something else: variables and dates outside commands, a crontab's `\%`, characters that only look like others. All
/// are warnings. Lines that are faulty are left out. The shell is the one that holds where the file names none; an
/// empty one is /bin/sh.
[[nodiscard]] Diagnostics warnings_about(const SourceFile& file, std::string_view inherited_shell = {});

/// What is right and surprises people all the same; warnings for who asks for more.
[[nodiscard]] Diagnostics advice_about(const SourceFile& file);

}  // namespace acron
