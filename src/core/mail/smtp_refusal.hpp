#pragma once

#include <string_view>

#include "acron/core/mail/smtp_reply.hpp"

namespace acron {

/// The server wants a login or TLS, whatever it was asked (RFC 4954, section 6; RFC 3207, section 4).
bool wants_login_or_tls(const SmtpReply& reply);

/// A refusal of MAIL, RCPT, DATA or the message that is about this machine or its sender address, which are the same
/// for all messages: the message is as good as it was. Only clear cases; what is in doubt is about the message.
bool is_about_client(const SmtpReply& reply);

/// Of an answer to MAIL, which knows only the sender: whether no message of ours would fare better.
bool refuses_sender(const SmtpReply& reply);

/// A server that offers logins, and was told none, says so to strangers; what it says may still be about the recipient.
bool may_want_login(const SmtpReply& reply);

/// The server brings no mail to others for this machine: --smtp names the wrong server, or that one does not know the
/// machine yet. Either can be mended, and the message is as good then as it is now.
bool refuses_to_relay(const SmtpReply& reply);

/// What a person can do about it, to follow the server's words; empty when that is not known.
std::string_view remedy_for(const SmtpReply& reply);

/// The same of an answer to EHLO or HELO, whose only argument is our name: 501 and 504 are about that, in any words.
std::string_view remedy_at_hello(const SmtpReply& reply);

}  // namespace acron
