#pragma once

#include <sys/stat.h>

#include <string>

namespace acron {

/// The permissions of a mode as chmod(1) takes them, with set-user-ID, set-group-ID and the sticky bit: 0644, 04755.
std::string permission_digits(mode_t mode);

}  // namespace acron
