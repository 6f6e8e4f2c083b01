#pragma once

#include <cstdint>

#include "acron/core/time.hpp"

namespace acron {

/// How long to wait between tries: `first`, doubling up to `longest`, each shortened by up to one half.
struct Backoff {
  Duration first = std::chrono::seconds{1};
  Duration longest = std::chrono::minutes{15};
  /// This host's place in the wait, of 2^32: hosts that fail together don't come back together. The splay's fraction
  /// serves.
  std::uint32_t fraction = 0;

  /// After that many failures, 1 or more.
  [[nodiscard]] Duration delay_after(std::uint64_t failures) const;
};

}  // namespace acron
