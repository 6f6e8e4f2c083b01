#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "acron/core/job/output_capture.hpp"
#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

/// What one run prints to acron's stdout or stderr: says in the log what was lost, when it is asked to and once all the
/// rest is written. The run may have ended by then.
class PrintedByRun {
 public:
  PrintedByRun(Stream stream, std::string job, std::string run);
  ~PrintedByRun();
  PrintedByRun(const PrintedByRun&) = delete;
  PrintedByRun& operator=(const PrintedByRun&) = delete;

  void lose(std::uint64_t bytes, std::string_view reason) noexcept;
  /// Says what was lost so far, and forgets it.
  void tell() noexcept;

  [[nodiscard]] const std::string& job() const { return job_; }
  [[nodiscard]] const std::string& run() const { return run_; }
  [[nodiscard]] std::uint64_t lost_bytes() const;
  [[nodiscard]] std::string failure() const;

 private:
  const Stream stream_;
  const std::string job_, run_;
  mutable std::mutex mutex_;
  std::uint64_t lost_bytes_ = 0;
  std::string failure_;  // the first reason
};

/// Writes lines to acron's stdout or stderr by a thread of its own, which starts with the first one: whole lines, none
/// torn by another of acron's or of another run.
class StreamWriter {
 public:
  StreamWriter(Stream stream, bool leads_nowhere);
  /// Waits for what is still to be written, as long as somebody reads it, for three seconds at most.
  ~StreamWriter();
  StreamWriter(const StreamWriter&) = delete;
  StreamWriter& operator=(const StreamWriter&) = delete;

  /// A megabyte may wait.
  [[nodiscard]] bool has_room() const;
  /// Lines wait, and none was taken for five seconds: there is no point in waiting for room.
  [[nodiscard]] bool is_stuck() const;
  /// Whole lines. They are lost when there is no room. Never blocks.
  void write(std::shared_ptr<PrintedByRun> whose, std::string lines);

  /// Whether there is room for any number of lines.
  void take_all(bool is_on);
  /// The thread ends; `write` still takes lines. Returns those that wait.
  std::vector<WaitingLines> stop();
  void resume();

 private:
  static constexpr std::size_t most_waiting = 1024 * 1024;

  struct Entry {
    std::shared_ptr<PrintedByRun> whose;
    std::string lines;
    std::size_t written = 0;
  };
  [[nodiscard]] bool is_full() const { return waiting_bytes_ >= most_waiting && !takes_all_; }
  void start();
  void work();
  void write_front(std::unique_lock<std::mutex>& lock);
  std::size_t write_group(std::string_view lines, int& error);
  bool wait_until_writable(bool is_amid_a_line);
  void lose_all(std::string_view reason);

  const Stream stream_;
  const int descriptor_;
  const bool leads_nowhere_;
  const Descriptor wake_;  // an eventfd that ends the thread's waiting
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> entries_;
  std::size_t waiting_bytes_ = 0;
  std::chrono::steady_clock::time_point progress_;
  bool is_stopping_ = false;
  bool takes_all_ = false;
  std::thread thread_;
};

}  // namespace acron
