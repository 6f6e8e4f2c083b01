#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/process/accounts.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

/// A file that output is appended to; opened anew for each run, and when the path names it no more, so that logrotate
/// may move it away at any time. Everything here blocks. Not for two threads at once.
class LogFile {
 public:
  /// `account`: whose rights the file is opened with; empty: ours.
  LogFile(std::string path, std::optional<Account> account) : path_(std::move(path)), account_(std::move(account)) {}
  /// One that is open already, or could not be opened: it goes on with what went wrong so far.
  LogFile(std::string path, std::optional<Account> account, const SinkState& before);

  /// Creates the file with mode 0640 where there is none. Refuses what is not a regular file, what a symlink leads to
  /// and, with root's rights, a path that others could lead elsewhere (open_to_append) and what has a second name (a
  /// hard link): it could be any file of the system.
  void open();
  /// In one write(2), so that lines of two runs don't mix, and on a line of its own where a full disk has cut off the
  /// last one. Opens the file where it is not, or no more in its place, if that is possible. Bytes that can't be
  /// written are counted.
  void append(std::string_view text);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// The first thing that went wrong in this run, and how many bytes it cost. The number may be asked on any thread.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] std::uint64_t lost_bytes() const { return lost_bytes_; }
  /// -1 when it is not open.
  [[nodiscard]] int descriptor() const { return file_.number(); }

 private:
  void open_in_place();
  void open_anew();
  void write(std::array<std::string_view, 2>& pieces);
  void note_cut() const;
  [[nodiscard]] std::string_view end_of_cut_line() const;
  void fail(const std::string& reason);

  std::string path_;
  std::optional<Account> account_;
  Descriptor file_;
  std::string failure_;
  std::atomic<std::uint64_t> lost_bytes_ = 0;
};

}  // namespace acron
