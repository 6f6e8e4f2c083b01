#include "acron/core/schedule/key_fraction.hpp"

#define OPENSSL_SUPPRESS_DEPRECATED  // the one-shot calls load a provider: three megabytes for four bytes
#include <openssl/sha.h>

#include <array>

namespace acron {

std::uint32_t key_fraction(std::string_view key) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, key.data(), key.size());
  SHA256_Final(digest.data(), &context);
  std::uint32_t fraction = 0;
  for (std::size_t i = 0; i < sizeof fraction; ++i) fraction = fraction << 8U | digest[i];
  return fraction;
}

}  // namespace acron
