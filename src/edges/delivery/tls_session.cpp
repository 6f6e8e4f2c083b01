#include "tls_session.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <utility>

namespace acron {
namespace {

struct ContextEnd {
  void operator()(::SSL_CTX* context) const { ::SSL_CTX_free(context); }
};

/// False when OpenSSL can't: then nothing may be sent.
bool demand_certificate_for(::SSL* session, const std::string& host, bool is_address) {
  ::SSL_set_verify(session, SSL_VERIFY_PEER, nullptr);
  if (is_address) return ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(session), host.c_str()) == 1;
  ::SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return ::SSL_set1_host(session, host.c_str()) == 1;
}

}  // namespace

void TlsSessionEnd::operator()(::SSL* session) const { ::SSL_free(session); }

Result<TlsSession> new_tls_session(std::string host, TlsTrust trust) {
  const std::unique_ptr<::SSL_CTX, ContextEnd> context(::SSL_CTX_new(::TLS_client_method()));
  if (!context) return Error{"no TLS to be had from OpenSSL"};
  ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  if (trust == TlsTrust::certificate && ::SSL_CTX_set_default_verify_paths(context.get()) != 1)
    return Error{"no authorities to verify certificates by"};
  TlsSession session(::SSL_new(context.get()));  // which keeps the context
  if (!session) return Error{"no TLS to be had from OpenSSL"};
  boost::system::error_code not_numeric;
  boost::asio::ip::make_address(host, not_numeric);
  const bool is_address = !not_numeric;
  if (host.ends_with('.')) host.pop_back();  // certificates have none
  if (trust == TlsTrust::certificate && !demand_certificate_for(session.get(), host, is_address))
    return Error{"no certificate can be asked for such a host"};
  if (!is_address && SSL_set_tlsext_host_name(session.get(), host.c_str()) != 1)
    return Error{"no TLS server can be asked for by such a name"};
  return session;
}

std::string tls_fault(const ::SSL* session, const boost::system::error_code& failure) {
  const long verdict = ::SSL_get_verify_result(session);
  const bool verified = (::SSL_get_verify_mode(session) & SSL_VERIFY_PEER) != 0;
  if (verified && verdict != X509_V_OK)
    return std::string("certificate refused: ") + ::X509_verify_cert_error_string(verdict);
  return "TLS failed: " + failure.message();
}

}  // namespace acron
