#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/file_safety.hpp"

namespace acron {

/// What tells one version of a file from another, even where size and mtime are the same: rename, `cp -p`, two edits
/// within a second. Who owns it counts too, through the ctime.
struct FileVersion {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileVersion&) const = default;
};

FileVersion version_of(const struct stat& status);

/// Where a file lies: an entry of a directory that was judged, and that stays open until it has been read. A path could
/// lead elsewhere by then.
struct FilePlace {
  std::shared_ptr<const Descriptor> directory;
  std::string entry;
};

/// A file found in the tree.
struct FoundFile {
  std::string name;  // path below the tree
  struct stat status {};
  FilePlace place;
};

/// Told what a walk finds, in no order of names, except that a directory's `_ignore` and then its `_defaults` come
/// before its other entries and a directory before what lies below it.
class TreeVisitor {
 public:
  virtual ~TreeVisitor() = default;
  /// `descriptor` is open during the call.
  virtual void directory(const std::string& name, int descriptor) = 0;
  virtual void defaults(const FoundFile& file) = 0;
  /// A `_defaults` that is there but can't be read or trusted.
  virtual void bad_defaults(const std::string& name, const std::string& reason) = 0;
  virtual void ignore(const FoundFile& /*file*/) {}
  /// An `_ignore` that is there but can't be read or trusted.
  virtual void bad_ignore(const std::string& /*name*/, const std::string& /*reason*/) {}
  /// Whether an `_ignore` names it. Asked first of a name alone, and then, for a directory, once more.
  [[nodiscard]] virtual bool ignores(const std::string& /*name*/, bool /*is_directory*/) const { return false; }
  /// A file, or a directory with all below it, that is not looked at, and why. Not told of hidden ones.
  virtual void left_out(const std::string& /*name*/, std::string_view /*reason*/) {}
  virtual void job(const FoundFile& file) = 0;
  virtual void symlink() = 0;
  /// Whether the walk goes on with something that can't be trusted, for this reason, as if it could be.
  virtual bool accepts(const std::string& /*name*/, const std::string& /*objection*/) { return false; }
  /// Something that can't be a job or can't be trusted; `status` may be all zero.
  virtual void fault(const std::string& name, const struct stat& status, const std::string& reason) = 0;
  /// Another name of a file that is a job already.
  virtual void duplicate(const std::string& name, const struct stat& status, const std::string& reason) = 0;
  /// Something that is there but can't be read.
  virtual void unreadable(const std::string& name, const std::string& reason) = 0;
  /// Something that became another thing while the walk was at it: the next walk will tell.
  virtual void unsettled(const std::string& name) = 0;
  /// Follows a fault that hides what lies below it: nothing is known of that.
  virtual void hidden(const std::string& name) = 0;
};

/// Walks the tree below the absolute path `root` once. Each step is made from the open directory before it, and what
/// is judged is what is open, so that nobody can exchange one for the other in between. Symlinks are followed after
/// everything else; what they lead to is left out, with a fault, where the walk has been there before: one file is one
/// job. Blocks.
void walk_tree(const std::string& root, const FileSafety& safety, TreeVisitor& visitor);

/// The directory that a path leads to now.
struct TreeRoot {
  dev_t device = 0;
  ino_t inode = 0;
  std::optional<std::string> objection;  // to it or to one above it, or why it can't be reached
  bool operator==(const TreeRoot&) const = default;
};

/// Blocks.
TreeRoot root_at(const std::string& path, const FileSafety& safety);

}  // namespace acron
