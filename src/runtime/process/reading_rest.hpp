#pragma once

#include <chrono>

namespace acron {

/// A process that a job left behind may print without end, and prints as fast as it is read: so its reader rests after
/// each piece, for so long that it takes about a hundredth of a CPU. Meanwhile the process waits in its write(2).
std::chrono::nanoseconds rest_after(std::chrono::nanoseconds cpu_time);

/// Of this process, with all its threads.
std::chrono::nanoseconds cpu_time_used();

}  // namespace acron
