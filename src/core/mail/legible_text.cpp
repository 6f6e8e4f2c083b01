#include "legible_text.hpp"

#include <cstddef>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_sequence = 4;  // RFC 3629, section 3
constexpr std::size_t few = 8;

std::string escaped_byte(char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  return {'\\', 'x', digits[value >> 4U], digits[value & 15U]};
}

/// NUL is UTF-8, but many readers end a text there.
bool starts_legibly(std::string_view text) {
  return text.front() != '\0' && utf8_prefix(text.substr(0, longest_sequence)) > 0;
}

/// Takes the byte that a text begins with, which is none of a character, as often as it stands there in a row. A device
/// that gives nothing but zeros must not make a mail four times as long.
void take_odd_bytes(std::string& legible, std::string_view& text) {
  const char odd = text.front();
  std::size_t count = 1;
  while (count < text.size() && text[count] == odd && !starts_legibly(text.substr(count))) ++count;
  text.remove_prefix(count);
  if (count > few) {
    legible += escaped_byte(odd) + " (" + std::to_string(count) + " times)";
  } else {
    for (; count > 0; --count) legible += escaped_byte(odd);
  }
}

void add_piece(std::string& legible, std::string_view piece) {
  while (!piece.empty()) {
    const auto good = utf8_prefix(piece);
    legible += piece.substr(0, good);
    piece.remove_prefix(good);
    if (!piece.empty()) take_odd_bytes(legible, piece);
  }
}

}  // namespace

std::string legible_text(std::string_view text) {
  std::string legible;
  legible.reserve(text.size());
  while (!text.empty()) {
    const auto piece = text.substr(0, text.find('\0'));
    add_piece(legible, piece);
    text.remove_prefix(piece.size());
    if (!text.empty()) take_odd_bytes(legible, text);
  }
  return legible;
}

}  // namespace acron
