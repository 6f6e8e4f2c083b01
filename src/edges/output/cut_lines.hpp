#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/core/job/output_capture.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

/// Parts what the two streams of a run print into lines of at most `longest` bytes, without their ends. A longer line
/// becomes several, cut between characters where it is UTF-8.
class CutLines {
 public:
  using Line = std::pair<Stream, std::string>;

  explicit CutLines(std::size_t longest) : longest_(longest) {}

  std::vector<Line> take(Stream stream, std::string_view bytes);
  /// The lines that no end came for.
  std::vector<Line> take_unfinished();

  /// The beginnings of lines on these streams, for another to go on with.
  HeldLines take_begun(const std::vector<Stream>& streams) { return move_out(held_, streams); }

  [[nodiscard]] const HeldLines& held() const { return held_; }
  void hold(HeldLines held) { held_ = std::move(held); }

 private:
  std::size_t longest_;
  HeldLines held_;  // each at most the longest line
};

}  // namespace acron
