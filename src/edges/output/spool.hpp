#pragma once

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "acron/core/job/output_capture.hpp"
#include "acron/runtime/task.hpp"
#include "output_sink.hpp"
#include "whole_lines.hpp"

namespace acron {

/// All that one run printed, kept until the verdict says whether anyone wants it: in memory at first, beyond that in a
/// file without a name.
class Spool {
 public:
  explicit Spool(boost::asio::thread_pool& pool) : order_(pool.get_executor()) {}

  /// Goes on where another image of the program stopped.
  Spool(boost::asio::thread_pool& pool, SpoolState state);

  Task<> write(Stream stream, std::string_view bytes);
  /// Hands everything on, in the order it came, but no line torn by another.
  Task<> pour_into(OutputSink& sink);
  /// Bytes that neither memory nor the disk could take, or that the disk did not give back, each time it was asked.
  [[nodiscard]] std::uint64_t lost_bytes() const { return lost_bytes_; }

  /// When nothing is being written. The descriptor is still ours.
  [[nodiscard]] SpoolState state() const;

 private:
  class TemporaryFile;

  Task<> keep(std::string text);

  boost::asio::strand<boost::asio::thread_pool::executor_type> order_;
  WholeLines lines_;
  std::string memory_;
  std::shared_ptr<TemporaryFile> overflow_;
  std::uint64_t lost_bytes_ = 0;
};

}  // namespace acron
