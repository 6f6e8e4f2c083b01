#pragma once

#include <sys/types.h>
#include <array>
#include <string_view>

#include <optional>
#include <string>

namespace acron {

/// What SQLite's write-ahead log begins with (https://sqlite.org/fileformat2.html, section 4.1). The last bit says how
/// the sums in it are made.
inline constexpr std::array<std::string_view, 2> beginning_of_log{"\x37\x7f\x06\x82", "\x37\x7f\x06\x83"};

/// The first bytes of a database and of its write-ahead log, 16 of each, as its connection reads them; zeros stand for
/// those that are missing. Empty where they can't be read now.
struct FileHeads {
  std::string database, log;
};

/// Remembers what a connection's files were like when it last wrote them, and tells when somebody else has had a hand
/// in them. SQLite does not look: it believes its cache, and that nobody cuts short a file that it has locked. The
/// files are asked by name, or through SQLite's own descriptors: to close another one would drop the locks of this
/// process.
class FileWitness {
 public:
  /// To be called when the connection has written, or may have.
  void remember(const std::string& path);
  /// What has become of the files since; empty when they are as they were left.
  [[nodiscard]] std::optional<std::string> objection(const std::string& path, const FileHeads& heads) const;

 private:
  off_t size_ = 0;  // never less than before: nothing that we do makes the database shorter
  ino_t log_ = 0;   // of the write-ahead log; 0 until there is one
  off_t log_size_ = 0;
};

}  // namespace acron
