#pragma once

#include <cstddef>
#include <string_view>

namespace acron {

/// Where UTF-8 was cut without regard to its characters: bytes at the end of `text` that begin a character and do not
/// end it.
std::size_t torn_at_end(std::string_view text);

/// Bytes at the front of `text` that can but be the rest of a character.
std::size_t torn_at_front(std::string_view text);

}  // namespace acron
