#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/job/output_capture.hpp"

namespace acron {

/// The beginnings of lines whose ends have not come yet, by stream.
using HeldLines = std::array<std::string, 2>;

/// Takes those of some streams away.
inline HeldLines move_out(HeldLines& held, const std::vector<Stream>& streams) {
  HeldLines moved;
  for (const Stream stream : streams) {
    const auto index = static_cast<std::size_t>(stream);
    moved.at(index).swap(held.at(index));
  }
  return moved;
}

/// One output that gets the bytes while the job runs.
struct SinkState {
  HeldLines held;
  int descriptor = -1;  // of a file that is open
  std::string failure;  // what went wrong first
  int error = 0;        // likewise, an errno
  std::uint64_t lost_bytes = 0;
  std::uint64_t lost_lines = 0;
};

/// What waits for the verdict.
struct SpoolState {
  HeldLines held;
  std::string memory;
  int descriptor = -1;  // of a file without a name, once there is one
  std::uint64_t lost_bytes = 0;
};

/// Where the output of one run stands: all that is needed to go on with it.
struct OutputState {
  std::optional<OutputCapture> capture;
  std::optional<SpoolState> spool;
  std::vector<SinkState> sinks;  // in the order of the job's outputs
};

}  // namespace acron
