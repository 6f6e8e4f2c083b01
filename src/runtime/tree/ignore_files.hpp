#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "acron/core/config/ignore_patterns.hpp"
#include "tree_walk.hpp"

namespace acron {

/// The `_ignore` files of a tree, walk after walk. One that turns bad goes on with what it said while it was good.
class IgnoreFiles {
 public:
  enum class Standing : std::uint8_t { good, unsettled, broken };
  struct Answer {
    Standing standing = Standing::good;
    Diagnostics news;  // faults that were not told before
  };

  /// From here on only files that the walk finds count.
  void begin_walk() { ++walk_; }
  /// Reads the file, if it is new and has been left alone for long enough.
  Answer found(const FoundFile& file, bool settled, const FileSafety& safety);
  /// A file that can't be read or trusted. `name` is that of the file.
  Answer refused(const std::string& name, const std::string& reason);
  void end_walk();

  /// Whether one of the files above it names it. `path` is below the tree.
  [[nodiscard]] bool name(const std::string& path, bool is_directory) const;

 private:
  struct Known {
    FileVersion version;
    IgnorePatterns patterns;
    bool broken = false;
    std::string refused_because;
    std::uint32_t walk = 0;
  };

  Known& meet(const std::string& name);

  std::map<std::string, Known> known_;  // by what comes before the file's own name: empty, or `web/`
  std::uint32_t walk_ = 0;
};

}  // namespace acron
