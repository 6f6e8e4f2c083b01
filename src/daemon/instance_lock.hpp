#pragma once

#include <optional>
#include <string>

#include "acron/core/result.hpp"

namespace acron {

/// Only one acron a run directory, whatever its pid file says: flock(2) decides, and the kernel frees it with the last
/// copy of the descriptor, which a fork of ours shares and no job inherits.
class InstanceLock {
 public:
  /// Makes the directory where there is none. Empty when another acron holds the lock.
  [[nodiscard]] static Result<std::optional<InstanceLock>> take(const std::string& run_directory);

  /// The lock that this process held before it executed another image of acron. Owns the descriptor; empty, and closed,
  /// when that is not the lock of the directory or does not hold it.
  [[nodiscard]] static std::optional<InstanceLock> held(const std::string& run_directory, int descriptor);

  InstanceLock(InstanceLock&& other) noexcept;
  InstanceLock& operator=(InstanceLock&&) = delete;
  ~InstanceLock();

  /// For people and tools that want to send a signal: acron itself never reads it.
  void write_pid_file() const;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// The pid file must not outlive an orderly end.
  void remove_pid_file() const;

 private:
  InstanceLock(std::string directory, int descriptor) : directory_(std::move(directory)), descriptor_(descriptor) {}

  std::string directory_;
  int descriptor_;
};

}  // namespace acron
