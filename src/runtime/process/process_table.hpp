#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace acron {

/// A process as /proc/PID/stat has it (proc(5)).
struct ProcessEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  std::uint64_t start_time = 0;  // clock ticks after boot; with the pid it names one process
  bool alive = false;            // one that is only waiting to be reaped is not
  bool operator==(const ProcessEntry&) const = default;
};

/// The line of a stat file; empty when it is none.
[[nodiscard]] std::optional<ProcessEntry> parse_process(std::string_view stat);

/// Empty when the process is gone.
[[nodiscard]] std::optional<ProcessEntry> process_entry(pid_t pid);

/// Every process, in a few milliseconds for some hundreds of them. Without /proc there is none.
[[nodiscard]] std::vector<ProcessEntry> process_table();

/// Whether that very process is alive, and not another one with its pid.
[[nodiscard]] bool still_lives(const ProcessEntry& process);

/// Signals that very process, or none, even if its pid is another one's by now.
void signal_process(const ProcessEntry& process, int signal);

/// Whether any process of the group is alive. The kernel tells of the group's end only to parents, and a shell that
/// died leaves its children to others; so this reads the whole table.
[[nodiscard]] bool has_living_members(pid_t group);

}  // namespace acron
