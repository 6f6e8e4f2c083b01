#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// How a mail server is spoken to.
enum class SmtpSecurity : std::uint8_t {
  opportunistic,  // STARTTLS where it is offered, with any certificate; else in clear
  starttls,       // never in clear, and with a good certificate only
  tls,            // so, and from the first byte on (RFC 8314, section 3.3)
  none            // in clear
};

/// Where mail is handed over.
struct SmtpServer {
  std::string host = "localhost";  // a name or an address, without brackets
  std::uint16_t port = 25;
  SmtpSecurity security = SmtpSecurity::opportunistic;
  bool operator==(const SmtpServer&) const = default;
};

/// Nothing is said but under TLS, and to nobody but the server that was named.
[[nodiscard]] inline bool is_verified(SmtpSecurity security) {
  return security == SmtpSecurity::starttls || security == SmtpSecurity::tls;
}

/// Reads `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`, alone or behind `smtp://` (the same; port 25 where none is
/// given), `smtp+starttls://` (587) or `smtps://` (465). No error repeats what may be a password.
[[nodiscard]] Result<SmtpServer> parse_smtp_server(std::string_view text);

/// Its host and port, as parse_smtp_server reads them.
std::string describe(const SmtpServer& server);

}  // namespace acron
