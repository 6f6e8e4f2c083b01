#pragma once

#include <mutex>

namespace acron {

/// Whoever writes lines to acron's stdout or stderr holds this lock meanwhile, so that no line is torn by another: the
/// log and what jobs print may go to one terminal or pipe. Both streams have one lock when they lead to one file.
std::timed_mutex& console_lock(int descriptor);

}  // namespace acron
