#include "acron/core/mail/own_name.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "acron/core/characters.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"

namespace acron {
namespace {

bool is_label(std::string_view label) {
  const auto belongs = [](char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), belongs);
}

constexpr std::size_t longest_host_name = 253;  // RFC 1035, section 2.3.4: 255 with the length of each label

/// The last label of a name, empty for what is none.
std::string_view last_label(std::string_view name) {
  if (name.size() > longest_host_name) return {};
  std::string_view last;
  for (std::size_t begin = 0; begin <= name.size(); begin += last.size() + 1) {
    last = name.substr(begin, name.find('.', begin) - begin);
    if (!is_label(last)) return {};
  }
  return last;
}

bool is_address(int family, const std::string& text) {
  in6_addr address{};
  return text.find('\0') == std::string::npos && ::inet_pton(family, text.c_str(), &address) == 1;
}

/// The address that is meant, with its brackets or without; empty if there is none.
std::string address_in(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const bool is_tagged = lower_ascii(text.substr(0, 5)) == "ipv6:";
  const std::string address(text.substr(is_tagged ? 5 : 0));
  return is_address(AF_INET6, address) || (!is_tagged && is_address(AF_INET, address)) ? address : "";
}

using Named = Result<std::string>;

Error no_machine(std::string_view text) { return {in_quotes(text, 80) + " is not the name of a machine"}; }

/// /etc/hosts of the distributions has localhost4, localhost6.localdomain6, ip6-localhost and the like.
bool every_machine_has(std::string_view name) {
  const auto last = name.substr(name.rfind('.') + 1);
  return name.starts_with("localhost") || name.find("-localhost") != std::string_view::npos || last == "localhost" ||
         last.starts_with("localdomain");
}

}  // namespace

bool is_full_name(std::string_view name) {
  if (name.find('.') == std::string_view::npos || every_machine_has(lower_ascii(name))) return false;
  const auto label = last_label(name);
  return !label.empty() && !is_number(label);
}

Result<std::string> given_machine_name(std::string_view text) {
  const auto name = text.substr(0, text.size() - (text.ends_with('.') ? 1 : 0));  // the root's dot means nothing here
  if (last_label(name).empty()) return no_machine(text);
  return Named(boost::system::in_place_value, text);
}

Result<std::string> given_hello_name(std::string_view text) {
  if (const std::string address = address_in(text); !address.empty()) {
    const std::string literal = address_literal(address);
    if (lower_ascii(text) == lower_ascii(literal)) return Named(boost::system::in_place_value, literal);
    return Error{"an address stands in brackets; write '" + literal + "'"};
  }
  if (text.starts_with('[')) return Error{in_quotes(text, 80) + " is not an address in brackets (try [192.0.2.7])"};
  if (text.size() > 1 && text.ends_with('.')) {  // the root's dot, which RFC 5321 does not have
    const auto name = given_hello_name(text.substr(0, text.size() - 1));
    return Error{no_machine(text).message + (name ? write_instead({*name}) : "")};
  }
  const auto label = last_label(text);
  if (text.find('_') != std::string_view::npos || label.empty() || is_number(label)) return no_machine(text);
  return Named(boost::system::in_place_value, text);
}

std::string hello_name(std::string_view host) {
  const bool is_literal = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  const auto belongs = [is_literal](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
           (is_literal ? c == ':' : c == '_');
  };
  const auto name = is_literal ? host.substr(1, host.size() - 2) : host;
  const bool valid = !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), belongs);
  return valid ? std::string{host} : "localhost";
}

std::string address_literal(std::string_view address) {
  const bool is_v6 = address.find(':') != std::string_view::npos;
  return (is_v6 ? "[IPv6:" : "[") + std::string{address.substr(0, address.find('%'))} + "]";
}

}  // namespace acron
