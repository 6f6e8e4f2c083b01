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

  /// Whether it ever objects.
  [[nodiscard]] bool is_strict() const { return strict_; }

  /// Why a job file or a directory of the tree must not be trusted, in words that name the remedy; empty if it may be.
  [[nodiscard]] std::optional<std::string> objection_to(const struct stat& status) const;

 private:
  bool strict_;
};

}  // namespace acron
