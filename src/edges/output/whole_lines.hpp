#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "acron/core/job/output_capture.hpp"
#include "acron/runtime/output_state.hpp"

namespace acron {

/// Parts what the two streams of a run print at the ends of lines, so that no line of one is torn by the other. Holds
/// the beginning of a line until its end comes, up to 64 KiB.
class WholeLines {
 public:
  /// What may go on now: a beginning held so far, and the part of `bytes` behind it.
  struct Part {
    std::string begun;
    std::string_view rest;
  };
  Part take(Stream stream, std::string_view bytes);

  /// The lines that no end came for.
  std::string take_unfinished();

  [[nodiscard]] const HeldLines& held() const { return held_; }
  void hold(HeldLines held) { held_ = std::move(held); }

 private:
  HeldLines held_;  // by stream
};

}  // namespace acron
