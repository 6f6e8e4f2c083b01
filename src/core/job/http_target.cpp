#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cstdint>

#include "acron/core/characters.hpp"
#include "acron/core/job/output_route.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

namespace urls = boost::urls;

constexpr std::size_t longest_url = 2000;
constexpr std::size_t longest_host = 253;  // RFC 1035, section 2.3.4, as text without the last dot

/// The message never holds the text, which may be a secret.
Result<void> check_host(const urls::url_view& url, std::string_view text) {
  const auto at = text.find("//") + 2;
  const auto host = url.encoded_host();
  if (!url.has_authority() || host.empty()) return Error{"the URL names no host", std::min(at, text.size())};
  if (url.host_type() == urls::host_type::ipv6) return {};
  if (url.host_type() == urls::host_type::ipvfuture) return Error{"the URL's host is no address known here", at};
  if (host.size() > longest_host || !std::all_of(host.begin(), host.end(), is_of_host_name)) {
    return Error{"the URL's host is no name of a host", at};
  }
  return {};
}

bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [rest, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return fault == std::errc{} && rest == digits.data() + digits.size() && port > 0;
}

Result<void> check_rest(const urls::url_view& url, std::string_view text) {
  // RFC 3986, section 3.3; Boost.URL 1.81 takes `host:x` for a host and the path `x`.
  const auto path = url.encoded_path();
  if (!path.empty() && path.front() != '/') return Error{"this is no URL: a '/' is missing after its host", 0};
  const std::string port = url.port();
  if (!port.empty() && !is_port(port)) {
    return Error{"the URL's port is none from 1 to 65535", text.find("//") + 2};
  }
  if (url.has_fragment()) return Error{"a fragment (behind '#') is not sent to a server", text.find('#')};
  const auto credentials = url.userinfo();
  // RFC 7617, section 2: a colon ends the user's name.
  const bool can_be_sent =
      std::none_of(credentials.begin(), credentials.end(), is_control) && url.user().find(':') == std::string::npos;
  if (!can_be_sent) return Error{"the URL's user and password can't be sent", text.find("//") + 2};
  return {};
}

bool is_tls(const urls::url_view& url) { return url.scheme_id() == urls::scheme::https; }

urls::url_view view_of(const HttpTarget& target) { return urls::parse_uri(target.url).value(); }

}  // namespace

Result<HttpTarget> parse_http_target(std::string_view text) {
  if (text.size() > longest_url) return Error{"the URL is longer than 2000 bytes", 0};
  const auto parsed = urls::parse_uri(text);
  if (parsed.has_error()) return Error{"this is no URL; one looks like 'https://example.com/path'", 0};
  const auto& url = *parsed;
  if (url.scheme_id() != urls::scheme::http && !is_tls(url)) {
    return Error{in_quotes(std::string{url.scheme()}, 30) + " is no scheme known here; it may be 'https' or 'http'", 0};
  }
  if (const auto checked = check_host(url, text); !checked) return checked.error();
  if (const auto checked = check_rest(url, text); !checked) return checked.error();
  return HttpTarget{std::string{text}};
}

HttpAddress address_of(const HttpTarget& target) {
  const auto url = view_of(target);
  HttpAddress address;
  address.tls = is_tls(url);
  address.host = url.host_address();
  const std::string_view usual_port = address.tls ? "443" : "80";
  const auto port = std::string{url.port()};
  address.port = port.empty() ? usual_port : port;
  address.host_header = std::string{url.encoded_host()} + (address.port == usual_port ? "" : ":" + address.port);
  address.path = std::string{url.encoded_path()};
  if (address.path.empty()) address.path = "/";
  if (url.has_query()) address.path += "?" + std::string{url.encoded_query()};
  // RFC 7617, section 2: the colon is there without a password too.
  if (url.has_userinfo()) address.credentials = url.user() + ":" + url.password();
  return address;
}

bool repeats_secret(std::string_view text, const HttpAddress& address) {
  constexpr std::string_view between_parts = "/?&=:";
  constexpr std::size_t shortest = 4;
  constexpr std::size_t tells_enough = 8;
  const auto plain = urls::pct_string_view{address.path}.decode();  // servers log, and quote, either form
  const auto all = lower_ascii(address.path + "/" + plain + "/" + address.credentials);
  const auto where = lower_ascii(text);
  for (std::string_view rest = all; !rest.empty();) {
    const auto part = rest.substr(0, rest.find_first_of(between_parts));
    if (part.size() >= shortest && where.find(part.substr(0, tells_enough)) != std::string::npos) return true;
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  return false;
}

std::string describe(const HttpTarget& target) {
  const auto address = address_of(target);
  const bool has_more = address.path != "/";
  return (address.tls ? "https://" : "http://") + address.host_header + (has_more ? "/..." : "/");
}

}  // namespace acron
