#pragma once

#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// A mail server can tell the machine by it: labels with dots between them, of letters, digits, `-` and `_`, that are
/// no address, and none of the names that every machine has (localhost.localdomain and its kin).
[[nodiscard]] bool is_full_name(std::string_view name);

/// What a person gives as the name of this machine: labels of letters, digits, `-` and `_` with single dots between
/// them, at most 253 bytes (RFC 1123, section 2.1).
[[nodiscard]] Result<std::string> given_machine_name(std::string_view text);

/// ... as its name to mail servers (RFC 5321, section 4.1.2): without `_`, whose last label is no number, or an address
/// literal. The error of an address without its form says which that is.
[[nodiscard]] Result<std::string> given_hello_name(std::string_view text);

/// `host`, a name or an address literal, as EHLO may say it; `localhost` for what can't be one.
std::string hello_name(std::string_view host);

/// `[192.0.2.1]` or `[IPv6:2001:db8::1]`, for a client without a full name (RFC 5321, sections 4.1.3 and 4.1.4). The
/// zone of a link-local address is left out.
std::string address_literal(std::string_view address);

}  // namespace acron
