#pragma once

#include <array>
#include <memory>
#include <vector>

#include "acron/core/job/output_capture.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

class StreamWriter;

/// acron's own stdout and stderr, where jobs' lines may go to. Each has a thread that writes, so that a reader who is
/// slow, or gone, holds up no one.
class StandardStreams {
 public:
  /// In the background both lead nowhere, and so every line is lost.
  explicit StandardStreams(bool is_foreground);
  /// Waits a moment for lines that are still to be written.
  ~StandardStreams();
  StandardStreams(const StandardStreams&) = delete;
  StandardStreams& operator=(const StandardStreams&) = delete;

  [[nodiscard]] StreamWriter& writer(Stream stream) const;

  /// Whether lines are taken however many wait: so that nobody waits for room.
  void take_all(bool is_on);
  /// Writes no more until it is told to resume. Returns what is to be written then, or by another image of the program.
  std::vector<WaitingLines> stop();
  void resume();
  /// What another image of the program did not write.
  void take_over(std::vector<WaitingLines> waiting);

 private:
  std::array<std::unique_ptr<StreamWriter>, 2> writers_;  // by stream
};

}  // namespace acron
