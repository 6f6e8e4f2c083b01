#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace acron {

// Of ASCII, whatever the locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// As a shell names its variables (POSIX.1, section 3.235).
constexpr bool begins_variable_name(char c) { return is_letter(c) || c == '_'; }
constexpr bool is_of_variable_name(char c) { return begins_variable_name(c) || is_digit(c); }

/// More generous than RFC 1123: machines are called `a_b`, too.
constexpr bool is_of_host_name(char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; }

/// A byte of a character of UTF-8 that is not its first (RFC 3629, section 3).
constexpr bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

constexpr std::string_view blank_characters = " \t";
constexpr std::string_view decimal_digits = "0123456789";

/// Digits alone, one at least.
constexpr bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(decimal_digits) == std::string_view::npos;
}

template <typename Words = std::initializer_list<std::string_view>>
constexpr bool is_one_of(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace acron
