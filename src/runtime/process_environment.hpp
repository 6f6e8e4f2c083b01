#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace acron {

/// The lines of /proc/PID/environ that begin so; none when the process is gone or not ours to read. May take for ever,
/// since the memory that they are in may be a file of the process's choice. A process may write there what it likes.
[[nodiscard]] std::vector<std::string> environment_lines(pid_t pid, std::string_view beginning);

}  // namespace acron
