#pragma once

#include <array>
#include <string_view>

namespace acron {

/// A secret of 32 random bytes.
using DigestKey = std::array<unsigned char, 32>;

/// 128 bits in lower-case hexadecimal digits.
using DigestText = std::array<char, 32>;

/// What only a holder of the key can compute of `text`: the first half of SHA-256(key, SHA-256(key, text)) (FIPS
/// 180-4). Allocates nothing and takes no lock, so a child may call it before it executes its program.
DigestText keyed_digest(const DigestKey& key, std::string_view text);

}  // namespace acron
