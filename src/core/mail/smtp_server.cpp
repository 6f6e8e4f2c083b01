#include "acron/core/mail/smtp_server.hpp"

#include <algorithm>
#include <charconv>

#include "acron/core/job/recipients.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

Error no_server(std::string_view text) {
  // Of `smtps://me:secret@host` nothing is repeated.
  if (text.find('@') != std::string_view::npos) return {"a mail server is named without a login (try --smtp-login)"};
  return {in_quotes(text, 200) + " is no mail server (try localhost:25, [::1]:25 or smtps://relay.example.com)"};
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

Result<SmtpServer> read_server(std::string_view text) {
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

/// Other names for the same, as other programs have them.
struct SchemeName {
  std::string_view name, meaning;
};
constexpr SchemeName scheme_names[] = {{"starttls://", "smtp+starttls://"},
                                       {"submission://", "smtp+starttls://"},
                                       {"submissions://", "smtps://"},
                                       {"smtp+ssl://", "smtps://"},
                                       {"ssl://", "smtps://"}};

/// `2001:db8::7`, but not `2001:db8::7:25`, whose end may be a port.
bool is_bare_v6(std::string_view place) {
  constexpr std::string_view ports[] = {"25", "465", "587", "2525"};
  const bool has_port =
      std::find(std::begin(ports), std::end(ports), place.substr(place.rfind(':') + 1)) != std::end(ports);
  return std::count(place.begin(), place.end(), ':') > 1 && !has_port &&
         place.find_first_not_of("0123456789abcdefABCDEF:") == std::string_view::npos;
}

/// What a text may stand for that is none.
std::string server_meant(std::string_view text) {
  const auto scheme_end = text.find("://") == std::string_view::npos ? 0 : text.find("://") + 3;
  std::string scheme{text.substr(0, scheme_end)};
  for (const auto& [name, meaning] : scheme_names) {
    if (lower_ascii(scheme) == name) scheme = meaning;
  }
  auto place = text.substr(scheme_end);
  if (place.ends_with('/')) place.remove_suffix(1);
  return scheme + (is_bare_v6(place) ? "[" + std::string{place} + "]" : std::string{place});
}

}  // namespace

Result<SmtpServer> parse_smtp_server(std::string_view text) {
  if (says_none(text)) return Error{no_server(text).message + std::string{how_no_mail_is_sent}};
  auto server = read_server(text);
  if (server || text.find('@') != std::string_view::npos) return server;
  const auto meant = server_meant(text);
  if (!read_server(meant)) return server;
  return Error{in_quotes(text, 200) + " is no mail server" + write_instead({meant})};
}

std::string describe(const SmtpServer& server) {
  const bool is_v6 = server.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

}  // namespace acron
