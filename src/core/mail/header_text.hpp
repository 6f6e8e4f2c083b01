#pragma once

#include <string>
#include <string_view>

namespace acron {

/// `Name: value` with its CRLF, folded; the value may be any text. See compose() for what becomes of it.
std::string header_line(std::string_view name, std::string_view value);

/// `Name: display <address>` with its CRLF; the display name may be any text, also empty.
std::string mailbox_line(std::string_view name, std::string_view display, std::string_view address);

}  // namespace acron
