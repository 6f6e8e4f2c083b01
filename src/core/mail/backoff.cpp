#include "acron/core/mail/backoff.hpp"

#include <algorithm>

namespace acron {

Duration Backoff::delay_after(std::uint64_t failures) const {
  auto full = std::min(first, longest);
  for (; failures > 1 && full < longest; --failures) full = std::min(2 * full, longest);
  const auto half = full / 2;
  return half +
         Duration{static_cast<std::int64_t>((static_cast<std::uint64_t>((full - half).count()) * fraction) >> 32U)};
}

}  // namespace acron
