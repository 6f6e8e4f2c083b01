#include "header_text.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "base64.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_header_line = 76;  // RFC 2047, section 2: of a line that has an encoded-word
constexpr std::size_t longest_word = 75;
constexpr std::size_t word_frame = 12;  // of =?utf-8?Q? and ?=

/// The whole characters of `text`, controls as spaces and bytes that belong to no character as U+FFFD.
std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> found;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < 4 && length < text.size() && !is_utf8(text.substr(0, length))) ++length;
    const auto character = text.substr(0, length);
    if (!is_utf8(character)) {
      found.emplace_back("\xEF\xBF\xBD");
      length = 1;
    } else {
      found.emplace_back(length == 1 && is_control(text.front()) ? " " : character);
    }
    text.remove_prefix(length);
  }
  return found;
}

std::string concatenated(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += part;
  return text;
}

/// In the `Q` encoding of RFC 2047; only what is safe in a phrase too (section 5, rule 3).
bool stands_for_itself_in_q(char c) {
  return is_letter_or_digit(c) || std::string_view{"!*+-/"}.find(c) != std::string_view::npos;
}

std::string q_encoded(std::string_view character) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string text;
  for (const char byte : character) {
    const auto value = static_cast<unsigned char>(byte);
    if (byte == ' ') {
      text += '_';
    } else if (stands_for_itself_in_q(byte)) {
      text += byte;
    } else {
      text += {'=', hex[value >> 4U], hex[value & 15U]};
    }
  }
  return text;
}

/// `Q` as long as a person can read it in the raw message.
bool stays_readable_as_q(std::string_view text) {
  const auto escaped =
      std::count_if(text.begin(), text.end(), [](char c) { return !stands_for_itself_in_q(c) && c != ' '; });
  return 2 * static_cast<std::size_t>(escaped) <= text.size();
}

std::string encoded_word(std::string_view text, bool as_q) {
  return as_q ? "=?utf-8?Q?" + q_encoded(text) + "?=" : "=?utf-8?B?" + base64(text) + "?=";
}

/// Encoded-words a line each; `column` is where the first one starts. No character is split.
std::string encoded_words(const std::vector<std::string>& text, std::size_t column) {
  const bool as_q = stays_readable_as_q(concatenated(text));
  const auto size_of = [as_q](const std::string& part) {
    return word_frame + (as_q ? q_encoded(part).size() : (part.size() + 2) / 3 * 4);
  };
  std::string line;
  std::string part;
  std::size_t room = longest_header_line - column;
  for (const auto& character : text) {
    if (!part.empty() && size_of(part + character) > room) {
      line += encoded_word(part, as_q) + "\r\n ";
      part.clear();
      room = longest_word;
    }
    part += character;
  }
  return line + encoded_word(part, as_q);
}

/// Words of printable ASCII, one space between them, that fit on lines and that no reader takes for encoded-words.
bool can_stand_as_it_is(std::string_view text, std::size_t column) {
  const auto printable_ascii = [](char c) { return c >= ' ' && c <= '~'; };
  if (!std::all_of(text.begin(), text.end(), printable_ascii) || text.find("=?") != std::string_view::npos)
    return false;
  if (text.starts_with(' ') || text.ends_with(' ') || text.find("  ") != std::string_view::npos) return false;
  if (std::min(text.find(' '), text.size()) + column > longest_header_line) return false;
  std::size_t word = 0;
  for (const char c : text) {
    word = c == ' ' ? 0 : word + 1;
    if (word > longest_word) return false;
  }
  return true;
}

std::string folded(std::string_view text, std::size_t column) {
  std::string lines;
  while (!text.empty()) {
    auto word = text.substr(0, text.find(' ', 1));  // with the space before it
    if (column + word.size() > longest_header_line) {
      lines += "\r\n";
      column = 0;
    }
    lines += word;
    column += word.size();
    text.remove_prefix(word.size());
  }
  return lines;
}

/// RFC 5322, section 3.2.4.
std::string quoted_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string phrase(std::string_view text, std::size_t column) {
  const auto parts = characters(text);
  auto clean = concatenated(parts);
  const auto is_plain = [](char c) { return is_letter_or_digit(c) || c == ' ' || c == '-' || c == '_'; };
  if (can_stand_as_it_is(clean, column) && std::all_of(clean.begin(), clean.end(), is_plain)) {
    return folded(clean, column);
  }
  const auto quoted = quoted_string(clean);
  return can_stand_as_it_is(quoted, column) ? folded(quoted, column) : encoded_words(parts, column);
}

std::string ascii_only(std::string_view text) {
  std::string kept{text};
  std::erase_if(kept, [](char c) { return c <= ' ' || c > '~'; });
  return kept;
}

}  // namespace

std::string header_line(std::string_view name, std::string_view value) {
  const auto parts = characters(value);
  const auto text = concatenated(parts);
  auto line = std::string{name} + ": ";
  line += can_stand_as_it_is(text, line.size()) ? folded(text, line.size()) : encoded_words(parts, line.size());
  return line + "\r\n";
}

std::string mailbox_line(std::string_view name, std::string_view display, std::string_view address) {
  auto line = std::string{name} + ": ";
  if (display.empty()) return line + ascii_only(address) + "\r\n";
  line += phrase(display, line.size());
  const auto last_line = line.size() - (line.rfind('\n') + 1);  // npos + 1 is 0
  line += last_line + address.size() + 3 > longest_header_line ? "\r\n <" : " <";
  return line + ascii_only(address) + ">\r\n";
}

}  // namespace acron
