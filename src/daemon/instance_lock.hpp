#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "acron/core/result.hpp"
#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// Only one acron a run directory, whatever its pid file says: flock(2) decides, and the kernel frees it with the last
/// copy of the descriptor, which no job inherits. But a child that is about to become a job has one, and may outlive an
/// acron that is killed; so whoever lives with the lock claims it, too, by fcntl(2), whose locks end with a process.
class InstanceLock {
 public:
  /// Makes the directory where there is none. Empty when another acron holds the lock. Waits a few seconds, and then
  /// fails, while it is held by what a killed one left.
  [[nodiscard]] static Result<std::optional<InstanceLock>> take(const std::string& run_directory);

  /// The lock that this process held before it executed another image of acron, even when its file was removed
  /// meanwhile: look() makes it anew. Owns the descriptor; empty, and closed, when that can't be a lock.
  [[nodiscard]] static std::optional<InstanceLock> held(const std::string& run_directory, int descriptor);

  /// Says that this process lives with the lock; to be called behind the last fork.
  void claim() const;

  /// Whether the lock file is still where another acron would look for it. If not, makes it anew, with its directory,
  /// and holds that; the pid file, too. Blocks. For one thread at a time.
  enum class Place : std::uint8_t { kept, restored, lost };
  struct Look {
    Place place = Place::kept;
    std::string file;
    std::string reason;            // why it is lost: another acron is free to start beside us
    std::string pid_file_trouble;  // why there is no pid file; empty if there is one
  };
  [[nodiscard]] Look look() const;

  /// For people and tools that want to send a signal; the lock does not depend on it. Where the pid file can't be
  /// written, none is left, and the reason is returned.
  std::optional<Error> write_pid_file() const;
  [[nodiscard]] int descriptor() const { return file_.number(); }
  /// What the pid file says; 0 when it can't be read.
  [[nodiscard]] pid_t noted_pid() const;
  /// The pid file must not outlive an orderly end. Another's stays.
  void remove_pid_file() const;

 private:
  InstanceLock(std::string directory, Descriptor file) : directory_(std::move(directory)), file_(std::move(file)) {}

  [[nodiscard]] std::optional<Error> take_again() const;
  [[nodiscard]] std::string pid_file() const { return directory_ + "/acron.pid"; }

  std::string directory_;
  Descriptor file_;
};

}  // namespace acron
