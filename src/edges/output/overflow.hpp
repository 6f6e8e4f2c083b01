#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// Files without names that take what is too much for memory: in /var/tmp, and once that takes no more in /tmp, which
/// may be memory and so gets 64 MiB at most. Everything here blocks. Not for two threads at once.
class Overflow {
 public:
  Overflow() = default;
  /// Goes on with files that are open. `failure`: not empty when no more was taken.
  Overflow(const std::vector<int>& descriptors, std::string failure);

  /// How many bytes were taken. Once that was not all of them, nothing is taken any more, so that what is held has no
  /// gaps.
  std::size_t append(std::string_view bytes);
  /// Some of the bytes from there on. Empty at the end, and where they can't be read.
  [[nodiscard]] std::string read_at(std::uint64_t offset) const;
  [[nodiscard]] std::uint64_t size() const;

  [[nodiscard]] std::vector<int> descriptors() const;
  /// Why no more is taken; empty while more is.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  struct File {
    Descriptor descriptor;
    std::uint64_t size = 0;
    std::uint64_t room = 0;
  };
  bool open_next();
  static std::size_t write(File& file, std::string_view bytes);

  std::vector<File> files_;
  std::size_t next_place_ = 0;
  std::string failure_;
};

}  // namespace acron
