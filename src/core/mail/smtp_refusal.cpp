#include "smtp_refusal.hpp"

#include <algorithm>
#include <string>

#include "acron/core/text.hpp"
#include "reply_words.hpp"

namespace acron {
namespace {

using Kind = RefusalKind;

struct WordsRow {
  Kind kind;
  // ` | ` parts them, ` & ` joins two that must both be there, and `*` ends one that a longer word may begin with.
  std::string_view phrases;
};

/// Stand among a reply's words for an IP address, for the host of a block list and for our own sender's address in it;
/// no server can say them.
constexpr std::string_view address_mark = "#address";
constexpr std::string_view list_mark = "#list";
constexpr std::string_view sender_mark = "#sender";
constexpr std::string_view sender_name_mark = "#sender-name";  // what is before the @, as a word

constexpr std::string_view login_words =
    "sasl login name | authentication required | authentication is required | authentication needed | "
    "requires authentication | require authentication | must authenticate | please authenticate | "
    "authenticate first | need to authenticate | not authenticated | no auth | need auth | auth required | "
    "auth first | smtp auth | login required | login first | must login | please login | must log in | please log in | "
    "log in first | unauthenticated senders | anonymous mail | submission service | submission port | port 587 | "
    "pop before smtp | check for new mail | log in via";

/// The first row that has one of a reply's phrases decides: whole words, as reply_words() gives them. Where a server
/// says words of two kinds at once, the order of rows says which of them counts.
constexpr WordsRow words_table[] = {
    // Some servers say it by 5xx. What follows may quote our address.
    {Kind::later,
     "greylist | greylisted | greylisting | grey-listed | grey-listing | grey listed | grey listing | graylist | "
     "graylisted | graylisting | gray-listed | gray-listing | gray listed | gray listing | "
     "recipient address rejected & unverified address | recipient address rejected & verification in progress"},
    // Of the recipient's mailbox; the account here that may send no more is below.
    {Kind::later,
     "mailbox full | mailbox is full | mailbox size | mailbox & exceeded | inbox full | inbox is full | over quota | "
     "mailbox & space | out of storage | insufficient storage | storage limit | storage allocation | "
     "recipient has exceeded | receiving mail at a rate | receiving mail too quickly"},
    // Postfix asks the sender's own server, and then quotes its `no such user`.
    {Kind::login, "not logged in | without authentication | turn on smtp authentication"},
    {Kind::sender, "sender address rejected | sender verify failed | sender verification failed"},
    // Who may write to one group, at Exchange.
    {Kind::unknown, "delivery restriction | delivery restrictions"},
    // What follows these may be a quotation, or the name of a mailbox.
    {Kind::recipient,
     "user unknown | unknown user | no such user | no such recipient | no such mailbox | unknown recipient | "
     "recipient unknown | invalid recipient | recipient not found | user not found | unknown mailbox | "
     "mailbox unknown | mailbox not found | user & unknown | mailbox & unknown | recipient address blocked | "
     "this user doesn't have a account | "
     "recipient address rejected need fully-qualified address | recipient address rejected access denied | "
     "user & not listed | no mailbox here by that name | address blacklisted"},
    {Kind::too_big,
     "size limit | size exceeds | message size | message length | exceeds fixed size | message & too large | "
     "message & too big"},
    // Of the content, not of the machine or the sender, though a block list or SPF may be named there.
    {Kind::unknown,
     "message contains | body contains | contains a url | url listed | url is listed | uri listed | uri is listed | "
     "surbl | uribl | virus | content rejected"},
    // Postfix, sendmail, Exim, Exchange, Domino, Courier, Google's relay, MDaemon; qmail; Haraka. Not the word alone:
    // `unknown in relay recipient table`.
    {Kind::relaying,
     "relaying | unable to relay | cannot relay | not relay | don't relay | permitted to relay | allowed to relay | "
     "authorized to relay | no relay | external domains | credentials for relay | relay access denied | "
     "relay denied | relay not permitted | relay not allowed | relay is not | relay rejected | relay prohibited | "
     "relay refused | relay restrictions | not an open relay | rcpthosts | i cannot deliver mail for | "
     "not a gateway | delivery not authorized"},
    // The order of commands, what a server can do, what is too much for it, what is broken there, and the account.
    {Kind::server,
     "helo first | ehlo first | send helo | send ehlo | say helo | not implemented | command unrecognized | "
     "unrecognized command | command not recognized | unknown command | command not allowed | too many messages | "
     "too many mails | too many emails | too many connections | too many sessions | too many concurrent | "
     "too much mail | too fast | slow down | overlimit | protocol error | free accounts | too many requests | "
     "too many errors | too many recipients | too many invalid | rate limit | rate limited | rate exceeded | "
     "sending limit | sending quota | message limit | daily limit | hourly limit | limit exceeded | "
     "exceeded the max | credits exceeded | monthly limit | limit reached | hourly quota | sending paused | "
     "sending suspended | sending is suspended | sending disabled | sending is disabled | sending blocked | "
     "sending is blocked | outgoing mail | outbounds disabled | your account | account blocked | "
     "outboundspamexception | sandbox subdomains | configuration set | license expired | delivery is suspended | "
     "throttled | throttling | insufficient system | insufficient disk | system resources | disk full | "
     "out of memory | no space left | spool full | spool is full | queue full | queue is full | write error | "
     "i o error | server failure | shutting down | maintenance in progress | under maintenance | maintenance mode | "
     "antivirus unavailable | filter unavailable | milter unavailable | milter failed | milter failure | "
     "milter error | internal error | internal server error | internal failure | internal software error | "
     "internal problem | system error | system failure | mail system problem | database error | database failure | "
     "database unavailable | directory unavailable | ldap error | ldap failure | configuration error | "
     "configuration problem | local error | server error | software error | unexpected error | unexpected failure | "
     "error processing"},
    {Kind::name, "helo | ehlo | bogus name"},
    // SPF and DMARC judge the sender's domain; Amazon and SendGrid want to know the sender first; qmail; Exchange.
    {Kind::sender,
     "spf | dmarc | dkim | sender address | sender domain | sending domain | sender identity | envelope sender | "
     "sender rejected | sender denied | sender blocked | sender not allowed | sender not authorized | "
     "sender does not exist | sender doesn't exist | sender unknown | unknown sender | sender not found | "
     "return path | return-path | reverse path | reverse-path | envelope from | "
     "invalid sender | unverified sender | banned sender | blocked senders | anti-spoofing | "
     "not authorized to perform | recipient address rejected please see | from address | from domain | "
     "email address is not verified | domain is not verified | domain not verified | domain is unverified | "
     "unverified domain | identities failed | badmailfrom | sendasdenied | cannot submit message | send as | "
     "not owned by | callback setup"},
    {Kind::encryption,
     "starttls | session encryption | tls & required | tls & requires | tls & require | must use tls | use tls | "
     "tls needed | ssl & required | encryption & required | encryption needed | encrypted & required"},
    {Kind::login, login_words},
    {Kind::machine,
     "spam abuse | spam complaints | block for spam | all messages from | dynamic ip | host & whitelist | "
     "allowed to connect | permitted to connect | no smtp service | client host | mail from refused | "
     "mail from rejected | weren't sent | blocked see | ip blocked | ip range | sender ip | reputation | "
     "connections will not be accepted | client certificate | client address | client ip | sending ip | "
     "connecting ip | source ip | ip not authorized | client not allowed | unauthorized host | unauthorized client | "
     "your ip | ip address | sending server | sending host | your host | your access | your server | "
     "your mail server | your network | reverse dns | rdns | fcrdns | ptr | reverse lookup | name lookup failed | "
     "block list | blocklist | blocklisted | black list | blacklist | blacklisted | dnsbl | dnsbls | rbl | rbls | "
     "blacklists | black lists | blocklists | block lists | #list | spamhaus | spamcop | barracudacentral | "
     "#address & listed | #address & blocked | #address & banned | #address & access denied | "
     "ip & problem occurred | ip & listed | ip & blocked | ip & banned | host listed | host is listed | "
     "host blocked | host is blocked | host banned | host is banned | client blocked | client is blocked | "
     "server blocked | server is blocked | is listed in | is listed at | is listed on | is listed by | "
     "ip you're using | tenantinboundattribution | host is not allowed | your mailserver | rejected listed at | "
     "rejected listed in | rejected listed on | rejected listed by | spam source | connection rejected | "
     "connection denied"},
};

/// A refusal that ends by itself, where the words tell nothing else than of whom it is.
constexpr std::string_view later_words =
    "try again later | try later | try again in | try again after | try again shortly | try again soon | "
    "retry later | retry in | retry after | again later | come back later | come back in | send again later | "
    "temporarily | temporary error | temporary failure | temporary problem | timed out | timeout | deferred | "
    "lookup & failed | lookup & failure | lookup & error | service unavailable | service not available | "
    "service is unavailable | service is not available | currently unavailable | unavailable at this time | "
    "scanner unavailable | quota & exceeded | quota & exceeds | quota & exceed | quota & reached";

/// What servers say of a recipient who is nobody, though a word of it would be one of doubt.
constexpr std::string_view words_of_nobody =
    "unknown in local recipient table | unknown in relay recipient table | unknown in virtual mailbox table | "
    "unknown in virtual alias table | unknown in our database | not listed in domino directory | "
    "address blacklisted | recipient address rejected access denied | not found by smtp address lookup | "
    "user lookup success | spelling errors | delivery error dd";

/// Where a server says that there is no recipient, by words or by code, and one of these, it means something else, or
/// may: a mail is lost at once only where nothing speaks against it. Not what may be a mailbox's name, like `helo`.
constexpr WordsRow not_of_recipient[] = {
    {Kind::later, later_words},
    {Kind::later,
     "temporar* | tempfail* | defer* | is down | are down | outdated | out of date | connect* | lost connection | "
     "gone away | not responding | unreachable | offline | license & expired | licence & expired | certificate & "
     "expired"},
    {Kind::login, login_words},
    {Kind::name,
     "bad helo | invalid helo | illegal helo | forged helo | unknown helo | your helo | helo name | helo hostname | "
     "helo host | helo command | helo argument | helo rejected | helo invalid | bad ehlo | invalid ehlo | "
     "illegal ehlo | forged ehlo | unknown ehlo | your ehlo | ehlo name | ehlo hostname | ehlo host | ehlo command | "
     "ehlo argument | ehlo rejected | ehlo invalid | helo ehlo"},
    {Kind::sender,
     "#sender | envelope sender | envelope from | return path | return-path | reverse path | reverse-path"},
    {Kind::unknown, "sender & recipient | to sender | to the sender"},  // whose mailbox it is, nobody knows
    {Kind::sender, "sender | sender's | originator"},
    // Of time, of a lookup, of an amount or this machine, of the sender, of a mailbox that is full or closed, of what
    // is allowed, of the content.
    {Kind::unknown,
     "later | again | retry* | at this time | at the moment | right now | yet | currently | minute* | hour* | "
     "ldap* | database* | backend* | directory | lookup* | look up | verif* | quer* | map | maps | table* | storage | "
     "mounted | maintenance | unavailable | error* | fail* | problem* | unable | cannot | could not | status | "
     "command* | permission* | policy | loop* | transport | undeliverable address | relay* | "
     "too many | too much | limit* | rate | rates | blocked | host | ip | client | network | after | "
     "mail from | #sender-name | originat* | sending | sender* | backscatter | authenticat* | "
     "quota* | full | suspen* | locked | disabled | deactivated | inactive | frozen | expired | paused | "
     "access denied | not allowed | not permitted | not authorized | spam* | virus* | malware | content"},
};

/// Of an account that is closed: by the code, the recipient's or the one here that sends.
constexpr std::string_view closed_account_words =
    "account & suspended | account & disabled | account & blocked | account & locked | account & deactivated";
constexpr std::string_view words_of_mailbox = "recipient | recipient's | mailbox | tried to reach";

/// Of a message that is too large, to be added to the table's where the code is about a size.
constexpr std::string_view size_words = "too large | too big | fixed size";

/// Of the room that is left for it, and may be more later.
constexpr std::string_view room_words =
    "quota | quotas | storage | disk | free space | space available | available space | remaining space | "
    "not enough space | no space";

struct CodeRow {
  std::string_view code;  // the subject and detail of RFC 3463; `?` is any digit
  Kind kind;
};

/// Looked at where words say nothing. RFC 3463, 4954 (section 6), 5248, 7372 and 7505; with three digits, and 7.54 to
/// 7.64, Exchange and Exchange Online.
constexpr CodeRow codes_table[] = {
    {"1.7", Kind::sender},      {"1.8", Kind::sender},    {"2.2", Kind::later},     {"2.121", Kind::later},
    {"2.122", Kind::later},     {"2.252", Kind::sender},  {"3.1", Kind::server},    {"3.2", Kind::server},
    {"3.5", Kind::server},      {"4.5", Kind::server},    {"7.8", Kind::login},     {"7.10", Kind::encryption},
    {"7.11", Kind::encryption}, {"7.20", Kind::sender},   {"7.21", Kind::sender},   {"7.22", Kind::sender},
    {"7.23", Kind::sender},     {"7.24", Kind::sender},   {"7.25", Kind::machine},  {"7.26", Kind::sender},
    {"7.27", Kind::sender},     {"7.54", Kind::relaying}, {"7.57", Kind::login},    {"7.60", Kind::sender},
    {"7.64", Kind::relaying},   {"7.509", Kind::sender},  {"7.6??", Kind::machine}, {"7.7??", Kind::machine},
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
  const auto of_sender = names_address(reply, mail.to) ? std::nullopt : replaced_address(reply, mail.from, "sender");
  auto words = reply_words(of_sender.value_or(reply));
  if (of_sender) words.append(sender_mark) += ' ';
  if (has_sender_name(words, mail)) words.append(sender_name_mark) += ' ';
  if (names_ip_address(reply)) words.append(address_mark) += ' ';
  if (names_block_list(reply)) words.append(list_mark) += ' ';
  return words;
}

/// Of the first row that has one of the words' phrases.
Kind kind_in(const auto& table, const std::string& words, Kind otherwise) {
  const auto* const row = std::find_if(std::begin(table), std::end(table),
                                       [&](const WordsRow& one) { return has_any(words, one.phrases); });
  return row == std::end(table) ? otherwise : row->kind;
}

/// RFC 3463: X.7.x is about what is permitted, X.2.x about the recipient's mailbox.
bool is_account_that_sends(std::string_view code, const std::string& words) {
  return code.starts_with("7.") && has_any(words, closed_account_words) && !has_any(words, words_of_mailbox);
}

Kind kind_of_code(std::string_view code) {
  const auto matches = [code](const CodeRow& row) {
    return std::equal(code.begin(), code.end(), row.code.begin(), row.code.end(),
                      [](char digit, char pattern) { return digit == pattern || (pattern == '?' && digit != '.'); });
  };
  const auto* const row = std::find_if(std::begin(codes_table), std::end(codes_table), matches);
  return row == std::end(codes_table) ? Kind::unknown : row->kind;
}

bool is_of_size(std::string_view code) { return code == "3.4" || code == "2.3"; }

bool has_code(const auto& codes, std::string_view code) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

bool is_of_room(const std::string& words) { return has_any(words, room_words) || has_any(words, later_words); }

/// The message's size, the recipient's room, or the server's.
Kind kind_of_552(std::string_view code, Kind said, const std::string& words) {
  if (code == "3.1") return Kind::server;
  if (said == Kind::later || said == Kind::no_room) return said;
  if (code == "2.2") return Kind::later;
  if (said == Kind::too_big || is_of_size(code) || has_any(words, size_words))
    return is_of_room(words) ? Kind::no_room : Kind::too_big;
  return said == Kind::unknown && is_of_room(words) ? Kind::later : said;
}

/// By a code of the recipient's. A mailbox may be named like one of our words: `helo`.
Kind kind_of_recipient(Kind said) {
  if (said == Kind::server) return Kind::later;
  return said == Kind::unknown || said == Kind::name ? Kind::recipient : said;
}

/// Where the words are of the message or its recipient, or of nothing that we know.
Kind kind_of_message(Kind said, std::string_view code, const SmtpReply& reply, const std::string& words) {
  if (said == Kind::no_room) return said;
  if (said == Kind::too_big || is_of_size(code)) return is_of_room(words) ? Kind::no_room : Kind::too_big;
  const auto coded = said == Kind::unknown ? kind_of_code(code) : said;
  const bool for_now = reply.text.starts_with("4.") || has_any(words, later_words);
  return for_now && is_about_message(coded) ? Kind::later : coded;
}

Kind kind_said(const SmtpReply& reply, const std::string& words) {
  const auto code = enhanced_code(reply.text);
  const auto in_words = kind_in(words_table, words, Kind::unknown);
  const auto said = in_words == Kind::later && is_of_size(code) ? Kind::no_room : in_words;
  if (reply.code == 538) return Kind::encryption;  // RFC 2554, section 6
  if (wants_login_or_tls(reply)) return said == Kind::encryption ? said : Kind::login;
  if (reply.code == 552) return kind_of_552(code, said, words);
  // RFC 5321, section 4.2.2; what comes too early may lack a login.
  if (reply.code == 502 || reply.code == 503) return said == Kind::login ? said : Kind::server;
  if (said == Kind::later) return said;
  if (has_code(recipient_codes, code)) return kind_of_recipient(said);
  if (has_code(restriction_codes, code)) return Kind::unknown;
  if (is_about_all(said) || said == Kind::relaying) return said;
  // Postfix rejects names that are not full by 504, in HELO, in the sender's address and in the recipient's.
  if (reply.code == 504 && !has_any(words, "recipient address")) return Kind::server;
  if (reply.code == 521) return Kind::server;  // RFC 7504
  if (is_account_that_sends(code, words)) return Kind::server;
  return kind_of_message(said, code, reply, words);
}

/// Whatever the table knows beside recipients, save what may be a mailbox's name: `helo`.
bool speaks_of_something_else(const std::string& words) {
  return std::any_of(std::begin(words_table), std::end(words_table), [&](const WordsRow& row) {
    return row.kind != Kind::recipient && row.kind != Kind::name && has_any(words, row.phrases);
  });
}

}  // namespace

RefusalKind kind_of(const SmtpReply& reply, const OutgoingMail& mail) {
  const auto words = searched_words(reply.text, mail);
  const auto kind = kind_said(reply, words);
  if (kind != Kind::recipient) return kind;
  const auto rest = without(words, words_of_nobody);
  const bool may_pass = enhanced_code(reply.text) == closed_mailbox_code || speaks_of_something_else(rest);
  return kind_in(not_of_recipient, rest, may_pass ? Kind::unknown : kind);
}

bool wants_login_or_tls(const SmtpReply& reply) {
  return reply.code == 530 || reply.code == 534 || reply.code == 535 || reply.code == 538;
}

bool refuses_sender(const SmtpReply& reply, RefusalKind kind) { return reply.permanent() && !is_about_size(kind); }

bool refuses_name(const SmtpReply& reply) {
  return reply.code == 501 || reply.code == 504 ||
         has_any(reply_words(reply.text), "helo | ehlo | hostname | host name | domain name");
}

bool may_refuse_name(const SmtpReply& reply) { return reply.code == 550 && kind_of(reply, {}) == Kind::unknown; }

bool may_want_login(const SmtpReply& reply) {
  // Postfix's master.cf (permit_sasl_authenticated,reject) and its relay restrictions; Exim; RFC 3463's X.7.1.
  const auto code = enhanced_code(reply.text);
  return code == "7.1" || code == "7.0" ||
         has_any(reply_words(reply.text), "access denied | administrative prohibition");
}

std::string_view remedy_for(RefusalKind kind) {
  switch (kind) {
    case Kind::name: return "; --smtp-name sets what acron calls this machine";
    case Kind::sender: return "; --mail-from sets the sender";
    case Kind::login:
      return "; --smtp-login sets a login, for a server that --smtp names by smtps:// or smtp+starttls://";
    case Kind::encryption: return "; smtps:// or smtp+starttls:// in --smtp sends mail by TLS only";
    case Kind::relaying: return "; the server has to allow this machine to relay, or --smtp to name another";
    case Kind::unknown:
    case Kind::recipient:
    case Kind::too_big:
    case Kind::no_room:
    case Kind::machine:
    case Kind::server:
    case Kind::later: break;
  }
  return {};
}

}  // namespace acron
