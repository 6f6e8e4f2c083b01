#pragma once

#include <sys/types.h>

#include <set>

namespace acron {

/// From now on what our descendants leave behind becomes our child, not init's (PR_SET_CHILD_SUBREAPER, prctl(2)). It
/// is the same for a process that is init itself.
void adopt_orphans();

/// Reaps the adopted that have ended, up to the first of `waited_for`: how those ended is for others to learn. One
/// system call when there is nothing to do. False when no child is left, ended or not.
bool reap_orphans(const std::set<pid_t>& waited_for);

/// Also those that lie behind one that is waited for. Asks for each child.
bool reap_all_orphans(const std::set<pid_t>& waited_for);

}  // namespace acron
