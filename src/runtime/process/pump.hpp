#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "acron/runtime/process/launcher.hpp"
#include "child.hpp"

namespace acron {

/// What output is read into.
using ReadBlock = std::unique_ptr<char[]>;

/// Reads one stream of a child, block by block, and hands it on. A child that prints faster than we read gets a larger
/// pipe, and is read in larger blocks.
class Pump {
 public:
  /// `pipe` is one of the child's two. `spare` is shared by all pumps: few runs print at the same moment. While
  /// `held` nothing is read. All outlive
  /// the pump.
  Pump(Child& child, boost::asio::posix::stream_descriptor& pipe, Stream stream, std::uint64_t& total,
       OutputReceiver& receiver, ReadBlock& spare, const bool& held)
      : child_(child), pipe_(pipe), stream_(stream), total_(total), receiver_(receiver), held_(held), spare_(spare) {}

  /// Until the end of the file; once nobody wants to listen any more, until what the pipe held then is read.
  Task<> run();

  /// Nothing that was read waits to be taken by the receiver.
  [[nodiscard]] bool at_rest() const { return at_rest_; }
  [[nodiscard]] bool ended() const { return ended_; }
  /// It ended although somebody may still write.
  [[nodiscard]] bool left_open() const { return pipe_.is_open() && !end_seen_; }

 private:
  enum class Got : std::uint8_t { nothing, some, full_block, end };

  Task<> wait_while_held();
  Task<bool> read_on();
  Task<> read_rest();
  Task<Got> read_block();
  void note(bool full_block);

  Child& child_;
  boost::asio::posix::stream_descriptor& pipe_;
  Stream stream_;
  std::uint64_t& total_;
  OutputReceiver& receiver_;
  const bool& held_;
  bool at_rest_ = true;
  bool ended_ = false;
  bool end_seen_ = false;  // of the file
  static constexpr std::size_t usual_block = 64 * 1024;

  ReadBlock& spare_;  // of the usual size
  ReadBlock own_;     // larger
  std::size_t block_size_ = usual_block;
  int full_blocks_ = 0;  // in a row
};

}  // namespace acron
