#pragma once

#include <string_view>
#include <vector>

#include "acron/core/job/output_capture.hpp"
#include "acron/core/job/run.hpp"
#include "acron/runtime/loop/task.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

/// Takes what one run prints to one of its outputs.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  /// The run has begun; once more with each attempt.
  virtual void open() {}
  virtual Task<> write(Stream stream, std::string_view bytes) = 0;
  /// The lines that have begun on these streams, which another will end.
  virtual HeldLines take_begun(const std::vector<Stream>& streams) = 0;
  /// Brings away what was held back, and says in the log what was lost.
  virtual Task<> close() = 0;
  /// Between two pieces of a life that may last for months: says what was lost so far, and is as patient as at the
  /// beginning. False when nothing was.
  virtual bool tell_losses() { return false; }
  /// Nothing is being written.
  [[nodiscard]] virtual bool at_rest() const = 0;
  /// When at rest. Its descriptor is still ours.
  [[nodiscard]] virtual SinkState state() const = 0;
};

}  // namespace acron
