#pragma once

#include <sys/types.h>

#include <boost/system/result.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// How a path is walked.
struct WalkRules {
  /// With root's rights: a directory on the way that somebody else controls is refused.
  bool strict = true;
  /// A symlink at the end is followed as those on the way are.
  bool follow_last = false;
  /// A directory of root's that a group can write (/var/log of some systems) is entered as a sticky one is.
  bool allow_group = false;
  /// The way may lead through procfs, which shows each process itself: acron, not whoever named the path.
  bool allow_procfs = true;
};

/// The end of a walk: an entry, which may not exist yet, of a directory that is open.
struct WalkedPath {
  Descriptor directory;  // O_PATH
  std::string name;      // "." when the path is the root, or ends in "." or ".."
  std::string path;      // what both make, free of symlinks and dots
  bool is_shared;        // others can make entries in that directory: trust only what belongs to root there
  // Of the symlinks that were followed, those who are not root: what they may not read, their links must not show them.
  std::vector<uid_t> link_owners;
};

/// Of a path that leads to another file than it names.
inline constexpr int wrong_file = -1;

/// Why a walk came to no end.
struct WalkFault {
  int error;           // an errno; 0: a directory that is not trusted; wrong_file: what is not to be had in any way
  std::string reason;  // names the directory; "/srv/app is owned by uid 1000, ..."
};

[[noreturn]] inline void throw_exception_from_error(const WalkFault& fault, const boost::source_location&) {
  throw std::runtime_error(fault.reason);
}

/// Walks an absolute path from the root by descriptors: no step follows a symlink, links are resolved by hand, and each
/// directory is judged by fstat(2) of what is open. So what was checked is what the end is opened in, whoever exchanges
/// directories meanwhile. The end itself is for the caller to open (openat, O_NOFOLLOW) and to judge.
///
/// By strict rules each directory, the root included, must belong to root and must not be writable by others, save that
/// it may be sticky (/tmp): there no symlink is followed, since others may have made it. Blocks.
[[nodiscard]] boost::system::result<WalkedPath, WalkFault> walk_to(const std::string& path, const WalkRules& rules);

[[nodiscard]] bool is_on_procfs(int descriptor);
/// What is said of a path there.
[[nodiscard]] WalkFault through_procfs();

/// The same of a directory that acron is to keep things in, which need not exist; empty when it leads elsewhere.
/// Blocks.
[[nodiscard]] std::optional<std::string> objection_to_procfs(const std::string& directory);

/// Why what acron keeps must not be kept in a directory: somebody else could put another directory in its place. Empty
/// when it may be, and always without root's rights. The directory itself is for the caller to judge. Blocks.
[[nodiscard]] std::optional<std::string> objection_to_place_of(const std::string& directory);

}  // namespace acron
