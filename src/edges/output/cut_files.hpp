#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

namespace acron {

/// The files whose last line a full disk has cut off, for whoever appends to them next: another run, perhaps, or what
/// comes late. For any thread.
class CutFiles {
 public:
  void add(const struct stat& file);
  /// Whether the file was added and nobody has written to it since. It is forgotten.
  [[nodiscard]] bool take(const struct stat& file);
  /// Nothing is to be taken.
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  static constexpr std::size_t most_files = 1000;  // those that are removed are never taken

  std::mutex mutex_;
  std::map<std::pair<dev_t, ino_t>, off_t> sizes_;
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace acron
