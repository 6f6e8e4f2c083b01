#include "body_encoding.hpp"

#include <algorithm>
#include <cstddef>

#include "acron/core/characters.hpp"
#include "acron/core/utf8_cut.hpp"
#include "base64.hpp"

namespace acron {
namespace {

constexpr std::size_t longest_plain_line = 998;   // RFC 5322, section 2.1.1
constexpr std::size_t longest_encoded_line = 76;  // RFC 2045, section 6.7 and 6.8
constexpr std::size_t bytes_in_base64_line = longest_encoded_line / 4 * 3;

/// The next line without its LF or CRLF, taken from `text`. A lone CR ends nothing: a progress bar is made of them.
std::string_view take_line(std::string_view& text) {
  const auto newline = text.find('\n');
  auto line = text.substr(0, newline);
  text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  if (newline != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

struct Survey {
  bool plain = true;        // fit to be sent as it is
  std::size_t escaped = 0;  // bytes that quoted-printable writes as three
};

bool stands_for_itself(char c) { return (c >= ' ' && c <= '~' && c != '=') || c == '\t'; }
bool is_7bit(char c) {
  const auto value = static_cast<unsigned char>(c);
  return value > 0 && value < 0x80 && c != '\r';
}

Survey survey(std::string_view body) {
  Survey found;
  while (!body.empty()) {
    const auto line = take_line(body);
    found.escaped +=
        static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return !stands_for_itself(c); }));
    found.plain = found.plain && line.size() <= longest_plain_line && std::all_of(line.begin(), line.end(), is_7bit);
  }
  return found;
}

std::string with_crlf(std::string_view body) {
  std::string text;
  text.reserve(body.size() + body.size() / 32 + 2);
  while (!body.empty()) text.append(take_line(body)).append("\r\n");
  return text;
}

std::string quoted_byte(char byte) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'=', hex[value >> 4U], hex[value & 15U]};
}

/// Bytes of the character of UTF-8 that `text` begins with; 1 where it is none.
std::size_t character_at(std::string_view text) {
  std::size_t length = 1;
  while (static_cast<unsigned char>(text.front()) >= 0xC0 && length < std::min<std::size_t>(4, text.size()) &&
         is_continuation(text[length]))
    ++length;
  return length;
}

void add_quoted_line(std::string& text, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool trailing_blank = i + 1 == line.size() && (line[i] == ' ' || line[i] == '\t');
    const bool itself = stands_for_itself(line[i]) && !trailing_blank;
    const std::size_t width = itself ? 1 : 3;
    // A message that is cut at the end of a line tears no character.
    if (column + width * character_at(line.substr(i)) > longest_encoded_line - 1) {
      text += "=\r\n";
      column = 0;
    }
    if (itself) {
      text += line[i];
    } else {
      text += quoted_byte(line[i]);
    }
    column += width;
  }
  text += "\r\n";
}

std::string quoted_printable(std::string_view body) {
  std::string text;
  text.reserve(body.size() + body.size() / 8);
  while (!body.empty()) add_quoted_line(text, take_line(body));
  return text;
}

std::string base64_lines(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() / 3 * 4 + bytes.size() / 24 + 8);
  for (std::size_t i = 0; i < bytes.size(); i += bytes_in_base64_line) {
    text.append(base64(bytes.substr(i, bytes_in_base64_line))).append("\r\n");
  }
  return text;
}

}  // namespace

EncodedBody encode_body(std::string_view body) {
  const auto found = survey(body);
  if (found.plain) return {"7bit", with_crlf(body)};
  // Two more bytes for each escaped one, against a third more for all.
  if (2 * found.escaped <= body.size() / 3) return {"quoted-printable", quoted_printable(body)};
  return {"base64", base64_lines(with_crlf(body))};  // RFC 2045, section 6.8: of text the canonical form is encoded
}

std::string end_encoded(std::string_view beginning, std::string_view line, std::string_view encoding) {
  if (encoding == "quoted-printable" && beginning.ends_with("=\r\n")) {  // a line that would go on
    beginning.remove_suffix(3);
    return std::string{beginning} + "\r\n" + encode_last_line(line, encoding);
  }
  if (encoding != "base64" || beginning.ends_with("\r\n\r\n"))
    return std::string{beginning} + encode_last_line(line, encoding);
  // Six bytes, which have all of a torn character; every line but the last of a body has more.
  constexpr std::size_t characters = 8;
  beginning.remove_suffix(2);
  const auto end = beginning.substr(beginning.size() - characters);
  auto rest = base64_quantum(end.substr(0, characters / 2)) + base64_quantum(end.substr(characters / 2));
  rest.resize(rest.size() - torn_at_end(rest));
  beginning.remove_suffix(characters);
  return std::string{beginning} + "\r\n" + base64_lines(rest + "\r\n" + with_crlf(line));
}

std::string encode_last_line(std::string_view line, std::string_view encoding) {
  if (encoding == "quoted-printable") return quoted_printable(line);
  if (encoding == "base64") return base64_lines("\r\n" + with_crlf(line));
  return with_crlf(line);
}

}  // namespace acron
