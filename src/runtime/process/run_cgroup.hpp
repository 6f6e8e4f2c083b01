#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace acron {

/// The control group of one run: all that it starts is in there, wherever it goes. See cgroups(7), and cgroup-v2 of the
/// kernel's texts for the files. A name only: RunCgroups makes and removes it.
struct RunCgroup {
  int tree = -1;  // a descriptor of the directory that it is in, which is not ours to close
  std::string name;
  bool bounds_memory = false;     // as the run's `limit memory` says
  bool bounds_processes = false;  // as the run's `limit processes` says

  /// For clone3(2); the caller closes it. -1, and errno.
  [[nodiscard]] int open_directory() const;
  /// Whether anything in it or below is alive.
  [[nodiscard]] bool is_populated() const;
  /// Signals those in it that are not of the process group.
  void signal_outside(pid_t group, int signal) const;
  /// SIGKILL for all of it at once, also for what it is starting just now. Before Linux 5.14, one by one, and false
  /// while there was still one.
  [[nodiscard]] bool kill() const;
  /// Of all its processes, from its beginning; empty where the kernel does not tell.
  [[nodiscard]] std::optional<std::chrono::microseconds> cpu_time() const;
  [[nodiscard]] std::optional<std::uint64_t> peak_memory() const;  // bytes
  /// Whether any process in it was killed for want of memory: its own limit's, or the machine's.
  [[nodiscard]] bool ran_out_of_memory() const;
  /// False as long as anything in it is alive, and sometimes for a moment longer.
  [[nodiscard]] bool remove() const;
};

}  // namespace acron
