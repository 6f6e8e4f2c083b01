#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

namespace acron::test {

struct ContextEnd {
  void operator()(::SSL_CTX* context) const;
};
/// What a server over TLS shows.
using ServerTls = std::shared_ptr<::SSL_CTX>;

enum class Flaw { none, expired, self_signed };

/// A certificate authority that lives as long as a test, and that OpenSSL's default is to trust meanwhile.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  /// For a name such as `DNS:localhost`.
  [[nodiscard]] ServerTls certify(const std::string& name, Flaw flaw = Flaw::none) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace acron::test
