#pragma once

#include <string_view>

#include "smtp_refusal.hpp"

/// The words by which refusals are told apart: what servers say, as reply_words() gives it.
namespace acron::refusal_words {

using Kind = RefusalKind;

struct WordsRow {
  Kind kind;
  // ` | ` parts them, ` & ` joins two that must both be there, and `*` ends one that a longer word may begin with.
  std::string_view phrases;
};

/// Stand among a reply's words for an IP address, for the host of a block list, for our own sender's address and for
/// the recipient's without that in it; no server can say them.
inline constexpr std::string_view address_mark = "#address";
inline constexpr std::string_view list_mark = "#list";
inline constexpr std::string_view sender_mark = "#sender";
inline constexpr std::string_view recipient_mark = "#recipient";
inline constexpr std::string_view sender_name_mark = "#sender-name";  // what is before the @, as a word

inline constexpr std::string_view login_words =
    "sasl login name | authentication required | authentication is required | authentication needed | "
    "requires authentication | require authentication | must authenticate | please authenticate | "
    "authenticate first | need to authenticate | not authenticated | no auth | need auth | auth required | "
    "auth first | smtp auth | login required | login first | must login | please login | must log in | please log in | "
    "log in first | unauthenticated senders | anonymous mail | submission service | submission port | port 587 | "
    "pop before smtp | check for new mail | log in via";

/// The first row that has one of a reply's phrases decides: whole words, as reply_words() gives them. Where a server
/// says words of two kinds at once, the order of rows says which of them counts.
inline constexpr WordsRow words_table[] = {
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
    // Amazon, to an account that may write to few.
    {Kind::unknown, "#recipient & identities failed"},
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
inline constexpr std::string_view later_words =
    "try again later | try later | try again in | try again after | try again shortly | try again soon | "
    "retry later | retry in | retry after | again later | come back later | come back in | send again later | "
    "temporarily | temporary error | temporary failure | temporary problem | timed out | timeout | deferred | "
    "lookup & failed | lookup & failure | lookup & error | service unavailable | service not available | "
    "service is unavailable | service is not available | currently unavailable | unavailable at this time | "
    "scanner unavailable | quota & exceeded | quota & exceeds | quota & exceed | quota & reached";

/// What servers say of a recipient who is nobody, though a word of it would be one of doubt.
inline constexpr std::string_view words_of_nobody =
    "unknown in local recipient table | unknown in relay recipient table | unknown in virtual mailbox table | "
    "unknown in virtual alias table | unknown in our database | not listed in domino directory | "
    "address blacklisted | recipient address rejected access denied | not found by smtp address lookup | "
    "user lookup success | spelling errors | delivery error dd";

/// Where a server says that there is no recipient, by words or by code, and one of these, it means something else, or
/// may: a mail is lost at once only where nothing speaks against it. Not what may be a mailbox's name, like `helo`.
inline constexpr WordsRow not_of_recipient[] = {
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
inline constexpr std::string_view closed_account_words =
    "account & suspended | account & disabled | account & blocked | account & locked | account & deactivated";
inline constexpr std::string_view words_of_mailbox = "recipient | recipient's | mailbox | tried to reach";

/// Of a message that is too large, to be added to the table's where the code is about a size.
inline constexpr std::string_view size_words = "too large | too big | fixed size";

/// Of the room that is left for it, and may be more later.
inline constexpr std::string_view room_words =
    "quota | quotas | storage | disk | free space | space available | available space | remaining space | "
    "not enough space | no space";

}  // namespace acron::refusal_words
