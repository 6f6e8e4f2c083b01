#pragma once

#include <atomic>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "acron/core/job/output_capture.hpp"
#include "acron/core/job/run.hpp"
#include "acron/runtime/task.hpp"
#include "log_file.hpp"
#include "output_sink.hpp"
#include "whole_lines.hpp"

namespace acron {

/// An `output FILE` of one run: gets the bytes while the job runs, whole lines at a time, through the pool.
class FileSink final : public OutputSink {
 public:
  /// Begins to open the file at once; what follows waits for it.
  FileSink(boost::asio::thread_pool& pool, std::string path, std::optional<Account> account);

  /// Goes on with a file of another image of the program.
  FileSink(boost::asio::thread_pool& pool, std::string path, std::optional<Account> account, const SinkState& state);

  Task<> write(Stream stream, std::string_view bytes) override;
  HeldLines take_begun(const std::vector<Stream>& streams) override { return lines_.take_begun(streams); }
  /// Writes what was held back, closes the file, and says in the log what could not be written.
  Task<> close(const RunIdentity& identity) override;
  [[nodiscard]] bool at_rest() const override { return !*busy_; }
  [[nodiscard]] SinkState state() const override;

 private:
  void open();
  Task<> append(std::string first, std::string_view second);

  boost::asio::strand<boost::asio::thread_pool::executor_type> order_;
  std::shared_ptr<LogFile> file_;  // shared with the pool, which outlives us when the disk hangs
  std::shared_ptr<std::atomic<int>> busy_ = std::make_shared<std::atomic<int>>(0);  // what the pool has to do
  WholeLines lines_;
};

}  // namespace acron
