#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace acron {

/// A blank or a tab, which separate words.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Where the blanks that begin at `from` end; the size of `text` if they go on to its end.
std::size_t past_blanks(std::string_view text, std::size_t from);

/// Where the first blank from `from` on stands; the size of `text` if there is none.
std::size_t next_blank(std::string_view text, std::size_t from);

/// Whether a value is a word for having none of what it would name: `none`, `off`, `no`.
bool says_none(std::string_view value);

/// Without the blanks and tabs at both ends.
std::string_view trim(std::string_view text);

/// ASCII only, whatever the locale (a Turkish one has two dotted i's).
std::string lower_ascii(std::string_view text);

/// Safe on a terminal and in a log: control characters, DEL and invalid UTF-8 are written `\x1b`, backslash as `\\`.
/// Never longer than `limit` bytes of output; what is cut ends in `...`.
std::string printable(std::string_view text, std::size_t limit = 200);

/// As printable(), for names and values that a person tells apart by sight: what can't be seen, or only looks like a
/// plain blank, is written `\xc2\xa0`, but for what shapes emoji and other scripts among their own characters.
std::string printable_name(std::string_view text, std::size_t limit = 200);

/// As printable(), between single quotes: how a message names what somebody wrote.
std::string in_quotes(std::string_view text, std::size_t limit = 60);

/// As safe, and whole, but with every backslash as it is: for text that a person compares with a file or copies.
std::string without_controls(std::string_view text);

/// Bytes at the front of `text` that are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most
/// U+10FFFF).
std::size_t utf8_prefix(std::string_view text);

/// True when all of `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);

/// The candidate that `word` was most likely meant to be, by edit distance; empty when none is near enough to suggest,
/// or the word says the opposite of it, as `!on` and `nosplay`.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// Whether a candidate is near enough, perhaps as the opposite of the word.
bool resembles_any(std::string_view word, std::span<const std::string_view> candidates);

/// The same where a word that is near may well be another one: `zondag` is no Monday, five `Monate` are no minutes,
/// `mseconds` are no seconds, and `_ignite` is no `_ignore`. The first letter is the candidate's, and a plural `s` no
/// slip.
std::string_view nearest_surely(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace acron
