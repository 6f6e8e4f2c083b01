#pragma once

#include <string>
#include <string_view>

namespace acron {

/// A body in lines of 7-bit characters, each ended by CRLF and at most 998 bytes long.
struct EncodedBody {
  std::string_view encoding;  // as Content-Transfer-Encoding names it
  std::string text;
};

/// As it is when possible, else quoted-printable or base64 (RFC 2045, section 6), whichever is shorter.
EncodedBody encode_body(std::string_view body);

/// The beginning of an encoded body, whole lines of it, and a further line as its last. A character that the beginning
/// has but in part goes. `encode_last_line(line, encoding)` is what that adds at most.
std::string end_encoded(std::string_view beginning, std::string_view line, std::string_view encoding);
std::string encode_last_line(std::string_view line, std::string_view encoding);

}  // namespace acron
