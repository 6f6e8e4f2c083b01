#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace acron {

/// Whether a living process executes a program of our name.
[[nodiscard]] bool is_acron(pid_t process);

/// An acron of our user, but not ourselves, that has this file open although it was removed. `path` has no symlinks.
[[nodiscard]] std::optional<pid_t> acron_with_removed(const std::string& path);

}  // namespace acron
