#pragma once

#include <cstdint>
#include <string_view>

#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/core/mail/smtp_reply.hpp"

namespace acron {

/// What a refusal is about, as far as its code and its words say so.
enum class RefusalKind : std::uint8_t {
  unknown,     // nothing that we know, or the content; it may pass
  recipient,   // there is none of that address
  too_big,     // the message
  no_room,     // for a message of this size, for now
  name,        // what this machine calls itself
  machine,     // its address: blocked, or without a name
  sender,      // the address in MAIL
  login,       // the server demands one
  encryption,  // the server demands TLS
  server,      // load, the order of commands, or a command that it does not know
  relaying,    // the server brings no mail to others for this machine
  later,       // nothing that has to change: greylisting, or another "try again later"
};

/// Says `unknown` unless the case is clear. The reply's addresses, host names and URLs do not count: `michelo@...` is
/// no HELO. Only our own sender's address does, where the recipient's is not there: it is as good as `sender`.
RefusalKind kind_of(const SmtpReply& reply, const OutgoingMail& mail);

/// No other message would fare better, because all have the same sender and come from the same machine. A server that
/// does not relay may still take mail to its own recipients, and a greylist tells recipients apart.
constexpr bool is_about_all(RefusalKind kind) { return kind >= RefusalKind::name && kind <= RefusalKind::server; }

/// Said of this message alone, or of nobody knows what.
constexpr bool is_about_message(RefusalKind kind) { return kind <= RefusalKind::no_room; }

/// A smaller message may fare better.
constexpr bool is_about_size(RefusalKind kind) { return kind == RefusalKind::too_big || kind == RefusalKind::no_room; }

/// No later try would fare better. A filter that takes a message for spam may be mended. A message that is too big is
/// cut first, and then so small that it can't be its size.
constexpr bool is_final(RefusalKind kind) { return kind == RefusalKind::recipient; }

/// The server wants a login or TLS, whatever it was asked (RFC 4954, section 6; RFC 3207, section 4).
bool wants_login_or_tls(const SmtpReply& reply);

/// Of an answer to MAIL, which has the sender and a size: 5xx is about the sender, in any words but those about a size.
bool refuses_sender(const SmtpReply& reply, RefusalKind kind);

/// Of an answer to EHLO or HELO, whose only argument is our name: 501 and 504 are about that, in any words.
bool refuses_name(const SmtpReply& reply);

/// So is 550 as a rule (RFC 5321, section 4.3.2), where its words are about nothing else.
bool may_refuse_name(const SmtpReply& reply);

/// A server that offers logins, and was told none, says so to strangers; what it says may still be about the recipient.
bool may_want_login(const SmtpReply& reply);

/// The option that a person can set, to follow the server's words; empty when there is none.
std::string_view remedy_for(RefusalKind kind);

}  // namespace acron
