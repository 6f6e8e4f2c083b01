#pragma once

#include <string>
#include <string_view>

namespace acron {

/// RFC 4648, section 4, padded, on one line.
std::string base64(std::string_view bytes);

/// What four characters of it stand for, three bytes, or fewer where they end in `=`.
std::string base64_quantum(std::string_view four);

}  // namespace acron
