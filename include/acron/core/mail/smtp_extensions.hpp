#pragma once

#include <cstdint>
#include <string_view>

namespace acron {

/// What a server can do beyond RFC 5321, as far as we use it.
struct SmtpExtensions {
  bool pipelining = false;       // RFC 2920
  bool starttls = false;         // RFC 3207
  bool plain = false;            // AUTH PLAIN, RFC 4616
  bool login = false;            // AUTH LOGIN
  bool size = false;             // RFC 1870
  std::uint64_t size_limit = 0;  // 0: none
  bool auth = false;             // some login, perhaps none that we can say
  bool operator==(const SmtpExtensions&) const = default;
};

/// Reads the text of the answer to EHLO, one extension a line; what is unknown or makes no sense counts for nothing.
SmtpExtensions smtp_extensions_in(std::string_view text);

}  // namespace acron
