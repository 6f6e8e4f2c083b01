#pragma once

#include <optional>
#include <string>

#include "acron/core/result.hpp"
#include "database.hpp"

namespace acron {

/// What the state file and those that SQLite keeps beside it are called, and what may lie there.
class StatePath {
 public:
  /// `directory` is made, mode 0700, where there is none. An error when it can't be used: others could write in it.
  [[nodiscard]] static Result<StatePath> prepare(const std::string& directory);

  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] bool is_empty_file() const;
  /// Creates the file, mode 0600, where there is none, and takes the others' permissions away where there is one.
  /// Damaged: what lies there can't be a state file of ours, a symlink say.
  [[nodiscard]] std::optional<StoreTrouble> make_file() const;
  /// Renames what lies there to `state.db.bad-TIME`, and lets go of the oldest set aside before. Returns the new name,
  /// or an error when there is no way.
  [[nodiscard]] Result<std::string> set_aside() const;

 private:
  explicit StatePath(const std::string& directory) : directory_(directory), file_(directory + "/state.db") {}
  void remove_old_ones() const;

  std::string directory_;  // free of symlinks
  std::string file_;
};

}  // namespace acron
