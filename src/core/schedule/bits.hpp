#pragma once

#include <bit>
#include <cstdint>
#include <optional>

namespace acron {

// Sets of small numbers, 0 to 63: bit n is in when the set has n.

constexpr bool has(std::uint64_t set, unsigned n) { return n < 64 && ((set >> n) & 1U) != 0; }

/// The least member that is `n` or more.
constexpr std::optional<unsigned> member_from(std::uint64_t set, unsigned n) {
  const auto left = n < 64 ? set >> n << n : 0;
  if (left == 0) return {};
  return static_cast<unsigned>(std::countr_zero(left));
}

/// The greatest member that is less than `n`.
constexpr std::optional<unsigned> member_before(std::uint64_t set, unsigned n) {
  const auto left = n < 64 ? set & ((std::uint64_t{1} << n) - 1) : set;
  if (left == 0) return {};
  return static_cast<unsigned>(std::bit_width(left) - 1);
}

}  // namespace acron
