#include "smtp_refusal.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "acron/core/text.hpp"

namespace acron {
namespace {

/// Postfix (smtpd_check.c) names what it rejects, and by default only in the answer to RCPT (smtpd_delay_reject). Of
/// the name in HELO others say much the same; the word alone may be part of a recipient's name.
constexpr std::string_view words_about_client[] = {"client host rejected", "client certificate rejected",
                                                   "sasl login name rejected"};
constexpr std::string_view words_about_name[] = {
    "helo command", "ehlo command",   "helo name",    "ehlo name", "helo argument",
    " helo:",       " helo rejected", "invalid helo", "bogus name"};
/// Postfix; Exim's default configuration (`require verify = sender`); sendmail (check_mail); Exchange.
constexpr std::string_view words_about_sender[] = {"sender address rejected", "sender verify failed",
                                                   "domain of sender address", "permissions to send as this sender"};

/// Before and after `relay`: Postfix, sendmail, Exim, Exchange, Domino, Courier, Google's relay and many a gateway. Not
/// the word alone, which may be part of a recipient's name or of `unknown in relay recipient table`.
constexpr std::string_view words_before_relay[] = {"unable to ",  "not ",           "permitted to ",
                                                   "allowed to ", "authorized to ", "credentials for "};
constexpr std::string_view words_after_relay[] = {" access denied", " denied",   " not permitted", " not allowed",
                                                  " is not",        " rejected", " prohibited",    " refused"};
/// qmail; Haraka.
constexpr std::string_view other_words_about_relaying[] = {"rcpthosts", "i cannot deliver mail for"};

/// X.1.7 and X.1.8: the sender's address (RFC 3463). X.7.8, X.7.10 and X.7.11: credentials and encryption (RFC 4954,
/// RFC 5248). X.7.25: the address has no name; X.7.26: no check of the
/// sender's domain passes (RFC 7372).
constexpr std::string_view codes_about_client[] = {"1.7", "1.8", "7.8", "7.10", "7.11", "7.25", "7.26"};

constexpr std::string_view name_remedy = "; --smtp-name sets what acron calls this machine";

bool has_any(const std::string& text, const auto& words) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

bool says_no_to_relaying(const std::string& text) {
  for (auto at = text.find("relay"); at != std::string::npos; at = text.find("relay", at + 1)) {
    const auto before = std::string_view{text}.substr(0, at);
    auto after = std::string_view{text}.substr(at + 5);
    if (after.starts_with("ing")) after.remove_prefix(3);
    if (after.starts_with(" to <")) after.remove_prefix(std::min(after.find('>') + 1, after.size()));  // Exim, Kerio
    const auto ends = [=](std::string_view word) { return before.ends_with(word); };
    const auto begins = [=](std::string_view word) { return after.starts_with(word); };
    if (std::any_of(std::begin(words_before_relay), std::end(words_before_relay), ends) ||
        std::any_of(std::begin(words_after_relay), std::end(words_after_relay), begins))
      return true;
  }
  return false;
}

/// `1.7` of `5.1.7 ...`, the subject and detail of RFC 3463; else empty.
std::string_view enhanced_code(std::string_view text) {
  const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
  return end > 2 && text[1] == '.' && (text[0] == '4' || text[0] == '5') ? text.substr(2, end - 2) : std::string_view{};
}

}  // namespace

bool wants_login_or_tls(const SmtpReply& reply) {
  return reply.code == 530 || reply.code == 534 || reply.code == 535 || reply.code == 538;
}

bool is_about_client(const SmtpReply& reply) {
  const auto text = lower_ascii(reply.text);
  // Postfix rejects names that are not full by 504, in HELO, in the sender's address and in the recipient's.
  if (reply.code == 504) return text.find("recipient address") == std::string::npos;
  const auto code = enhanced_code(text);
  return wants_login_or_tls(reply) || has_any(text, words_about_client) || has_any(text, words_about_name) ||
         has_any(text, words_about_sender) ||
         std::find(std::begin(codes_about_client), std::end(codes_about_client), code) != std::end(codes_about_client);
}

bool refuses_sender(const SmtpReply& reply) {
  // No two servers say it alike. 552 is about the message's size.
  constexpr std::string_view words[] = {"sender", "domain",      "denied", "authoriz", "authoris", "permit",
                                        "relay",  "not allowed", "client", "your ip",  "block",    "reject"};
  return reply.permanent() && reply.code != 552 && has_any(lower_ascii(reply.text), words);
}

bool may_want_login(const SmtpReply& reply) {
  // Postfix's master.cf (permit_sasl_authenticated,reject) and its relay restrictions; Exim; RFC 3463's X.7.1.
  const auto text = lower_ascii(reply.text);
  return refuses_to_relay(reply) || text.find("access denied") != std::string::npos || enhanced_code(text) == "7.1" ||
         enhanced_code(text) == "7.0";
}

bool refuses_to_relay(const SmtpReply& reply) {
  const auto text = lower_ascii(reply.text);
  const auto code = enhanced_code(text);
  if (reply.code < 400 || reply.code == 552) return false;
  if (code == "7.54" || code == "7.64") return true;  // Exchange, and Exchange Online
  return says_no_to_relaying(text) || has_any(text, other_words_about_relaying);
}

std::string_view remedy_for(const SmtpReply& reply) {
  constexpr std::string_view name_words[] = {"helo", "hostname", "host name", "domain name"};
  const auto text = lower_ascii(reply.text);
  if (has_any(text, words_about_sender)) return "; --mail-from sets the sender";
  return has_any(text, name_words) ? name_remedy : std::string_view{};
}

std::string_view remedy_at_hello(const SmtpReply& reply) {
  const auto remedy = remedy_for(reply);
  return remedy.empty() && (reply.code == 501 || reply.code == 504) ? name_remedy : remedy;
}

}  // namespace acron
