#include "certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <stdexcept>

#include "support/temp_folder.hpp"

namespace acron::test {
namespace {

struct End {
  void operator()(::EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
  void operator()(::X509* certificate) const { ::X509_free(certificate); }
};
using Key = std::unique_ptr<::EVP_PKEY, End>;
using Certificate = std::unique_ptr<::X509, End>;

void require(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL makes no certificate");
}

void add_extension(::X509* certificate, int kind, const std::string& value) {
  ::X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  require(extension != nullptr && ::X509_add_ext(certificate, extension, -1) == 1);
  ::X509_EXTENSION_free(extension);
}

constexpr long day = 24L * 60 * 60;

/// Valid for the days around now, or before.
Certificate unsigned_certificate(::EVP_PKEY* key, const std::string& name, long serial, bool expired) {
  Certificate made(::X509_new());
  ::X509_set_version(made.get(), 2);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(made.get()), serial);
  ::X509_gmtime_adj(::X509_getm_notBefore(made.get()), -3 * day);
  ::X509_gmtime_adj(::X509_getm_notAfter(made.get()), expired ? -2 * day : 2 * day);
  ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  require(::X509_set_pubkey(made.get(), key) == 1);
  return made;
}

}  // namespace

struct Authority::Parts {
  TempFolder folder;
  Key key{::EVP_EC_gen("P-256")};
  Certificate certificate = unsigned_certificate(key.get(), "acron test authority", 1, false);
};

Authority::Authority() : parts_(std::make_unique<Parts>()) {
  ::X509* own = parts_->certificate.get();
  ::X509_set_issuer_name(own, ::X509_get_subject_name(own));
  add_extension(own, NID_basic_constraints, "critical,CA:TRUE");
  require(::X509_sign(own, parts_->key.get(), ::EVP_sha256()) > 0);
  const auto file = (parts_->folder.path() / "authority.pem").string();
  ::BIO* out = ::BIO_new_file(file.c_str(), "w");
  require(out != nullptr && ::PEM_write_bio_X509(out, own) == 1);
  ::BIO_free(out);
  ::setenv("SSL_CERT_FILE", file.c_str(), 1);
}

Authority::~Authority() { ::unsetenv("SSL_CERT_FILE"); }

ServerTls Authority::certify(const std::string& name, Flaw flaw) const {
  const Key key(::EVP_EC_gen("P-256"));
  const Certificate made = unsigned_certificate(key.get(), "a server", 2, flaw == Flaw::expired);
  const bool self_signed = flaw == Flaw::self_signed;
  ::X509_set_issuer_name(made.get(), ::X509_get_subject_name(self_signed ? made.get() : parts_->certificate.get()));
  add_extension(made.get(), NID_subject_alt_name, name);
  require(::X509_sign(made.get(), self_signed ? key.get() : parts_->key.get(), ::EVP_sha256()) > 0);
  ServerTls context(::SSL_CTX_new(::TLS_server_method()), ::SSL_CTX_free);
  require(::SSL_CTX_use_certificate(context.get(), made.get()) == 1);
  require(::SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  return context;
}

}  // namespace acron::test
