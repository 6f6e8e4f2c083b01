#include "acron/core/look_alikes.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "look_alike_table.hpp"

namespace acron {
namespace {

/// Of the character that begins at `at`.
std::size_t length_at(std::string_view text, std::size_t at) {
  auto end = at + 1;
  while (end < text.size() && end < at + 4 && is_continuation(text[end])) ++end;
  return end - at;
}

std::uint32_t code_point_of(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first;
  std::uint32_t code = first & (0xFFU >> (character.size() + 1));
  for (const char byte : character.substr(1)) code = code << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
  return code;
}

/// All plain characters but two, without a search of the table.
/// CP/M ended a text by SUBSTITUTE, Ctrl-Z, and so do some editors still.
bool is_plain_ascii(char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\v' && c != '\f' && c != '\x1A'; }

const LookAlikeRow* row_of(std::uint32_t code) {
  const auto rows = look_alike_rows();
  const auto found = std::lower_bound(rows.begin(), rows.end(), code,
                                      [](const LookAlikeRow& row, std::uint32_t c) { return row.code < c; });
  return found == rows.end() || found->code != code ? nullptr : &*found;
}

/// Characters of which whole blocks look like others or like nothing.
std::optional<LookAlike> of_block(std::uint32_t code) {
  using Kind = LookAlike::Kind;
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::uint32_t bold_a = 0x1D400, behind_letters = 0x1D6A4, bold_zero = 0x1D7CE, behind_digits = 0x1D800;
  if (code >= bold_a && code < behind_letters)
    return LookAlike{0, 0, Kind::letter, code, "MATHEMATICAL LETTER", {letters[(code - bold_a) % letters.size()]}};
  if (code >= bold_zero && code < behind_digits) {
    const char digit = static_cast<char>('0' + (code - bold_zero) % 10);
    return LookAlike{0, 0, Kind::sign, code, "MATHEMATICAL DIGIT", {digit}};
  }
  if (code >= 0xE0000 && code < 0xE0080) return LookAlike{0, 0, Kind::invisible, code, "TAG CHARACTER", {}};
  if (code >= 0xE0100 && code < 0xE01F0) return LookAlike{0, 0, Kind::invisible, code, "VARIATION SELECTOR", {}};
  return {};
}

std::string code_point(std::uint32_t code) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "U+%04X", static_cast<unsigned>(code));
  return text.data();
}

/// The text with each look-alike replaced by what `instead` makes of it.
template <typename Instead>
std::string replaced(std::string_view text, const Instead& instead) {
  std::string result;
  std::size_t done = 0;
  for (auto next = find_look_alike(text); next; next = find_look_alike(text, done)) {
    result.append(text.substr(done, next->at - done)).append(instead(*next));
    done = next->at + next->length;
  }
  return result.append(text.substr(done));
}

/// Of the character that ends before `end`, and of that which begins at `at`; 0 where there is none.
std::uint32_t code_before(std::string_view text, std::size_t end) {
  auto at = end;
  while (at > 0 && is_continuation(text[at - 1])) --at;
  const auto character = at == 0 ? std::string_view{} : text.substr(at - 1, end - at + 1);
  return !character.empty() && is_utf8(character) ? code_point_of(character) : 0;
}

std::uint32_t code_behind(std::string_view text, std::size_t at) {
  const auto character = at >= text.size() ? std::string_view{} : text.substr(at, length_at(text, at));
  return !character.empty() && is_utf8(character) ? code_point_of(character) : 0;
}

constexpr std::uint32_t enclosing_keycap = 0x20E3;

/// Whether it is of a script of which letters are joined: Arabic, Syriac, N'Ko, those of India and its neighbours,
/// Mongolian.
bool is_joined(std::uint32_t code) {
  return (code >= 0x0600 && code < 0x1000) || (code >= 0x1000 && code < 0x10A0) || (code >= 0x1780 && code < 0x18B0) ||
         (code >= 0x1B00 && code < 0x1BC0) || (code >= 0xA840 && code < 0xA8E0) || (code >= 0xFB50 && code < 0xFE00) ||
         (code >= 0xFE70 && code < 0xFEFF) || (code >= 0x11000 && code < 0x11E00);
}

/// An emoji, the sign that colours it, or a symbol that can be shown as one.
bool is_picture(std::uint32_t code) {
  return code == 0xA9 || code == 0xAE || (code >= 0x203C && code < 0x3300) || code == 0xFE0F ||
         (code >= 0x1F000 && code < 0x20000);
}

bool is_braille(std::uint32_t code) { return code > 0x2800 && code < 0x2900; }

bool is_seen(const LookAlike& character) {
  return character.kind != LookAlike::Kind::blank && character.kind != LookAlike::Kind::invisible;
}

}  // namespace

