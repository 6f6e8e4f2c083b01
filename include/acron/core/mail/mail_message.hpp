#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// One message to one recipient, as its author thinks of it.
struct MailMessage {
  std::string from;        // an address
  std::string from_name;   // may be empty
  std::string to;          // an address
  std::string subject;     // any text
  std::string message_id;  // `left@right`, without angle brackets, in characters of RFC 5322 atoms
  std::string thread_id;   // as message_id: one that all messages of a thread name as their origin; may be empty
  std::string list_id;     // RFC 2919: a domain-like name in characters of atoms, for filters; may be empty
  TimePoint date{};
  std::chrono::seconds utc_offset{};
  std::vector<std::pair<std::string, std::string>> extra_headers;  // names are ours, values may be any text
  std::string body;                                                // any bytes
  std::string about;                                               // see OutgoingMail
};

/// RFC 5322 and MIME: plain text in UTF-8, marked as automatic (RFC 3834), in 7-bit lines of at most 998 bytes whatever
/// the body holds, so that every server takes it. A body of ASCII lines is sent as it is, other text as
/// quoted-printable or base64, whichever is shorter. A body that does not end its last line has it ended.
/// Header values can't break out of their line: control characters become spaces, what is not ASCII or does not fit a
/// line becomes encoded-words (RFC 2047), bytes that are not UTF-8 become U+FFFD.
OutgoingMail compose(const MailMessage& message);

/// `Wed, 07 Jan 2026 00:02:58 +0100`, RFC 5322 section 3.3.
std::string format_mail_date(TimePoint time, std::chrono::seconds utc_offset);

}  // namespace acron
