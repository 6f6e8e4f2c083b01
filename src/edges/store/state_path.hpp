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
  [[nodiscard]] bool is_missing() const;
  /// SQLite would remove the log of an empty file unread, though it may have all that the file had. Makes the file so
  /// long that SQLite reads it; false where there is no log.
  [[nodiscard]] bool make_log_readable() const;
  /// A mark beside the log, to be made when the log has content, and taken away when it is played into the file: by it
  /// a later life knows that somebody has removed, emptied or overwritten the log since. has_lost_log() is not to be
  /// asked while the file is open: to close its log would drop the locks of this process.
  void mark_log() const;
  void unmark_log() const;
  [[nodiscard]] bool is_log_marked() const;
  [[nodiscard]] bool is_log_gone() const;
  [[nodiscard]] bool has_lost_log() const;
  /// Creates the file, mode 0600, where there is none, and takes the others' permissions away where there is one.
  /// Damaged: what lies there can't be a state file of ours, a symlink say.
  [[nodiscard]] std::optional<StoreTrouble> make_file() const;
  /// Renames what lies there to `state.db.bad-TIME`, and lets go of the oldest set aside before. Returns the new name
  /// of the file, or of its log where that alone was left, or an empty one where nothing was; an error when there is no
  /// way.
  [[nodiscard]] Result<std::string> set_aside() const;

 private:
  explicit StatePath(const std::string& directory) : directory_(directory), file_(directory + "/state.db") {}
  [[nodiscard]] bool has_log() const;
  void remove_old_ones() const;

  std::string directory_;  // free of symlinks
  std::string file_;
};

}  // namespace acron
