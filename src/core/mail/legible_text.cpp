#include "legible_text.hpp"

#include <algorithm>

#include "acron/core/text.hpp"

namespace acron {
namespace {

std::string escaped(char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  return {'\\', 'x', digits[value >> 4U], digits[value & 15U]};
}

void add_piece(std::string& legible, std::string_view piece) {
  while (!piece.empty()) {
    const auto good = utf8_prefix(piece);
    legible += piece.substr(0, good);
    if (good == piece.size()) return;
    legible += escaped(piece[good]);
    piece.remove_prefix(good + 1);
  }
}

}  // namespace

std::string legible_text(std::string_view text) {
  std::string legible;
  legible.reserve(text.size());
  while (!text.empty()) {
    // NUL is UTF-8, but many readers end a text there.
    const auto piece = text.substr(0, text.find('\0'));
    add_piece(legible, piece);
    if (piece.size() < text.size()) legible += escaped('\0');
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
  }
  return legible;
}

}  // namespace acron
