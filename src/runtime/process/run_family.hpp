#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "process_table.hpp"

namespace acron {

/// What a run has started, as far as that can be told without a cgroup: the descendants of its leader, and those of our
/// own children that are marked as the run's, with all their descendants. We are the parent of what has lost its own
/// (PR_SET_CHILD_SUBREAPER, prctl(2)), so nobody else's process is ever among them. Without the leader itself.
[[nodiscard]] std::vector<ProcessEntry> family_of(pid_t leader, pid_t us, const std::vector<ProcessEntry>& table,
                                                  const std::function<bool(pid_t)>& is_marked);

/// The same of a run that an acron which died has left. Who has lost its parent is a child of somebody else then, so
/// all that is marked belongs to it; but not we, nor our children, should the run have started us.
[[nodiscard]] std::vector<ProcessEntry> family_left_by(pid_t leader, pid_t us, const std::vector<ProcessEntry>& table,
                                                       const std::function<bool(pid_t)>& is_marked);

/// The living but ourselves, the leaders, what is in their groups, and all their descendants.
[[nodiscard]] std::vector<ProcessEntry> apart_from(const std::set<pid_t>& leaders, pid_t us,
                                                   const std::vector<ProcessEntry>& table);

/// The families of the living now.
[[nodiscard]] std::vector<ProcessEntry> living_family_of(pid_t leader, const std::function<bool(pid_t)>& is_marked);
[[nodiscard]] std::vector<ProcessEntry> living_family_left_by(pid_t leader,
                                                              const std::function<bool(pid_t)>& is_marked);

}  // namespace acron
