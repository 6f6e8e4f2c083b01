#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "acron/runtime/accounts.hpp"

namespace acron {

/// A file that output is appended to; opened anew for each run, so that logrotate may move it away in between.
/// Everything here blocks. Not for two threads at once.
class LogFile {
 public:
  /// `account`: whose rights the file is opened with; empty: ours.
  LogFile(std::string path, std::optional<Account> account) : path_(std::move(path)), account_(std::move(account)) {}
  /// One that is open already, or could not be opened: it goes on with what went wrong so far.
  LogFile(std::string path, int descriptor, std::string failure, std::uint64_t lost_bytes)
      : path_(std::move(path)), descriptor_(descriptor), failure_(std::move(failure)), lost_bytes_(lost_bytes) {}
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  /// Creates the file with mode 0640 where there is none. Refuses what is not a regular file, what a symlink leads to
  /// and, with root's rights, a path that others could lead elsewhere (open_to_append) and what has a second name (a
  /// hard link): it could be any file of the system.
  void open();
  /// Both pieces in one write(2), so that lines of two runs don't mix. Bytes that can't be written are counted.
  void append(std::string_view first, std::string_view second);

  /// Notes why what comes is lost, unless a reason is known.
  void fail(const std::string& reason);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// The first thing that went wrong in this run, and how many bytes it cost.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] std::uint64_t lost_bytes() const { return lost_bytes_; }
  /// -1 when it is not open.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  std::string path_;
  std::optional<Account> account_;
  int descriptor_ = -1;
  std::string failure_;
  std::uint64_t lost_bytes_ = 0;
};

}  // namespace acron
