#pragma once

#include <string>
#include <string_view>

namespace acron {

/// A mail server can tell the machine by it: labels with dots between them, of letters, digits, `-` and `_`, that are
/// no address, and none of the names that every machine has (localhost.localdomain and its kin).
[[nodiscard]] bool is_full_name(std::string_view name);

/// `host`, a name or an address literal, as EHLO may say it; `localhost` for what can't be one.
std::string hello_name(std::string_view host);

/// `[192.0.2.1]` or `[IPv6:2001:db8::1]`, for a client without a full name (RFC 5321, sections 4.1.3 and 4.1.4). The
/// zone of a link-local address is left out.
std::string address_literal(std::string_view address);

}  // namespace acron
