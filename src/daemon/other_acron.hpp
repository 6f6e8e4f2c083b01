#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace acron {

/// Whether the process of this claim on the whole file, as fcntl(2) keeps it, is alive and not ourselves.
[[nodiscard]] bool is_claimed(int lock_file);

/// Whether a living process has the lock file of a run directory open, whatever its program is called.
[[nodiscard]] bool is_acron(pid_t process);

/// A process that lives with the lock of this path although its file was removed. `path` has no symlinks; `fresh` is
/// the file that is there now. What it holds decides, and not what it is called: nobody else can have a file of ours
/// locked that only we may open.
[[nodiscard]] std::optional<pid_t> acron_with_removed(const std::string& path, int fresh);

}  // namespace acron
