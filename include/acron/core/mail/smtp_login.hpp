#pragma once

#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// Who we are to a mail server that asks. Nothing of it may reach a log or an error.
struct SmtpLogin {
  std::string user;
  std::string secret;
  bool operator==(const SmtpLogin&) const = default;
};

/// Reads one line `USER:SECRET`; the secret may have colons. Both are UTF-8 without control characters (RFC 4616) and
/// fit into one command together. No error repeats anything of it.
[[nodiscard]] Result<SmtpLogin> parse_smtp_login(std::string_view text);

/// The initial response of AUTH PLAIN (RFC 4616, section 2), in base64.
std::string plain_response(const SmtpLogin& login);

/// A text that may reach a log must not; as it was, as `printable` writes it, or as a login says it.
[[nodiscard]] bool repeats_secret(std::string_view text, const SmtpLogin& login);

/// So may a text that answers a login, and that has the user's name or a few bytes of the secret in it: servers like to
/// repeat what they did not understand, and not all of it. In upper or lower case.
[[nodiscard]] bool hints_at_login(std::string_view text, const SmtpLogin& login);

}  // namespace acron
