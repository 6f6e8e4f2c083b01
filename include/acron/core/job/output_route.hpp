#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "acron/core/job/incident.hpp"
#include "acron/core/job/output_capture.hpp"
#include "acron/core/result.hpp"

namespace acron {

/// An absolute path that is appended to. `/dev/null` is a file like any other here.
struct FileTarget {
  std::string path;
  bool operator==(const FileTarget&) const = default;
};

struct MailTarget {
  std::string address;
  bool operator==(const MailTarget&) const = default;
};

/// The machine's system log: a line of it for each line that the run prints.
struct SyslogTarget {
  bool operator==(const SyslogTarget&) const = default;
};

/// A server that is told of the run by an HTTP POST of its JSON record. May hold a secret: see `describe`.
struct HttpTarget {
  std::string url;  // http or https, with a host, without a fragment
  bool operator==(const HttpTarget&) const = default;
};

/// acron's own stdout or stderr.
struct StreamTarget {
  Stream stream;
  bool operator==(const StreamTarget&) const = default;
};

using OutputTarget = std::variant<FileTarget, MailTarget, SyslogTarget, HttpTarget, StreamTarget>;

/// After which runs an output gets what was printed.
enum class RouteCondition : std::uint8_t {
  always,
  if_error,
  if_success,
  if_first_error,  // of a failure whose run before was none
  if_recovered,    // of a success whose run before was a failure
};

/// One `output` line.
struct OutputRoute {
  OutputTarget target;
  RouteCondition condition = RouteCondition::always;
  bool operator==(const OutputRoute&) const = default;
};

/// Whether an output of that condition gets this run; `before` is the incident up to the run before.
bool applies(RouteCondition condition, const Verdict& verdict, const Incident& before);

/// Whether a mail of that condition is sent about this run: it applies, and there is something to tell: a failure, a
/// recovery that was asked for, or something printed.
bool is_mailed(RouteCondition condition, const Verdict& verdict, const Incident& before, bool printed_something);

/// Whether one run could satisfy both.
bool can_both_apply(RouteCondition a, RouteCondition b);

/// Whether both are one place, in whatever spelling: `//` and `/./` in a path, upper case in a domain, the usual port
/// of a URL.
bool is_same(const OutputTarget& a, const OutputTarget& b);

/// `if-error`; empty for `always`.
std::string_view describe(RouteCondition condition);

/// Reads TARGET of an `output` line. The names that acron's stdout and stderr have below /dev and /proc stand for
/// those; other names of devices are refused.
[[nodiscard]] Result<OutputTarget> parse_output_target(std::string_view text);

/// A mail address that is safe in an SMTP command and a header: `local@domain` of RFC 5321 dot-atoms, at most 254
/// bytes (64 before the `@`). No quotes, no spaces, no controls, ASCII only.
[[nodiscard]] Result<MailTarget> parse_mail_address(std::string_view text);

/// Reads an http or https URL (RFC 3986) of at most 2000 bytes, printable ASCII. It must have a host and may have a
/// user and password; errors do not repeat it.
[[nodiscard]] Result<HttpTarget> parse_http_target(std::string_view text);

/// What an HTTP client needs of a URL.
struct HttpAddress {
  bool tls = false;
  std::string host;         // without the brackets of an IPv6 address
  std::string port;         // digits: 80 and 443 when the URL names none
  std::string host_header;  // as `Host:` wants it (RFC 9110, section 7.2)
  std::string path;         // with the query, at least `/`
  std::string credentials;  // `user:password`, decoded, for basic authentication (RFC 7617); empty: none
};
HttpAddress address_of(const HttpTarget& target);

/// Whether a text has a part of the URL's path, query, user or password in it that may be a secret: at least four
/// bytes, and of a long part its first eight, in upper or lower case.
bool repeats_secret(std::string_view text, const HttpAddress& address);

/// Only `https://host:port/...`, since the rest may be a secret.
std::string describe(const HttpTarget& target);

/// `/var/log/x.log`, `mark@example.com`, `syslog`, `stdout`, or a URL without its secrets.
std::string describe(const OutputTarget& target);

}  // namespace acron
