#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "acron/runtime/file_safety.hpp"

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

/// A file found in the tree.
struct FoundFile {
  std::string name;  // path below the tree
  struct stat status {};
};

/// Told what a walk finds, in no order of names, except that a directory's `_defaults` comes before its other entries
/// and a directory before what lies below it.
class TreeVisitor {
 public:
  virtual ~TreeVisitor() = default;
  virtual void directory(const std::string& name) = 0;
  virtual void defaults(const FoundFile& file) = 0;
  /// A `_defaults` that is there but can't be read or trusted.
  virtual void bad_defaults(const std::string& name, const std::string& reason) = 0;
  virtual void job(const FoundFile& file) = 0;
  virtual void symlink() = 0;
  /// Something that can't be a job or can't be trusted; `status` may be all zero.
  virtual void fault(const std::string& name, const struct stat& status, const std::string& reason) = 0;
  /// Another name of a file that is a job already.
  virtual void duplicate(const std::string& name, const struct stat& status, const std::string& reason) = 0;
  /// Something that is there but can't be read: nothing is known of it, nor of what lies below it.
  virtual void unreadable(const std::string& name, const std::string& reason) = 0;
};

/// Walks the tree below `root` once. Symlinks are followed after everything else; what they lead to is left out, with
/// a fault, where the walk has been there before: one file is one job. Blocks.
void walk_tree(const std::string& root, const FileSafety& safety, TreeVisitor& visitor);

/// Names that editors, packages and config management leave beside the files that count.
bool is_ignored_name(std::string_view name);

}  // namespace acron
