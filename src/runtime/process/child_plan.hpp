#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "acron/core/job/run_mark.hpp"
#include "acron/runtime/process/accounts.hpp"
#include "acron/runtime/process/child_surroundings.hpp"
#include "acron/runtime/process/launcher.hpp"
#include "acron/runtime/process/start_record.hpp"

namespace acron {

/// How to say where a job with an unusable home could start.
inline constexpr const char* home_remedy = "; 'cwd /' would start it in /";

/// All that a child needs to know, made ready before it exists.
struct ChildPlan {
  std::vector<std::string> environment;
  std::string path;   // as in the environment
  std::string shell;  // empty: /bin/sh, or none where none is needed
  std::string directory;
  std::string home_of;  // whose home the directory is; empty: nobody's, since the job names it
  std::vector<std::pair<int, rlimit>> limits;
  mode_t umask = 022;
  std::optional<int> nice;
  std::optional<Account> become;
  /// By which the run is known to the next acron; signed in the child. Empty: none.
  mutable std::optional<UnsignedMark> mark;
  StartRecord* starts = nullptr;  // where the child writes its mark; null: nowhere
  bool joins_streams = false;

  /// What `apply` was at when it failed: `can't become the user`. A literal.
  mutable const char* failed_step = nullptr;
  mutable bool failed_to_enter = false;  // the directory

  /// Why there is no place for the command to start in; empty where that can only be known by trying.
  [[nodiscard]] std::string objection() const;

  /// In the child, before it has done anything else and while it still holds the lock of acron, if acron was killed: so
  /// the next one finds what is written here. Signs the mark; system calls only.
  void tell_start() const;

  /// In the child, without any lock or allocation, and by system calls, straight to the kernel where the C library
  /// would tell its other threads, which are ours: becomes what the plan says, in an order in which each step is still
  /// allowed, and reads back who it is. False, errno and `failed_step` when a step fails: the child must not go on
  /// then.
  [[nodiscard]] bool apply() const;
};

ChildPlan plan_for(const Command& command, const ChildSurroundings& surroundings,
                   const std::optional<DigestKey>& mark_key = {});

}  // namespace acron
