#pragma once

#include <cstdint>
#include <string_view>

namespace acron {

/// A key's place in anything, U / 2^32: U = first 4 bytes, big-endian, of SHA-256(key) (FIPS 180-4). Frozen, since
/// fleets are spread by it: `printf %s KEY | sha256sum | cut -c1-8`.
std::uint32_t key_fraction(std::string_view key);

}  // namespace acron
