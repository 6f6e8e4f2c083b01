#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace acron {

/// A message ready to be sent, or to be stored until it can be: the envelope and the text.
struct OutgoingMail {
  std::string from;
  std::string to;
  std::string message_id;  // the same on every try; without angle brackets
  std::string about;       // what log lines call it by, a job's name; never sent
  std::string text;        // RFC 5322: header, empty line, body; lines end in CRLF
  std::string url{};       // of a webhook: where the text, JSON then, is posted; may hold a secret, so never logged
};

/// Can stand between the angle brackets of MAIL and RCPT without ending or extending the command: printable ASCII,
/// no space, no `<>`, at most 254 bytes (RFC 5321, section 4.5.3.1.3).
[[nodiscard]] bool is_safe_in_envelope(std::string_view address);

/// The same message from another address, in the envelope and in the `From` of a header made by `compose`.
OutgoingMail with_sender(OutgoingMail mail, std::string_view address);

/// `text` as it follows DATA (RFC 5321, section 4.5.2): every CRLF, CR or LF, also a lone one, ends a line with CRLF,
/// a line that begins with a dot begins with two, and the final `.` line is there. No text can end the message early.
std::string smtp_content(std::string_view text);

/// `text` cut to at most `limit` bytes at the end of one of its lines, the header whole, with a last line that says so,
/// in the encoding of the body, for that `reason` (none: the limit). Empty when not even the header and that line fit.
/// Only for text made by `compose`.
std::optional<std::string> shortened(std::string_view text, std::size_t limit, std::string_view reason = {});

}  // namespace acron
