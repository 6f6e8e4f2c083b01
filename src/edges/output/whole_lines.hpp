#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/core/job/output_capture.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

/// Parts what the two streams of a run print at the ends of lines, so that no line of one is torn by the other. Holds
/// the beginning of a line until its end comes, unless that grows too long.
class WholeLines {
 public:
  explicit WholeLines(std::size_t longest_held = std::size_t{64} * 1024) : longest_held_(longest_held) {}

  /// What may go on now: a beginning held so far, and the part of `bytes` behind it.
  struct Part {
    std::string begun;
    std::string_view rest;
  };
  Part take(Stream stream, std::string_view bytes);

  /// The lines that no end came for.
  std::string take_unfinished();

  /// The beginnings of lines on these streams, for another to go on with.
  HeldLines take_begun(const std::vector<Stream>& streams) { return move_out(held_, streams); }

  [[nodiscard]] const HeldLines& held() const { return held_; }
  void hold(HeldLines held) { held_ = std::move(held); }

 private:
  std::size_t longest_held_;
  HeldLines held_;
};

}  // namespace acron
