#pragma once

#include <boost/system/error_code.hpp>

#include "acron/runtime/loop/own_thread.hpp"
#include "acron/runtime/process/launcher.hpp"
#include "acron/runtime/process/reading_hold.hpp"
#include "child.hpp"

namespace acron {

/// Sees the process end. The pidfd is readable from then on; the process stays a zombie until we reap it.
Task<> watch_exit(Child& child, const ReadingHold& hold);

/// Takes over a child that was started before, and all descriptors of the state, even when there is an error.
[[nodiscard]] boost::system::error_code resume_child(Child& child, const CommandState& state);

/// Where processes are looked for that have left the group of a child without a cgroup, and when output is not read.
struct SupervisionMeans {
  OwnThread& searches;
  const ReadingHold& hold;
};

/// Until the child has ended, by itself or by its time limit or because that is wished (`end`), and nobody listens to
/// its pipes any more.
Task<> supervise(Child& child, const Command& command, const EndRequest& end, SupervisionMeans means);

/// Learns how the child, which has ended, did so, and what it used.
void reap(Child& child);

}  // namespace acron
