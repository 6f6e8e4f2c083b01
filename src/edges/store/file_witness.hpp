#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

struct sqlite3;

namespace acron {

/// Remembers what a connection's files were like when it last wrote them, and tells when somebody else has had a hand
/// in them. SQLite does not look: it believes its cache, and that nobody cuts short a file that it has locked. The
/// files are asked by name, or through SQLite's own descriptors: to close another one would drop the locks of this
/// process.
class FileWitness {
 public:
  /// To be called when the connection has written, or may have.
  void remember(sqlite3* connection);
  /// What has become of the files since; empty when they are as they were left.
  [[nodiscard]] std::optional<std::string> objection(sqlite3* connection) const;

 private:
  off_t size_ = 0;  // never less than before: nothing that we do makes the database shorter
  ino_t log_ = 0;   // of the write-ahead log; 0 until there is one
  off_t log_size_ = 0;
};

}  // namespace acron
