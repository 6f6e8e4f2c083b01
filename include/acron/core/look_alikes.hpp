#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace acron {

/// A character that is taken for another one, or for none: a no-break space, a zero-width space, a typographic quote or
/// dash, a full-width comma, a Cyrillic letter that has the shape of a Latin one.
struct LookAlike {
  enum class Kind : std::uint8_t { blank, invisible, quote, dash, sign, letter };

  std::size_t at = 0;  // where it stands in the text, and its bytes
  std::size_t length = 0;
  Kind kind = Kind::sign;
  std::uint32_t code = 0;
  std::string name;   // as Unicode calls it, or its block: `NO-BREAK SPACE`
  std::string plain;  // what it looks like, in ASCII; empty for what is invisible
};

/// The first one at or behind `from`. The text may hold anything.
std::optional<LookAlike> find_look_alike(std::string_view text, std::size_t from = 0);

/// The code point of the first character that is none of ASCII, such as `U+4E94`; empty where all are.
std::string first_foreign(std::string_view text);

/// `U+00A0 NO-BREAK SPACE`
std::string describe(const LookAlike& character);

/// Why it is wrong where acron's own words are read: `U+2013 EN DASH is no '-'`.
std::string complaint_about(const LookAlike& character);

/// The text with plain characters in the place of all of them.
std::string with_plain_characters(std::string_view text);

/// Whether nobody writes it on purpose at its place in the text, not even in quotes: it can't be seen, and shapes
/// nothing beside it, as joiners do in Arabic, Indic scripts and emoji.
bool is_never_meant(const LookAlike& character, std::string_view text);

/// The word, or the part of a path or of a name, that a character stands in.
std::string_view part_around(const LookAlike& character, std::string_view text);

/// Whether that part is plain but for such characters: where it has others, or these alone, it is in another language.
bool is_slip(const LookAlike& character, std::string_view text);

/// Whether it can't be seen there, or only looks like a plain blank: what shapes its neighbours is no plain text's.
bool is_hidden_in(const LookAlike& character, std::string_view text);

/// The text with `<U+00A0>` in the place of all that can't be seen: for messages, in which it would look correct.
std::string with_code_points(std::string_view text);

}  // namespace acron
