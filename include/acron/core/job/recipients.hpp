#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acron {

/// The addresses that a text stands for which is none itself: `root`, `"Ops Team" <ops@example.com>`, several with
/// commas or blanks between them, `mailto:ops@example.com`. A bare name is a user of this machine. Each is accepted by
/// parse_mail_address; empty when it is not clear what is meant.
std::vector<std::string> recipients_meant(std::string_view text);

/// Whether a word is rather an answer, such as `yes`, or a place that output goes to, perhaps with a slip.
bool names_no_user(std::string_view word);

/// `MAILTO=`, `to=` and the like at the front of what should be an address: they may stand there by RFC 5321, as
/// `bounce=` does, but are never meant to.
std::string_view label_before_address(std::string_view text);

/// What follows the answer to a word for no recipient, or no mail server.
inline constexpr std::string_view how_no_mail_is_sent =
    "; no mail is sent of a job with another target, such as 'output syslog'";

/// Why a text that is no address is refused, and what to write instead, in a place that takes one address and is
/// written as `form`: `'root' is a user name, not a mail address; write 'mailto = root@localhost'`.
std::string explain_recipient(std::string_view form, std::string_view text, std::string_view reason);

/// The same in the place of a sender.
std::string explain_sender(std::string_view form, std::string_view text, std::string_view reason);

}  // namespace acron
