#include "acron/core/mail/local_recipient.hpp"

#include <algorithm>

#include "acron/core/text.hpp"

namespace acron {
namespace {

/// localhost, localhost.localdomain, localhost4, and what RFC 6761, section 6.3, takes for the same.
bool means_this_machine(std::string_view name) {
  const auto label = name.substr(0, name.find('.'));
  return label == "localhost" || label == "localhost4" || label == "localhost6" || name.ends_with(".localhost") ||
         name == "ip6-localhost" || name == "ip6-loopback" || name == "ipv6-localhost" || name == "ipv6-loopback";
}

bool is_loopback_address(std::string_view host) {
  const auto belongs = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  return host == "::1" || host == "0:0:0:0:0:0:0:1" ||
         (host.starts_with("127.") && std::all_of(host.begin(), host.end(), belongs));
}

bool is_here(std::string_view server, std::string_view host) {
  return means_this_machine(server) || is_loopback_address(server) || server == host ||
         server == host.substr(0, host.find('.'));
}

}  // namespace

std::string doubt_about_recipient(std::string_view address, const SmtpServer& server, std::string_view host) {
  const auto domain = lower_ascii(address.substr(address.rfind('@') + 1));
  if (!means_this_machine(domain) || is_here(lower_ascii(server.host), lower_ascii(host))) return {};
  return "mail to " + std::string{address} + " goes to " + describe(server) + ", for which '" + domain +
         "' is not this machine: it will refuse it, or keep it for itself; set --mailto, or the address in the job";
}

}  // namespace acron
