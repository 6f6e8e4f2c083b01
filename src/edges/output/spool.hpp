#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "acron/core/job/output_capture.hpp"
#include "acron/edges/output/file_threads.hpp"
#include "acron/runtime/loop/task.hpp"
#include "output_sink.hpp"
#include "overflow.hpp"
#include "whole_lines.hpp"

namespace acron {

/// All that one run printed, kept until the verdict says whether anyone wants it: the beginning in memory, what comes
/// then in files without names. What those can't take is lost but for its end, where the error is: that is kept in
/// memory.
class Spool {
 public:
  explicit Spool(FileThreads& threads) : order_(threads.new_order()) {}

  /// Goes on where another image of the program stopped.
  Spool(FileThreads& threads, SpoolState state);

  Task<> write(Stream stream, std::string_view bytes);
  /// Hands everything on, in the order it came, but no line torn by another. A line says where bytes are missing.
  Task<> pour_into(OutputSink& sink);
  /// Bytes that neither memory nor the disk could take, or that the disk did not give back, each time it was asked.
  [[nodiscard]] std::uint64_t lost_bytes() const { return missing_bytes_ + unread_bytes_; }
  /// Why the disk did not take them; empty when it did.
  [[nodiscard]] const std::string& failure() const { return failure_; }

  /// When nothing is being written. The descriptors are still ours.
  [[nodiscard]] SpoolState state() const;

 private:
  Task<> keep(std::string text);
  void keep_end(std::string_view text);
  Task<> pour_files_into(OutputSink& sink);

  FileThreads::Order order_;
  WholeLines lines_;
  std::string memory_;
  std::shared_ptr<Overflow> overflow_;
  std::string tail_;
  std::uint64_t missing_bytes_ = 0;  // between the files and the tail
  std::uint64_t unread_bytes_ = 0;
  std::string failure_;
};

}  // namespace acron
