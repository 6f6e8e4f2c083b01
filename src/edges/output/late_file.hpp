#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "acron/core/job/run.hpp"
#include "acron/edges/output/file_threads.hpp"
#include "acron/runtime/process/accounts.hpp"
#include "output_sink.hpp"
#include "whole_lines.hpp"

namespace acron {

/// An `output FILE` of a run that has ended, for what comes late: perhaps for months, and seldom. So the file is opened
/// for each piece, as by a new run, and none is held open that has been moved away.
class LateFile final : public OutputSink {
 public:
  LateFile(FileThreads& threads, RunIdentity run, std::string path, std::optional<Account> account)
      : threads_(threads),
        order_(threads.new_order()),
        run_(std::move(run)),
        path_(std::move(path)),
        account_(std::move(account)) {}

  /// Goes on where another image of the program stopped.
  LateFile(FileThreads& threads, RunIdentity run, std::string path, std::optional<Account> account,
           const SinkState& state)
      : LateFile(threads, std::move(run), std::move(path), std::move(account)) {
    lines_.hold(state.held);
    failure_ = state.failure;
    lost_bytes_ = state.lost_bytes;
  }

  Task<> write(Stream stream, std::string_view bytes) override;
  HeldLines take_begun(const std::vector<Stream>& streams) override { return lines_.take_begun(streams); }
  Task<> close() override;
  [[nodiscard]] bool at_rest() const override { return true; }  // it writes only while it is given something
  [[nodiscard]] SinkState state() const override { return {lines_.held(), -1, failure_, 0, lost_bytes_, 0}; }

 private:
  struct Written {
    std::string failure;
    std::uint64_t lost_bytes;
  };

  Task<> append(std::string text);
  void note(const Written& written);
  void say_lost() const;

  FileThreads& threads_;
  FileThreads::Order order_;
  RunIdentity run_;
  std::string path_;
  std::optional<Account> account_;
  WholeLines lines_{std::size_t{8} * 1024};
  std::string failure_;           // of the last piece; empty: it was written
  std::uint64_t lost_bytes_ = 0;  // that no log line has told of
};

}  // namespace acron
