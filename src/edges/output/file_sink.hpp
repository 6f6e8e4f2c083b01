#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "acron/core/job/output_capture.hpp"
#include "acron/core/job/run.hpp"
#include "acron/edges/output/file_threads.hpp"
#include "acron/runtime/loop/task.hpp"
#include "log_file.hpp"
#include "output_sink.hpp"
#include "whole_lines.hpp"

namespace acron {

/// An `output FILE` of one run: gets the bytes while the job runs, whole lines at a time. What comes while its file
/// system does not answer is lost, and said.
class FileSink final : public OutputSink {
 public:
  FileSink(FileThreads& threads, RunIdentity run, std::string path, std::optional<Account> account);

  /// Goes on with a file of another image of the program.
  FileSink(FileThreads& threads, RunIdentity run, std::string path, std::optional<Account> account,
           const SinkState& state);
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  ~FileSink() override = default;

  /// Begins to open the file; what follows waits for it.
  void open() override;
  Task<> write(Stream stream, std::string_view bytes) override;
  HeldLines take_begun(const std::vector<Stream>& streams) override { return lines_.take_begun(streams); }
  /// Writes what was held back, closes the file, and says in the log what could not be written.
  Task<> close() override;
  [[nodiscard]] bool at_rest() const override { return !*busy_; }
  [[nodiscard]] SinkState state() const override;

 private:
  Task<> append(std::string text);
  void give_up(std::size_t lost);
  void say_failure();

  FileThreads& threads_;
  RunIdentity run_;
  std::string directory_;
  std::optional<Account> account_;
  FileThreads::Order order_;
  std::shared_ptr<LogFile> file_;  // shared with a thread, which has it for good when it hangs
  std::shared_ptr<std::atomic<int>> busy_ = std::make_shared<std::atomic<int>>(0);  // what is being done to it
  bool is_opened_ = false;
  WholeLines lines_;
  std::optional<std::uint64_t> told_lost_;  // bytes; empty: no line has told of a failure
};

}  // namespace acron
