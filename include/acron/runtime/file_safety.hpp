#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace acron {

/// Who may write what we obey. Only root has to ask: an ordinary user's jobs run with that user's own rights.
class FileSafety {
 public:
  /// For the user that acron runs as.
  FileSafety();
  explicit FileSafety(bool strict) : strict_(strict) {}

  /// Why a job file or a directory of the tree must not be trusted, in words that name the remedy; empty if it may be.
  [[nodiscard]] std::optional<std::string> objection_to(const struct stat& status) const;

  /// The same for every directory above `path`, up to the root: whoever can write one of them can put another in its
  /// place. A sticky directory (/tmp) is trusted here, since only an entry's owner may replace it. Blocks.
  [[nodiscard]] std::optional<std::string> objection_to_parents_of(const std::string& path) const;

 private:
  bool strict_;
};

}  // namespace acron