std::optional<LookAlike> find_look_alike(std::string_view text, std::size_t from) {
  for (auto at = from; at < text.size();) {
    if (is_plain_ascii(text[at])) {
      ++at;
      continue;
    }
    const auto length = length_at(text, at);
    const auto character = text.substr(at, length);
    const auto code = is_utf8(character) ? code_point_of(character) : 0;
    if (auto found = of_block(code)) {
      found->at = at;
      found->length = length;
      return found;
    }
    const auto* row = row_of(code);
    if (row != nullptr)
      return LookAlike{at, length, row->kind, row->code, std::string{row->name}, std::string{row->plain}};
    at += length;
  }
  return {};
}

std::string first_foreign(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = length_at(text, at);
    const auto character = text.substr(at, length);
    if (length > 1 && is_utf8(character)) return code_point(code_point_of(character));
    at += length;
  }
  return {};
}

std::string describe(const LookAlike& character) { return code_point(character.code) + " " + character.name; }

std::string complaint_about(const LookAlike& character) {
  if (character.kind == LookAlike::Kind::blank) return describe(character) + " stands where a plain blank belongs";
  if (character.kind == LookAlike::Kind::invisible) return "an invisible " + describe(character) + " stands here";
  const std::string quote = character.plain == "'" ? "\"" : "'";
  return describe(character) + " is no " + quote + character.plain + quote;
}

std::string with_plain_characters(std::string_view text) {
  return replaced(text, [](const LookAlike& character) { return character.plain; });
}

bool is_never_meant(const LookAlike& character, std::string_view text) {
  constexpr std::array<std::uint32_t, 6> unseen{0x115F, 0x1160, 0x2028, 0x2029, 0x3164, 0xFFA0};
  const auto before = code_before(text, character.at), after = code_behind(text, character.at + character.length);
  switch (character.code) {
    case 0x200C: return !is_joined(before) || !is_joined(after);
    case 0x200D: return !(is_joined(before) && is_joined(after)) && !(is_picture(before) && is_picture(after));
    case 0xFE0E:
    case 0xFE0F: return !is_picture(before) && after != enclosing_keycap;
    case 0x2800: return !is_braille(before) && !is_braille(after);
    default: break;
  }
  return character.kind == LookAlike::Kind::invisible || character.code < 0x20 ||
         std::find(unseen.begin(), unseen.end(), character.code) != unseen.end();
}

std::string_view part_around(const LookAlike& character, std::string_view text) {
  constexpr std::string_view between = "/:;,.-_=@+()[]{}'\"|&<>$` \t";
  const auto begin = text.find_last_of(between, character.at) + 1;
  return text.substr(begin, text.find_first_of(between, character.at) - begin);
}

bool is_slip(const LookAlike& character, std::string_view text) {
  const auto part = part_around(character, text);
  const auto is_letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return std::any_of(part.begin(), part.end(), is_letter_or_digit) &&
         first_foreign(with_plain_characters(part)).empty();
}

bool is_hidden_in(const LookAlike& character, std::string_view text) {
  if (is_seen(character)) return false;
  return character.kind == LookAlike::Kind::blank || is_never_meant(character, text) || is_slip(character, text);
}

std::string with_code_points(std::string_view text) {
  return replaced(text, [&](const LookAlike& character) {
    return is_seen(character) ? std::string{text.substr(character.at, character.length)}
                              : "<" + code_point(character.code) + ">";
  });
}

}  // namespace acron
