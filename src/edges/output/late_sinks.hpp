#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "acron/core/schedule/site.hpp"
#include "acron/edges/output/file_threads.hpp"
#include "acron/edges/output/standard_streams.hpp"
#include "acron/edges/output/system_log_sockets.hpp"
#include "acron/runtime/process/late_output.hpp"
#include "output_sink.hpp"

namespace acron {

/// Brings what comes after the end of a run to those of its outputs that get all: files, acron's own streams and the
/// system log. What waits for a verdict, and mail, have had theirs. What is lost is said at once, then at most once a
/// minute, and at the end.
class LateSinks final : public LateReceiver {
 public:
  /// Goes on where the state's sinks stand. All but the state outlive it.
  LateSinks(FileThreads& threads, const StandardStreams& streams, const Site& site, const SystemLogSockets& system_log,
            LateState state);
  ~LateSinks() override;
  LateSinks(const LateSinks&) = delete;
  LateSinks& operator=(const LateSinks&) = delete;

  Task<> receive(Stream stream, std::string_view bytes) override;
  Task<> close() override;
  [[nodiscard]] LateState state() const override;
  [[nodiscard]] const std::string& job() const override { return about_.run.job; }

 private:
  bool tell_losses();

  LateState about_;  // its sinks are those of `sinks_`
  std::vector<std::unique_ptr<OutputSink>> sinks_;
  std::chrono::steady_clock::time_point tells_from_;
};

}  // namespace acron
