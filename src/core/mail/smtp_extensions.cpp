#include "acron/core/mail/smtp_extensions.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "acron/core/text.hpp"

namespace acron {
namespace {

/// 0 stands for no limit (RFC 1870, section 3), and so does what is no number.
std::uint64_t size_of(std::string_view parameters) {
  std::uint64_t size = 0;
  const auto read = std::from_chars(parameters.data(), parameters.data() + parameters.size(), size);
  return read.ec == std::errc{} ? size : 0;
}

bool has_word(std::string_view text, std::string_view word) {
  return (" " + lower_ascii(text) + " ").find(" " + std::string{word} + " ") != std::string::npos;
}

void read_extension(std::string_view line, SmtpExtensions& found) {
  // `AUTH=LOGIN` is the form of servers from before RFC 2554, beside the proper one or alone.
  const bool old_auth = lower_ascii(line.substr(0, 5)) == "auth=";
  const auto blank = old_auth ? 4 : std::min(line.find(' '), line.size());
  const auto keyword = lower_ascii(line.substr(0, blank));
  const auto parameters = trim(line.substr(std::min(blank + (old_auth ? 1 : 0), line.size())));
  if (keyword == "pipelining") found.pipelining = true;
  if (keyword == "starttls") found.starttls = true;
  if (keyword == "auth") {
    found.auth |= !parameters.empty();
    found.plain |= has_word(parameters, "plain");
    found.login |= has_word(parameters, "login");
  }
  if (keyword == "size") {
    found.size = true;
    found.size_limit = size_of(parameters);
  }
}

}  // namespace

SmtpExtensions smtp_extensions_in(std::string_view text) {
  SmtpExtensions found;
  while (!text.empty()) {
    const auto newline = std::min(text.find('\n'), text.size());
    read_extension(text.substr(0, newline), found);
    text.remove_prefix(std::min(newline + 1, text.size()));
  }
  return found;
}

}  // namespace acron
