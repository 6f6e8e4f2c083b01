#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/job/output_capture.hpp"

namespace acron {

/// The beginnings of lines whose ends have not come yet.
struct HeldLines {
  std::string out, err;

  std::string& of(Stream stream) { return stream == Stream::out ? out : err; }
};

/// Takes those of some streams away.
inline HeldLines move_out(HeldLines& held, const std::vector<Stream>& streams) {
  HeldLines moved;
  for (const Stream stream : streams) moved.of(stream).swap(held.of(stream));
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

/// What waits for the verdict: the beginning, what is in files, and the end, as far as no file took it.
struct SpoolState {
  HeldLines held;
  std::string memory;
  std::vector<int> descriptors;  // of files without names, in the order that they were filled
  std::string tail;
  std::uint64_t lost_bytes = 0;  // between the files and the tail
  std::string failure;           // why a file did not take it
};

/// What a run printed to acron's own stdout or stderr, and was not written yet.
struct WaitingLines {
  Stream stream = Stream::out;  // of acron
  std::string job;
  std::string run;
  std::string text;
};

/// Where the output of one run stands: all that is needed to go on with it.
struct OutputState {
  std::optional<OutputCapture> capture;
  std::optional<SpoolState> spool;
  std::vector<SinkState> sinks;  // in the order of the job's outputs
};

}  // namespace acron
