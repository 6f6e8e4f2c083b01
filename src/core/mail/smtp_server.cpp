#include "acron/core/mail/smtp_server.hpp"

#include <algorithm>
#include <charconv>

#include "acron/core/text.hpp"

namespace acron {
namespace {

Error no_server(std::string_view text) {
  // Of `smtps://me:secret@host` nothing is repeated.
  if (text.find('@') != std::string_view::npos) return {"a mail server is named without a login (try --smtp-login)"};
  return {"'" + printable(text) + "' is no mail server (try localhost:25, [::1]:25 or smtps://relay.example.com)"};
}

bool says_none(std::string_view text) {
  constexpr std::string_view words[] = {"none", "no", "off", "false", "never", "disabled"};
  return std::find(std::begin(words), std::end(words), lower_ascii(text)) != std::end(words);
}

bool is_host(std::string_view host, bool bracketed) {
  const auto belongs = [bracketed](char c) {
    const bool letter_or_digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter_or_digit || c == '.' || c == '-' || (bracketed ? c == ':' || c == '%' : c == '_');
  };
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), belongs);
}

struct Scheme {
  std::string_view prefix;
  SmtpSecurity security = SmtpSecurity::opportunistic;
  std::uint16_t port = 25;
};

/// The ports of RFC 5321, RFC 6409 and RFC 8314.
constexpr Scheme schemes[] = {{"smtp://", SmtpSecurity::opportunistic, 25},
                              {"smtp+starttls://", SmtpSecurity::starttls, 587},
                              {"smtps://", SmtpSecurity::tls, 465}};

Scheme scheme_of(std::string_view text) {
  for (const auto& scheme : schemes) {
    if (lower_ascii(text.substr(0, scheme.prefix.size())) == scheme.prefix) return scheme;
  }
  return {};
}

/// 0 when it is none.
std::uint16_t port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? port : std::uint16_t{0};
}

}  // namespace

Result<SmtpServer> parse_smtp_server(std::string_view text) {
  if (says_none(text))
    return Error{no_server(text).message + "; no mail is sent of a job with another target, such as 'output syslog'"};
  const auto scheme = scheme_of(text);
  const auto place = text.substr(scheme.prefix.size());
  const bool bracketed = place.starts_with('[');
  const auto host_end = bracketed ? place.find(']') : std::min(place.find(':'), place.size());
  if (host_end == std::string_view::npos) return no_server(text);
  const auto host = bracketed ? place.substr(1, host_end - 1) : place.substr(0, host_end);
  const auto rest = place.substr(host_end + (bracketed ? 1 : 0));
  if (!is_host(host, bracketed)) return no_server(text);
  const auto port = rest.empty() ? scheme.port : rest.starts_with(':') ? port_of(rest.substr(1)) : std::uint16_t{0};
  if (port == 0) return no_server(text);
  return SmtpServer{std::string{host}, port, scheme.security};
}

std::string describe(const SmtpServer& server) {
  const bool is_v6 = server.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

}  // namespace acron
