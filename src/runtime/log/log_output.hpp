#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// Where the lines of the log are written: stderr, or a file that is looked for anew before each write, since it may
/// have been moved away, with its directory or alone. What can't be written is counted, never waited for. Blocks.
class LogOutput {
 public:
  /// Stderr.
  LogOutput() = default;
  /// Throws std::exception when the file can't be opened.
  explicit LogOutput(std::string path);

  /// How many lines could not be written whole.
  [[nodiscard]] std::uint64_t write(std::string_view lines);

 private:
  [[nodiscard]] static std::uint64_t write_to(int descriptor, std::string_view lines, bool& torn);
  void find_file();
  [[nodiscard]] bool has_no_name() const;

  std::string path_;   // empty: stderr
  Descriptor file_;    // none: there is no place for it now
  mode_t kind_ = 0;    // of what the path named first: only that is opened again
  bool torn_ = false;  // the last line in the file has no end
};

}  // namespace acron
