#include "acron/core/mail/own_name.hpp"

#include <algorithm>

#include "acron/core/text.hpp"

namespace acron {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label(std::string_view label) {
  const auto belongs = [](char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), belongs);
}

/// /etc/hosts of the distributions has localhost4, localhost6.localdomain6, ip6-localhost and the like.
bool every_machine_has(std::string_view name) {
  const auto last = name.substr(name.rfind('.') + 1);
  return name.starts_with("localhost") || name.find("-localhost") != std::string_view::npos || last == "localhost" ||
         last.starts_with("localdomain");
}

}  // namespace

bool is_full_name(std::string_view name) {
  if (name.size() > 253 || name.find('.') == std::string_view::npos || every_machine_has(lower_ascii(name)))
    return false;
  std::string_view last;
  for (std::size_t begin = 0; begin <= name.size(); begin += last.size() + 1) {
    last = name.substr(begin, name.find('.', begin) - begin);
    if (!is_label(last)) return false;
  }
  return !std::all_of(last.begin(), last.end(), is_digit);
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
