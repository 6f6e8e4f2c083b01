#pragma once

#include <openssl/types.h>

#include <boost/system/error_code.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "acron/core/result.hpp"

namespace acron {

struct TlsSessionEnd {
  void operator()(::SSL* session) const;
};
/// Our end of one TLS connection, before it is said over which socket.
using TlsSession = std::unique_ptr<::SSL, TlsSessionEnd>;

/// Whom we take the other end for: the host that its certificate names by the word of an authority, or just anyone.
enum class TlsTrust : std::uint8_t { certificate, anyone };

/// A session with `host`, a name or an address; TLS 1.2 at least. The authorities are those of the system, in OpenSSL's
/// default files or those that SSL_CERT_FILE and SSL_CERT_DIR name. They are read anew each time, which blocks: those
/// that are installed or withdrawn meanwhile count, and nothing is held.
[[nodiscard]] Result<TlsSession> new_tls_session(std::string host, TlsTrust trust);

/// Why a handshake failed. What OpenSSL says of a bad certificate is only that it is bad; this says why.
std::string tls_fault(const ::SSL* session, const boost::system::error_code& failure);

}  // namespace acron
