#pragma once

#include <unistd.h>

namespace acron {

/// Whether this is the first process of a container. It is the parent of all that has lost its own, and when it ends
/// the kernel kills the others. Containers give it ten seconds to end.
inline bool is_first_process() { return ::getpid() == 1; }

}  // namespace acron
