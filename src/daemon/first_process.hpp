#pragma once

#include <unistd.h>

namespace acron {

/// Whether this is the first process of a container: the parent of all that has lost its own, and whose end the kernel
/// makes the end of all others.
inline bool is_first_process() { return ::getpid() == 1; }

}  // namespace acron
