#include "whole_lines.hpp"

#include <utility>

namespace acron {
WholeLines::Part WholeLines::take(Stream stream, std::string_view bytes) {
  std::string& held = held_.of(stream);
  const std::size_t last_newline = bytes.rfind('\n');
  std::size_t whole = last_newline == std::string_view::npos ? 0 : last_newline + 1;
  if (held.size() + bytes.size() - whole > longest_held_) whole = bytes.size();
  Part part{{}, bytes.substr(0, whole)};
  if (whole > 0) part.begun = std::exchange(held, {});
  held.append(bytes.substr(whole));
  return part;
}

std::string WholeLines::take_unfinished() { return std::exchange(held_.out, {}) + std::exchange(held_.err, {}); }

}  // namespace acron
