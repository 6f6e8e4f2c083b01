#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/schedule/site.hpp"
#include "acron/core/time.hpp"
#include "cut_lines.hpp"
#include "output_sink.hpp"
#include "system_log.hpp"

namespace acron {

/// An `output syslog` of one run: each line that it prints is a message. A log that is behind is waited for; one that
/// takes nothing for five seconds gets no more than one try for each line until it takes one again or losses are told,
/// which is at the end. What it does not take is counted.
class SyslogSink final : public OutputSink {
 public:
  SyslogSink(const SystemLogSockets& sockets, const Site& site, RunIdentity run)
      : log_(sockets), site_(site), run_(std::move(run)) {}

  /// Goes on where another image of the program stopped.
  SyslogSink(const SystemLogSockets& sockets, const Site& site, RunIdentity run, const SinkState& state)
      : SyslogSink(sockets, site, std::move(run)) {
    lines_.hold(state.held);
    lost_lines_ = state.lost_lines;
    lost_bytes_ = state.lost_bytes;
    failure_ = state.error;
  }

  SyslogSink(const SyslogSink&) = delete;
  SyslogSink& operator=(const SyslogSink&) = delete;
  /// Says what is lost where acron ends while lines are being sent.
  ~SyslogSink() override;

  Task<> write(Stream stream, std::string_view bytes) override;
  HeldLines take_begun(const std::vector<Stream>& streams) override { return lines_.take_begun(streams); }
  Task<> close() override;
  bool tell_losses() override;
  [[nodiscard]] bool at_rest() const override { return true; }  // it writes only while it is given something
  [[nodiscard]] SinkState state() const override { return {lines_.held(), -1, {}, failure_, lost_bytes_, lost_lines_}; }

 private:
  Task<> send(std::vector<CutLines::Line> lines);
  [[nodiscard]] std::string datagram(const CutLines::Line& line) const;

  static constexpr Duration longest_patience = std::chrono::seconds(5);

  SystemLog log_;
  const Site& site_;
  RunIdentity run_;
  CutLines lines_{std::size_t{8} * 1024};
  Duration patience_ = longest_patience;
  std::uint64_t unsent_lines_ = 0, unsent_bytes_ = 0;  // of what is being sent
  std::uint64_t lost_lines_ = 0;
  std::uint64_t lost_bytes_ = 0;
  int failure_ = 0;  // the first one
};

}  // namespace acron
