#include "acron/core/keyed_digest.hpp"

#define OPENSSL_SUPPRESS_DEPRECATED  // the one-shot calls load a provider, and allocate
#include <openssl/sha.h>

#include <cstddef>

namespace acron {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest sha256(const DigestKey& key, const void* bytes, std::size_t count) {
  Digest digest{};
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, key.data(), key.size());
  SHA256_Update(&context, bytes, count);
  SHA256_Final(digest.data(), &context);
  return digest;
}

}  // namespace

DigestText keyed_digest(const DigestKey& key, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const Digest inner = sha256(key, text.data(), text.size());
  const Digest outer = sha256(key, inner.data(), inner.size());
  DigestText hex{};
  for (std::size_t i = 0; i < hex.size(); ++i)
    hex.at(i) = digits[i % 2 == 0 ? outer.at(i / 2) >> 4U : outer.at(i / 2) & 15U];
  return hex;
}

}  // namespace acron
