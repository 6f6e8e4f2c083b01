#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/run_mark.hpp"

namespace acron {

/// The lines of /proc/PID/environ that begin so; none when the process is gone or not ours to read. May take for ever,
/// since the memory that they are in may be a file of the process's choice. A process may write there what it likes.
[[nodiscard]] std::vector<std::string> environment_lines(pid_t pid, std::string_view beginning);

/// The mark that such a process carries, if it was made with this key and in this boot.
[[nodiscard]] std::optional<RunMark> mark_on(pid_t pid, const DigestKey& key);

}  // namespace acron
