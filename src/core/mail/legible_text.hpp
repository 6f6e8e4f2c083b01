#pragma once

#include <string>
#include <string_view>

namespace acron {

/// `text` as UTF-8 that every mail reader shows whole: a byte that is not UTF-8, and NUL, is written `\xe4`, and once
/// for more than eight of them in a row: `\x00 (65536 times)`.
std::string legible_text(std::string_view text);

}  // namespace acron
