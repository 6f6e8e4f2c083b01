#include "acron/core/keyed_digest.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace acron;

namespace {

std::string digest_of(const DigestKey& key, std::string_view text) {
  const DigestText digest = keyed_digest(key, text);
  return {digest.data(), digest.size()};
}

}  // namespace

TEST_CASE("a keyed digest is what its definition says", "[keyed_digest]") {
  // python3: k = bytes(32); sha256(k + sha256(k + text).digest()).hexdigest()[:32]
  CHECK(digest_of({}, "") == "6e96bce3e21a7bdcddd1735dab055b83");
  CHECK(digest_of({}, "abc") == "4f9552adec88d068fb82b1d332862e33");
  CHECK(digest_of({1}, "abc") != digest_of({}, "abc"));
}
