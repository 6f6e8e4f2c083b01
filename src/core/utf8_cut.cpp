#include "acron/core/utf8_cut.hpp"

#include "acron/core/characters.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_utf8 = 4;  // RFC 3629

/// By its first byte.
std::size_t character_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0xC2 || byte > 0xF4) return 1;
  return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

}  // namespace

std::size_t torn_at_end(std::string_view text) {
  for (std::size_t length = 1; length < longest_utf8 && length <= text.size(); ++length) {
    const char byte = text[text.size() - length];
    if (!is_continuation(byte)) return character_length(byte) > length ? length : 0;
  }
  return 0;
}

std::size_t torn_at_front(std::string_view text) {
  std::size_t length = 0;
  while (length + 1 < longest_utf8 && length < text.size() && is_continuation(text[length])) ++length;
  return length;
}

}  // namespace acron
