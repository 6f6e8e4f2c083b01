#pragma once

#include <sys/types.h>

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "acron/core/job/resource_limits.hpp"
#include "acron/core/result.hpp"
#include "acron/runtime/files/descriptor.hpp"
#include "launch_pad.hpp"
#include "run_cgroup.hpp"

namespace acron {

/// A subtree of the cgroup v2 hierarchy that has been left to acron: one group below it for each run, and one for acron
/// itself where controllers have to be had, since a group that hands them on has no processes of its own.
class RunCgroups {
 public:
  /// Acron's own group, if that is ours to divide: under systemd, if the unit says `Delegate=`. An error says why not.
  /// Reads files.
  [[nodiscard]] static Result<std::string> own_directory();

  /// Takes the subtree over: enables the controllers that are there, removes the groups that an acron which is gone has
  /// left, and sees whether a process can be started in one. `directory` is that of a group.
  [[nodiscard]] static Result<std::unique_ptr<RunCgroups>> open(const std::string& directory, LaunchPad& pad);

  RunCgroups(const RunCgroups&) = delete;
  RunCgroups& operator=(const RunCgroups&) = delete;

  /// A new group with those of the limits that it can hold; empty when it can't be made.
  [[nodiscard]] std::optional<RunCgroup> make(const ResourceLimits& limits);

  /// One that another image of this program has made.
  [[nodiscard]] RunCgroup of_name(std::string name);

  /// That of a run whose process an acron which died has left, if it is one of ours and only our user can have put the
  /// process there. `pidfd` is the same process, which must not have ended when its group is known. Reads files.
  [[nodiscard]] std::optional<RunCgroup> of_left_process(pid_t process, int pidfd);

  /// Now, or, while something in it is alive, by a later `tidy`.
  void remove(const RunCgroup& cgroup);

  /// Looks at some of the groups that could not be removed yet.
  void tidy();
  [[nodiscard]] bool has_lingering() const { return !lingering_.empty(); }

  /// `memory,pids`, `none`.
  [[nodiscard]] std::string controllers() const;

 private:
  RunCgroups(std::string directory, Descriptor tree) : directory_(std::move(directory)), tree_(std::move(tree)) {}
  void enable_controllers();
  void adopt_left_groups();
  [[nodiscard]] std::optional<Error> try_out(LaunchPad& pad);

  std::string directory_;
  Descriptor tree_;
  bool has_memory_ = false, has_pids_ = false;
  unsigned count_ = 0;
  std::list<RunCgroup> lingering_;  // the one looked at longest ago first
};

}  // namespace acron
