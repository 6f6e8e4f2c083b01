#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/job/definition.hpp"
#include "acron/core/job/run.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// A process, told apart from a later one with the same pid.
struct ProcessIdentity {
  pid_t pid = 0;
  std::uint64_t started = 0;  // clock ticks after the boot: field 22 of /proc/PID/stat, proc(5)
  std::string boot;           // /proc/sys/kernel/random/boot_id
  bool operator==(const ProcessIdentity&) const = default;
};

/// Empty when there is no such process, or no /proc.
std::optional<ProcessIdentity> identify_process(pid_t pid);

/// /proc/sys/kernel/random/boot_id; empty without /proc.
const std::string& this_boot();

/// CLOCK_BOOTTIME: the starts of processes are told by it.
Duration time_since_boot();

/// When a process began, in the time since the boot; `started` as in ProcessIdentity.
Duration begin_of(std::uint64_t started);

/// How long it has been there; a time limit counts from its start, whatever became of the clock.
Duration age_of(const ProcessIdentity& process);

/// A run whose end has not been recorded.
struct OpenRun {
  RunIdentity identity;
  TimePoint tick;
  std::optional<TimeLimit> time_limit;
  std::optional<ProcessIdentity> process;           // empty: died, or we did, before it was known
  std::vector<FailedAttempt> failed_attempts = {};  // without a process: it waited for the next one
  std::optional<TimePoint> kill_due = {};           // it was asked to end, and is to be killed then
};

}  // namespace acron
