#pragma once

#include <functional>
#include <vector>

#include "acron/runtime/loop/own_thread.hpp"
#include "child.hpp"
#include "process_table.hpp"

namespace acron {

/// All that a run has started, for its end: the process group of its leader, and what has left it. That is what is in
/// the run's cgroup; without one, what is found among our descendants (see run_family.hpp).
class RunProcesses {
 public:
  /// Both outlive it. The child is not yet reaped.
  RunProcesses(Child& child, OwnThread& searches) : child_(child), searches_(searches) {}

  /// SIGTERM, which also a stopped process gets.
  Task<> terminate();
  /// Without a cgroup: of the group, and of those that `terminate` has found.
  [[nodiscard]] bool any_alive() const;
  /// SIGKILL, until nothing is left that it is for, or that does not go away after a while.
  Task<> kill();

 private:
  [[nodiscard]] bool group_is_known() const;
  Task<std::vector<ProcessEntry>> find(std::function<bool(pid_t)> is_marked);
  Task<> pause();

  Child& child_;
  OwnThread& searches_;
  std::vector<ProcessEntry> strays_;  // outside of the group
};

}  // namespace acron
