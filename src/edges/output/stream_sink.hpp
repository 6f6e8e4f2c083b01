#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/output_capture.hpp"
#include "acron/core/job/run.hpp"
#include "acron/runtime/loop/task.hpp"
#include "cut_lines.hpp"
#include "output_sink.hpp"
#include "stream_writer.hpp"

namespace acron {

/// An `output stdout` or `output stderr` of one run: its lines go to that stream of acron as they are. A line over 64
/// KiB becomes several, since lines of others may come between.
class StreamSink final : public OutputSink {
 public:
  StreamSink(StreamWriter& writer, Stream stream, const RunIdentity& run);
  /// Goes on where another image of the program stopped.
  StreamSink(StreamWriter& writer, Stream stream, const RunIdentity& run, const SinkState& state);

  Task<> write(Stream stream, std::string_view bytes) override;
  HeldLines take_begun(const std::vector<Stream>& streams) override { return lines_.take_begun(streams); }
  Task<> close() override;
  bool tell_losses() override;
  [[nodiscard]] bool at_rest() const override { return !is_waiting_; }
  [[nodiscard]] SinkState state() const override;

 private:
  Task<> send(const std::vector<CutLines::Line>& lines);

  StreamWriter& writer_;
  std::shared_ptr<PrintedByRun> printed_;
  CutLines lines_{std::size_t{64} * 1024};
  bool is_waiting_ = false;
};

}  // namespace acron
