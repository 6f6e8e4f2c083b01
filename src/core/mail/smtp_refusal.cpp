#include "smtp_refusal.hpp"

#include <algorithm>
#include <string>

#include "acron/core/text.hpp"
#include "reply_words.hpp"
#include "smtp_refusal_words.hpp"

namespace acron {
namespace {

using namespace refusal_words;
struct CodeRow {
  std::string_view code;  // the subject and detail of RFC 3463; `?` is any digit
  RefusalKind kind;
};

/// Looked at where words say nothing. RFC 3463, 4954 (section 6), 5248, 7372 and 7505; with three digits, and 7.54 to
/// 7.64, Exchange and Exchange Online.
constexpr CodeRow codes_table[] = {
    {"1.7", RefusalKind::sender},      {"1.8", RefusalKind::sender},   {"2.2", RefusalKind::later},
    {"2.121", RefusalKind::later},     {"2.122", RefusalKind::later},  {"2.252", RefusalKind::sender},
    {"3.1", RefusalKind::server},      {"3.2", RefusalKind::server},   {"3.5", RefusalKind::server},
    {"4.5", RefusalKind::server},      {"7.8", RefusalKind::login},    {"7.10", RefusalKind::encryption},
    {"7.11", RefusalKind::encryption}, {"7.20", RefusalKind::sender},  {"7.21", RefusalKind::sender},
    {"7.22", RefusalKind::sender},     {"7.23", RefusalKind::sender},  {"7.24", RefusalKind::sender},
    {"7.25", RefusalKind::machine},    {"7.26", RefusalKind::sender},  {"7.27", RefusalKind::sender},
    {"7.54", RefusalKind::relaying},   {"7.57", RefusalKind::login},   {"7.60", RefusalKind::sender},
    {"7.64", RefusalKind::relaying},   {"7.509", RefusalKind::sender}, {"7.6??", RefusalKind::machine},
    {"7.7??", RefusalKind::machine},
};

/// The recipient is nobody, moved away, or takes no mail.
constexpr std::string_view recipient_codes[] = {"1.1", "1.3", "1.6", "1.10", "2.1"};

/// There is such a recipient, who may take mail again: RFC 3463 leaves open how long a mailbox is disabled.
constexpr std::string_view closed_mailbox_code = "2.1";

/// Who may write to one recipient, at Exchange; the words may be about a login.
constexpr std::string_view restriction_codes[] = {"7.124", "7.129", "7.133", "7.134", "7.135", "7.136"};

/// The part of `list` before `mark`, which is taken off with it.
std::string_view take_part(std::string_view& list, std::string_view mark) {
  const auto size = std::min(list.find(mark), list.size());
  const auto part = list.substr(0, size);
  list.remove_prefix(std::min(size + mark.size(), list.size()));
  return part;
}

bool has_all(const std::string& words, std::string_view phrases) {
  while (!phrases.empty()) {
    auto searched = " " + std::string{take_part(phrases, " & ")} + " ";
    if (searched.ends_with("* ")) searched.resize(searched.size() - 2);
    if (words.find(searched) == std::string::npos) return false;
  }
  return true;
}

bool has_any(const std::string& words, std::string_view phrases) {
  while (!phrases.empty()) {
    if (has_all(words, take_part(phrases, " | "))) return true;
  }
  return false;
}

std::string without(std::string words, std::string_view phrases) {
  while (!phrases.empty()) {
    const auto phrase = " " + std::string{take_part(phrases, " | ")} + " ";
    if (const auto at = words.find(phrase); at != std::string::npos) words.replace(at, phrase.size(), " ");
  }
  return words;
}

/// A short name may be any word, and the recipient's is not the sender's alone.
bool has_sender_name(const std::string& words, const OutgoingMail& mail) {
  const auto name_in = [](const std::string& address) { return lower_ascii(address.substr(0, address.find('@'))); };
  const auto name = name_in(mail.from);
  return name.size() > 3 && name != name_in(mail.to) && has_all(words, name);
}

/// An answer that names our sender, and not the recipient, is read as if it said `sender` there.
std::string searched_words(const std::string& reply, const OutgoingMail& mail) {
  const bool of_recipient = names_address(reply, mail.to);
  const auto of_sender = of_recipient ? std::nullopt : replaced_address(reply, mail.from, "sender");
  auto words = reply_words(of_sender.value_or(reply));
  if (of_recipient && !names_address(reply, mail.from)) words.append(recipient_mark) += ' ';
  if (of_sender) words.append(sender_mark) += ' ';
  if (has_sender_name(words, mail)) words.append(sender_name_mark) += ' ';
  if (names_ip_address(reply)) words.append(address_mark) += ' ';
  if (names_block_list(reply)) words.append(list_mark) += ' ';
  return words;
}

/// Of the first row that has one of the words' phrases.
RefusalKind kind_in(const auto& table, const std::string& words, RefusalKind otherwise) {
  const auto* const row = std::find_if(std::begin(table), std::end(table),
                                       [&](const WordsRow& one) { return has_any(words, one.phrases); });
  return row == std::end(table) ? otherwise : row->kind;
}

/// RFC 3463: X.7.x is about what is permitted, X.2.x about the recipient's mailbox.
bool is_account_that_sends(std::string_view code, const std::string& words) {
  return code.starts_with("7.") && has_any(words, closed_account_words) && !has_any(words, words_of_mailbox);
}

RefusalKind kind_of_code(std::string_view code) {
  const auto matches = [code](const CodeRow& row) {
    return std::equal(code.begin(), code.end(), row.code.begin(), row.code.end(),
                      [](char digit, char pattern) { return digit == pattern || (pattern == '?' && digit != '.'); });
  };
  const auto* const row = std::find_if(std::begin(codes_table), std::end(codes_table), matches);
  return row == std::end(codes_table) ? RefusalKind::unknown : row->kind;
}

bool is_of_size(std::string_view code) { return code == "3.4" || code == "2.3"; }

bool has_code(const auto& codes, std::string_view code) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

bool is_of_room(const std::string& words) { return has_any(words, room_words) || has_any(words, later_words); }

/// The message's size, the recipient's room, or the server's.
RefusalKind kind_of_552(std::string_view code, RefusalKind said, const std::string& words) {
  if (code == "3.1") return RefusalKind::server;
  if (said == RefusalKind::later || said == RefusalKind::no_room) return said;
  if (code == "2.2") return RefusalKind::later;
  if (said == RefusalKind::too_big || is_of_size(code) || has_any(words, size_words))
    return is_of_room(words) ? RefusalKind::no_room : RefusalKind::too_big;
  return said == RefusalKind::unknown && is_of_room(words) ? RefusalKind::later : said;
}

/// By a code of the recipient's. A mailbox may be named like one of our words: `helo`.
RefusalKind kind_of_recipient(RefusalKind said) {
  if (said == RefusalKind::server) return RefusalKind::later;
  return said == RefusalKind::unknown || said == RefusalKind::name ? RefusalKind::recipient : said;
}

/// Where the words are of the message or its recipient, or of nothing that we know.
RefusalKind kind_of_message(RefusalKind said, std::string_view code, const SmtpReply& reply, const std::string& words) {
  if (said == RefusalKind::no_room) return said;
  if (said == RefusalKind::too_big || is_of_size(code))
    return is_of_room(words) ? RefusalKind::no_room : RefusalKind::too_big;
  const auto coded = said == RefusalKind::unknown ? kind_of_code(code) : said;
  const bool for_now = reply.text.starts_with("4.") || has_any(words, later_words);
  return for_now && is_about_message(coded) ? RefusalKind::later : coded;
}

RefusalKind kind_said(const SmtpReply& reply, const std::string& words) {
  const auto code = enhanced_code(reply.text);
  const auto in_words = kind_in(words_table, words, RefusalKind::unknown);
  const auto said = in_words == RefusalKind::later && is_of_size(code) ? RefusalKind::no_room : in_words;
  if (reply.code == 538) return RefusalKind::encryption;  // RFC 2554, section 6
  if (wants_login_or_tls(reply)) return said == RefusalKind::encryption ? said : RefusalKind::login;
  if (reply.code == 552) return kind_of_552(code, said, words);
  // RFC 5321, section 4.2.2; what comes too early may lack a login.
  if (reply.code == 502 || reply.code == 503) return said == RefusalKind::login ? said : RefusalKind::server;
  if (said == RefusalKind::later) return said;
  if (has_code(recipient_codes, code)) return kind_of_recipient(said);
  if (has_code(restriction_codes, code)) return RefusalKind::unknown;
  if (is_about_all(said) || said == RefusalKind::relaying) return said;
  // Postfix rejects names that are not full by 504, in HELO, in the sender's address and in the recipient's.
  if (reply.code == 504 && !has_any(words, "recipient address")) return RefusalKind::server;
  if (reply.code == 521) return RefusalKind::server;  // RFC 7504
  if (is_account_that_sends(code, words)) return RefusalKind::server;
  return kind_of_message(said, code, reply, words);
}

/// Whatever the table knows beside recipients, save what may be a mailbox's name: `helo`.
bool speaks_of_something_else(const std::string& words) {
  return std::any_of(std::begin(words_table), std::end(words_table), [&](const WordsRow& row) {
    return row.kind != RefusalKind::recipient && row.kind != RefusalKind::name && has_any(words, row.phrases);
  });
}

}  // namespace

RefusalKind kind_of(const SmtpReply& reply, const OutgoingMail& mail) {
  const auto words = searched_words(reply.text, mail);
  const auto kind = kind_said(reply, words);
  if (kind != RefusalKind::recipient) return kind;
  const auto rest = without(words, words_of_nobody);
  const bool may_pass = enhanced_code(reply.text) == closed_mailbox_code || speaks_of_something_else(rest);
  return kind_in(not_of_recipient, rest, may_pass ? RefusalKind::unknown : kind);
}

bool wants_login_or_tls(const SmtpReply& reply) {
  return reply.code == 530 || reply.code == 534 || reply.code == 535 || reply.code == 538;
}

bool refuses_sender(const SmtpReply& reply, RefusalKind kind) { return reply.permanent() && !is_about_size(kind); }

bool refuses_name(const SmtpReply& reply) {
  return reply.code == 501 || reply.code == 504 ||
         has_any(reply_words(reply.text), "helo | ehlo | hostname | host name | domain name");
}

bool may_refuse_name(const SmtpReply& reply) { return reply.code == 550 && kind_of(reply, {}) == RefusalKind::unknown; }

bool may_want_login(const SmtpReply& reply) {
  // Postfix's master.cf (permit_sasl_authenticated,reject) and its relay restrictions; Exim; RFC 3463's X.7.1.
  const auto code = enhanced_code(reply.text);
  return code == "7.1" || code == "7.0" ||
         has_any(reply_words(reply.text), "access denied | administrative prohibition");
}

std::string_view remedy_for(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::name: return "; --smtp-name sets what acron calls this machine";
    case RefusalKind::sender: return "; --mail-from sets the sender";
    case RefusalKind::login:
      return "; --smtp-login sets a login, for a server that --smtp names by smtps:// or smtp+starttls://";
    case RefusalKind::encryption: return "; smtps:// or smtp+starttls:// in --smtp sends mail by TLS only";
    case RefusalKind::relaying: return "; the server has to allow this machine to relay, or --smtp to name another";
    case RefusalKind::unknown:
    case RefusalKind::recipient:
    case RefusalKind::too_big:
    case RefusalKind::no_room:
    case RefusalKind::machine:
    case RefusalKind::server:
    case RefusalKind::later: break;
  }
  return {};
}

}  // namespace acron
