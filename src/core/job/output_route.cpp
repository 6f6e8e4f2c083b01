#include "acron/core/job/output_route.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "acron/core/job/absolute_path.hpp"
#include "acron/core/job/recipients.hpp"
#include "acron/core/text.hpp"
#include "separated.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_address = 254;      // RFC 5321 section 4.5.3.1.3: a path of 256 with its angle brackets
constexpr std::size_t longest_local_part = 64;    // RFC 5321 section 4.5.3.1.1
constexpr std::size_t longest_domain_label = 63;  // RFC 1035 section 2.3.4

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// RFC 5322 section 3.2.3.
bool is_atext(char c) {
  return is_alphanumeric(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~"}.find(c) != std::string_view::npos;
}

Result<void> check_local_part(std::string_view local) {
  if (local.empty()) return Error{"nothing stands before the '@'", 0};
  if (local.size() > longest_local_part) return Error{"more than 64 bytes stand before the '@'", longest_local_part};
  return for_each_part(local, '.', [](std::string_view atom, std::size_t at) -> Result<void> {
    if (atom.empty()) return Error{"a '.' must stand between two other characters", at};
    const auto bad = std::find_if_not(atom.begin(), atom.end(), is_atext);
    if (bad == atom.end()) return {};
    const auto offset = static_cast<std::size_t>(bad - atom.begin());
    return Error{in_quotes(atom.substr(offset, 1), 80) + " can't stand before the '@'", at + offset};
  });
}

Result<void> check_domain_label(std::string_view label, std::size_t at) {
  if (label.empty()) return Error{"a part of the domain is empty", at};
  if (label.size() > longest_domain_label) return Error{"a part of the domain is longer than 63 bytes", at};
  if (label.front() == '-' || label.back() == '-') return Error{"a part of the domain begins or ends with '-'", at};
  const auto bad = std::find_if_not(label.begin(), label.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
  if (bad == label.end()) return {};
  const auto offset = static_cast<std::size_t>(bad - label.begin());
  return Error{in_quotes(label.substr(offset, 1), 80) + " can't stand in a domain", at + offset};
}

/// The same fault, in a text that begins `by` bytes earlier.
Error moved(Error error, std::size_t by) {
  error.at += by;
  return error;
}

/// What the path says once `//` and `.` are gone from it, and `..` too where asked: only the file system knows where
/// that leads, from behind a symlink.
std::string plain_path(std::string_view path, bool takes_back) {
  std::string plain;
  static_cast<void>(for_each_part(path, '/', [&](std::string_view part, std::size_t) -> Result<void> {
    if (part == ".." && takes_back) {
      plain.resize(plain.empty() ? 0 : plain.rfind('/'));
    } else if (!part.empty() && part != ".") {
      plain.append("/").append(part);
    }
    return {};
  }));
  return plain;
}

/// In the one form that all spellings of the same target have.
OutputTarget in_plain_form(const OutputTarget& target) {
  if (const auto* file = std::get_if<FileTarget>(&target)) return FileTarget{plain_path(file->path, false)};
  if (const auto* mail = std::get_if<MailTarget>(&target)) {
    const auto domain = mail->address.rfind('@');  // before it, letter case is the server's affair: RFC 5321, 2.4
    return MailTarget{mail->address.substr(0, domain) + lower_ascii(mail->address.substr(domain))};
  }
  if (const auto* http = std::get_if<HttpTarget>(&target)) {
    const auto address = address_of(*http);
    return HttpTarget{(address.tls ? "https://" : "http://") + address.credentials + "@" +
                      lower_ascii(address.host_header) + address.path};
  }
  return target;
}

/// The stream whose name among the files of devices and processes this is. Process 1 of a container is acron, or has
/// the same streams as acron.
std::optional<Stream> stream_of(std::string_view path) {
  for (const std::string_view place :
       {"/dev/std", "/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/", "/proc/1/fd/"}) {
    if (!path.starts_with(place)) continue;
    const auto name = path.substr(place.size());
    if (name == (place == "/dev/std" ? "out" : "1")) return Stream::out;
    if (name == (place == "/dev/std" ? "err" : "2")) return Stream::err;
  }
  return std::nullopt;
}

/// Below these there are no files that keep what is appended to them.
bool is_of_the_kernel(std::string_view path) {
  const auto is_in = [path](std::string_view place) {
    return path.starts_with(place) && (path.size() == place.size() || path[place.size()] == '/');
  };
  return (is_in("/dev") && !path.starts_with("/dev/shm/")) || is_in("/proc") || is_in("/sys");
}

Result<OutputTarget> parse_path(std::string_view path) {
  if (const auto checked = check_absolute_path(path); !checked) return checked.error();
  if (path.ends_with('/')) return Error{in_quotes(path, 80) + " names a directory; output goes to a file", 0};
  const std::string plain = plain_path(path, true);
  if (plain == "/dev/null") return OutputTarget{FileTarget{plain}};
  if (const auto stream = stream_of(plain)) return OutputTarget{StreamTarget{*stream}};
  if (is_of_the_kernel(plain)) {
    return Error{in_quotes(path, 80) +
                     " is no regular file; besides files, output goes to 'stdout' and 'stderr' (those of acron),"
                     " 'syslog', mail addresses and URLs",
                 0};
  }
  return OutputTarget{FileTarget{std::string{path}}};
}

Error not_a_target(std::string_view text) {
  if (text.find_first_of("~/$`") == std::string_view::npos && text.find('.') != std::string_view::npos) {
    return Error{in_quotes(text, 80) + " is a relative path; a file is named by its absolute path, as /var/log/x.log"};
  }
  if (text.find_first_of("~/.$`") != std::string_view::npos) return check_absolute_path(text).error();
  const auto meant = nearest(text, std::array<std::string_view, 3>{"syslog", "stdout", "stderr"});
  if (!meant.empty())
    return Error{in_quotes(text, 80) + " is not known here; did you mean '" + std::string(meant) + "'?"};
  return Error{in_quotes(text, 80) + " is neither an absolute path nor a mail address (name@domain)"};
}

}  // namespace

Result<MailTarget> parse_mail_address(std::string_view text) {
  const auto at_sign = text.rfind('@');
  if (at_sign == std::string_view::npos) return Error{in_quotes(text, 80) + " is not a mail address: it has no '@'", 0};
  if (const auto label = label_before_address(text); !label.empty())
    return Error{in_quotes(label, 80) + " is no part of a mail address", 0};
  if (text.size() > longest_address) return Error{"the mail address is longer than 254 bytes", 0};
  if (const auto local = check_local_part(text.substr(0, at_sign)); !local) return local.error();
  const auto domain = text.substr(at_sign + 1);
  if (domain.empty()) return Error{"nothing stands after the '@'", at_sign};
  if (const auto checked = for_each_part(domain, '.', check_domain_label); !checked) {
    return moved(checked.error(), at_sign + 1);
  }
  return MailTarget{std::string{text}};
}

Result<OutputTarget> parse_output_target(std::string_view text) {
  if (text.empty()) return Error{"a path or a mail address is missing", 0};
  if (text == "syslog") return OutputTarget{SyslogTarget{}};
  if (text == "stdout") return OutputTarget{StreamTarget{Stream::out}};
  if (text == "stderr") return OutputTarget{StreamTarget{Stream::err}};
  if (text.front() == '/') return parse_path(text);
  if (text.find("://") != std::string_view::npos) {
    auto target = parse_http_target(text);
    if (!target) return target.error();
    return OutputTarget{*std::move(target)};
  }
  if (text.find('@') == std::string_view::npos) return not_a_target(text);
  const auto address = parse_mail_address(text);
  if (!address) return address.error();
  return OutputTarget{*address};
}

bool applies(RouteCondition condition, const Verdict& verdict, const Incident& before) {
  switch (condition) {
    case RouteCondition::always: break;
    case RouteCondition::if_error: return verdict.failed;
    case RouteCondition::if_success: return !verdict.failed;
    case RouteCondition::if_first_error: return turn_of(before, verdict) == Turn::first_failure;
    case RouteCondition::if_recovered: return turn_of(before, verdict) == Turn::recovered;
  }
  return true;
}

bool is_mailed(RouteCondition condition, const Verdict& verdict, const Incident& before, bool printed_something) {
  const bool is_news = verdict.failed || condition == RouteCondition::if_recovered;
  return applies(condition, verdict, before) && (is_news || printed_something);
}

bool can_both_apply(RouteCondition a, RouteCondition b) {
  const auto wants_failure = [](RouteCondition c) {
    return c == RouteCondition::if_error || c == RouteCondition::if_first_error;
  };
  if (a == RouteCondition::always || b == RouteCondition::always) return true;
  return wants_failure(a) == wants_failure(b);
}

bool is_same(const OutputTarget& a, const OutputTarget& b) { return in_plain_form(a) == in_plain_form(b); }

std::string_view describe(RouteCondition condition) {
  switch (condition) {
    case RouteCondition::always: break;
    case RouteCondition::if_error: return "if-error";
    case RouteCondition::if_success: return "if-success";
    case RouteCondition::if_first_error: return "if-first-error";
    case RouteCondition::if_recovered: return "if-recovered";
  }
  return {};
}

std::string describe(const OutputTarget& target) {
  if (const auto* file = std::get_if<FileTarget>(&target)) return file->path;
  if (const auto* mail = std::get_if<MailTarget>(&target)) return mail->address;
  if (const auto* http = std::get_if<HttpTarget>(&target)) return describe(*http);
  if (const auto* own = std::get_if<StreamTarget>(&target)) return own->stream == Stream::out ? "stdout" : "stderr";
  return "syslog";
}

}  // namespace acron
