#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// The file `starts` of the run directory: what the next acron knows of starts that are not yet in the state file when
/// this one is killed. Each child writes there that it has begun, before its program starts, and no program can take it
/// back. Where the state can't be written, acron notes there that a run has ended and that all is told of it. What was
/// written survives a killed acron, not a crash of the machine, after which no process is left either.
///
/// The file keeps its place on the disk when it is emptied, so that starts find room while the disk is full. Without
/// the file acron works as ever, but for those starts; that is logged once, until it is well.
class StartRecord {
 public:
  /// Opens the file, and reads what an earlier life left there. Blocks.
  explicit StartRecord(std::string directory);

  /// What an earlier life left, once: entries (see read_marks).
  [[nodiscard]] std::string take_left();
  /// Also in the child, in memory that it shares with us: one system call. Beyond 1.5 MiB nothing is written.
  void write(std::string_view entry);
  /// Behind a start: says what has hindered a child, once.
  void say_trouble();
  /// All that is in it is known elsewhere, and no child is just being started. What is noted of runs that go on stays
  /// nonetheless, as far as half of the room goes that it keeps: the state may be lost before they end. System calls
  /// only where there is something.
  void clear(const std::function<bool(std::string_view run)>& goes_on);

  /// Whether the next acron would find it. Blocks, and may be asked on any thread.
  [[nodiscard]] bool is_in_place() const;

  struct Opened {
    Descriptor file;
    int trouble = 0;       // an errno
    std::size_t used = 0;  // up to there the file is not empty
  };
  /// Where it was removed, with its directory say: an empty one. Blocks, and may be asked on any thread.
  [[nodiscard]] Opened make_anew() const;
  /// From the next start on this is the file.
  void use(Opened opened);

 private:
  [[nodiscard]] Opened open() const;

  std::string path_;
  Descriptor file_;
  std::string left_;
  std::atomic<std::size_t> used_ = 0;  // these two are also written by children, several at once
  std::atomic<int> trouble_ = 0;
  bool is_said_ = false;
};

}  // namespace acron
