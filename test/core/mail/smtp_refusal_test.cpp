// Refusals that every message would get leave the message as it is; what is about one message is told apart.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "core/mail/smtp_turns.hpp"

using namespace acron;
using namespace acron::test;

namespace {

const std::string name_remedy = "; --smtp-name sets what acron calls this machine";
const std::string sender_remedy = "; --mail-from sets the sender";
const std::string tls_remedy = "; smtps:// or smtp+starttls:// in --smtp sends mail by TLS only";
const std::string no_login_remedy =
    "; --smtp-login sets a login, for a server that --smtp names by smtps:// or smtp+starttls://";
const std::string login_remedy = "; the server offers a login, which --smtp-login sets";
const std::string relay_remedy = "; the server has to allow this machine to relay, or --smtp to name another";
const std::string rcpt = "RCPT TO:<mark@example.com> was answered: ";

/// What becomes of a message when its recipient is answered so.
std::string after_recipient(const std::string& answer) {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"},
                  {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"},
                  {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"}});
  return spelled(dialogue.on_bytes(answer + "\r\n"));
}

}  // namespace

TEST_CASE("a refusal of this machine or its sender is trouble with the server, at whatever it is said",
          "[smtp_refusal]") {
  struct Row {
    std::string answer;
    std::string remedy;
  };
  // Words of Postfix 3.7 (smtpd_check.c), Exim 4.96 (its default configuration), sendmail 8.17 and Exchange.
  const std::vector<Row> rows = {
      {"504 5.5.2 <web-0001>: Helo command rejected: need fully-qualified hostname", name_remedy},
      {"501 5.5.2 <web_1>: Helo command rejected: Invalid name", name_remedy},
      {"450 4.7.1 <web-0001>: Helo command rejected: Host not found", name_remedy},
      {"550 5.7.1 <web-0001>: Helo command rejected: go away", name_remedy},
      {"450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]", ""},
      {"554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied", ""},
      {"504 5.5.2 <root@web-0001>: Sender address rejected: need fully-qualified address", sender_remedy},
      {"450 4.1.8 <root@web-0001>: Sender address rejected: Domain not found", sender_remedy},
      {"553 5.7.1 <root@web-0001>: Sender address rejected: not owned by user me", sender_remedy},
      {"550 Sender verify failed", sender_remedy},
      {"553 5.1.8 <root@web-0001>... Domain of sender address root@web-0001 does not exist", sender_remedy},
      {"550 5.7.60 SMTP; Client does not have permissions to send as this sender", sender_remedy},
      {"550 Access denied - Invalid HELO name", name_remedy},
      {"550 HELO argument does not match calling host", name_remedy},
      {"554 5.7.1 helo: need fully-qualified hostname", name_remedy},
      {"530 5.7.0 Must issue a STARTTLS command first", tls_remedy},
      {"530 5.7.1 Authentication required", no_login_remedy},
      {"550 5.7.25 no PTR", ""},
      {"504 what?", ""},
  };
  for (const auto& [answer, remedy] : rows) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for now, all: " + rcpt + answer + remedy);
  }
}

TEST_CASE("a recipient who does not exist is refused for good", "[smtp_refusal]") {
  for (const std::string answer :
       {"550 5.1.1 <mark@example.com>: Recipient address rejected: User unknown",
        "550 5.1.1 <mark@example.com>: Recipient address rejected: User unknown in relay recipient table",
        "550 5.1.1 <relay@example.com>: rejected",
        "550 5.1.1 relay.example.com says: denied",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.1.3 no",
        "550 5.1.6 moved",
        "504 5.5.2 <mark@example>: Recipient address rejected: need fully-qualified address",
        "550 5.1.1 <michelo@example.com>: user unknown",
        "550 User unknown in our database",
        "511 sorry, no mailbox here by that name (#5.1.1 - chkuser)",
        "550 sorry, no mailbox here by that name. (#5.7.17)",
        "554 Message rejected: Address blacklisted.",
        "550 User mark not listed in Domino Directory",
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [192.0.2.9 2026-11-30]",
        "550 5.3.0 mark... User unknown",
        "550 user down unknown",
        "550 5.1.1 login",
        "550 5.1.1 expired@example.com",
        "550 5.1.1 This account has been shut down",
        "550 5.1.1 sender@example.com: no such user"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for good: " + rcpt + answer);
  }
  CHECK(after_recipient("450 4.2.0 greylisted") == "refused for now: " + rcpt + "450 4.2.0 greylisted");
}

TEST_CASE("a refusal that is not known to be final is about this message, and may pass", "[smtp_refusal]") {
  for (const std::string answer :
       {"550 5.7.1 no", "550 account suspended", "554 5.7.9 Message not accepted for policy reasons", "550 who?",
        "550 mailbox unavailable", "550 5.1.2 no", "552 no", "554 5.7.1 The recipient's account is suspended",
        "554 5.7.1 [R2] Message content rejected due to suspected spam",
        "554 5.7.1 Message contains 192.0.2.7, a blocked address", "554 5.3.0 no",
        "554 5.7.1 URL http://192.0.2.7/ blocked", "554 5.7.1 Blocked, URL example.com is listed in multi.example.net",
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check "
        "failed because the sender was not authenticated when sending to this group",
        "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required; Delivery restriction check failed",
        "550 not listed here", "550 5.2.0 <mark@[192.0.2.7]> blocked"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for a day: " + rcpt + answer);
  }
}

namespace {

struct Refusals {
  std::string remedy;
  std::vector<std::string> answers;
};

/// Words of Postfix, Exim, sendmail, netqmail, Courier, Exchange, Exchange Online, Google, Amazon SES, SendGrid, Haraka
/// and of common policy services, by what they are about.
const std::vector<Refusals> about_all = {
    {name_remedy,
     {"553 sorry, your HELO/EHLO greeting is not allowed (#5.7.1)", "550 HELO should be your own name",
      "550 5.7.1 Forged HELO hostname detected",
      "550 5.7.1 HELO/EHLO mismatch: web.example.com does not resolve to 192.0.2.7",
      "550 5.7.1 Go away (helo=web.example.com is a dynamic name)", "550 5.7.1 <WEB>: HELO COMMAND REJECTED: no",
      "550 Bad HELO - Host impersonating domain name [web.example.com]",
      "550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)"}},
    {"",
     {"554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; "
      "https://www.spamhaus.org/query/ip/192.0.2.7",
      "550 5.7.606 Access denied, banned sending IP [192.0.2.7]",
      "550 5.7.1 Fix reverse DNS for 192.0.2.7",
      "550 Reverse DNS lookup failed for host 192.0.2.7",
      "554 5.7.1 The sending IP has no reverse DNS",
      "550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider "
      "since part of their network is on our block list (S3140)",
      "550 5.7.25 The IP address sending this message does not have a PTR record",
      "550 5.7.708 Service unavailable",
      "554 Blocked - see https://ipcheck.example.com/?ip=192.0.2.7",
      "550 5.7.1 Mail from 192.0.2.7 rejected, ip blocked",
      "550 csi.example.org Poor Reputation Sender",
      "550 5.7.501 Service unavailable. Spam abuse detected from IP range",
      "553 5.3.0 mark... Spam blocked see: http://dnsbl.example.net/bl.shtml?192.0.2.7",
      "553 5.3.0 Mail from 192.0.2.7 refused",
      "550 SC-001 Unfortunately, messages from 192.0.2.7 weren't sent.",
      "550 5.7.501 Access denied, spam abuse detected from [192.0.2.7]",
      "550 5.7.504 Access denied, too many spam complaints from [192.0.2.7]",
      "553 5.7.2 [TSS09] All messages from 192.0.2.7 will be permanently deferred",
      "554 IMTA01.example.net example.net 192.0.2.7 Comcast block for spam.",
      "550 This mail server does not accept mail from dynamic IP addresses",
      "550 5.7.1 Host not in whitelist",
      "554 5.7.1 You are not allowed to connect.",
      "554 No SMTP service here",
      "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.7, because the ip is in a list",
      "550 5.7.1 Rejected: 192.0.2.7 listed at zen.spamhaus.org",
      "550 192.0.2.7 is listed in b.barracudacentral.org",
      "554 5.7.1 192.0.2.7 is listed in bl.spamcop.net",
      "554 5.7.1 Host 192.0.2.7 blocked",
      "554 5.7.1 (ip=192.0.2.7) blocked",
      "554 5.7.1 IPv6:2001:db8::7 is banned here",
      "550 5.7.1 Access denied: 192.0.2.7",
      "550 Host blocked",
      "550 5.7.1 Rejected: IP listed",
      "550 Rejected: listed at zen.example.net",
      "554 5.7.1 Connection denied",
      "550 5.7.1 The IP you're using to send mail is not authorized to send email directly to our servers.",
      "550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources",
      "550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the domain",
      "550 Host is not allowed to send",
      "553 sorry, your mailserver is rejected by see https://rbl.example.net/",
      "550 5.7.1 Your access to submit messages to this e-mail system has been rejected",
      "550 5.7.1 192.0.2.7 found in zen.spamhaus.org",
      "550 5.7.1 192.0.2.7 is in zen.spamhaus.org",
      "550 192.0.2.7 has been found on bl.example.net",
      "554 Denied [CS] [8f3a9] 192.0.2.7 found on one or more DNSBLs, see http://postmaster.example.com/",
      "554 5.7.1 Found on one or more RBLs",
      "550 5.7.1 <web-0001[192.0.2.7]>: blacklisted at bl.spamcop.net",
      "550 IP not authorized",
      "550 5.7.1 Client not allowed",
      "554 5.7.1 Access denied: unauthorized host",
      "554 IP=192.0.2.7 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.example.com)"}},
    {sender_remedy,
     {"553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)",
      "554 5.2.252 SendAsDenied; a@example.com not allowed to send as c@example.com",
      "550 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process "
      "message due to a permanent exception with message Cannot submit message.",
      "554 Message rejected: Email address is not verified. The following identities failed the check in region "
      "US-EAST-1: root@web-0001",
      "550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is "
      "resolved.",
      "517 SPF fail",
      "550 5.7.23 <mark@example.com>: Recipient address rejected: Message rejected due to: SPF fail - not authorized",
      "550 5.7.509 Access denied, sending domain EXAMPLE.COM does not pass DMARC verification",
      "550 5.7.26 Your email has been blocked because the sender is unauthenticated.",
      "550 Verification failed for <root@web-0001> Unrouteable address Sender verify failed",
      "550 5.1.7 <root@vm>: Sender address rejected: undeliverable address: host x said: 550 no such user",
      "554 5.7.1 Service unavailable; Sender address [root@vm.example] blocked using dbl.spamhaus.org",
      "550 Unrouteable sender domain",
      "554 5.7.1 Domain is not allowed to send: The domain is unverified and requires DNS configuration.",
      "550 Callback setup failed while verifying <root@web-0001>",
      "501 5.1.7 Invalid address",
      "501 5.1.7 Bad sender address syntax",
      "553 5.5.4 <root@web>... Domain name required for sender address root@web",
      "553 5.1.8 <root@web>... Domain of sender address root@web does not exist",
      "553 sorry, your envelope sender domain must exist (#5.7.1)",
      "554 Access denied: User 'arn:aws:iam::1:user/x' is not authorized to perform 'ses:SendRawEmail' on resource",
      "550 Rejected by header based manually Blocked Senders",
      "550 Anti-Spoofing policy - Inbound not allowed",
      "550 5.7.1 <mark@example.com>: Recipient address rejected: Please see http://www.openspf.net/Why?s=mfrom;id=x"}},
    {no_login_remedy,
     {"550 authentication required", "521 no AUTH",
      "550 Please turn on SMTP Authentication: web is not permitted to relay through this server without "
      "authentication",
      "550 5.7.1 Please use the submission service (port 587)",
      "550 5.7.1 Unauthorized sender, please use Submission port",
      "550 you must check for new mail first before sending (POP before SMTP)", "550 Please log in via POP3 first",
      "550 5.7.57 Client was not authenticated to send anonymous mail", "550 Unauthenticated senders not allowed",
      "530 SMTP authentication is required.", "503 5.5.1 Need AUTH", "503 AUTH first", "550 5.7.8 who are you?",
      "553 5.7.1 <root@web>: Sender address rejected: not logged in"}},
    {tls_remedy,
     {"554 5.7.1 <mark@example.com>: Session encryption is required", "550 TLS encryption required",
      "550 5.7.10 Encryption needed", "451 5.7.3 STARTTLS is required to send mail", "538 5.7.11 no"}},
    {"",
     {"503 5.5.1 Error: send HELO/EHLO first",
      "502 not implemented",
      "550 5.7.1 Too many messages from 192.0.2.7",
      "554 5.7.1 Rate limit exceeded, policyd",
      "552 5.3.1 Insufficient system resources",
      "452 4.3.1 Insufficient system storage",
      "554 5.3.2 no",
      "554 Message rejected: Sending paused for this account.",
      "550 Maximum credits exceeded",
      "550 5.7.1 spam detected: account blocked for spam",
      "550 5.4.3 Directory server failure",
      "550 5.4.4 Unable to route: DNS server failure",
      "554 5.3.0 Service shutting down",
      "550 Maintenance in progress",
      "554 No space left on device",
      "554 5.3.0 Error: queue file write error",
      "550 Antivirus unavailable",
      "554 5.6.0 milter failed",
      "554 5.7.1 Milter failure",
      "552 spool full",
      "554 I/O error",
      "550 sending too fast",
      "550 5.7.1 too fast, slow down",
      "550 sandbox subdomains are for test purposes only. Please add your own domain",
      "554 Transaction failed: Configuration set does not exist",
      "550 5.7.1 License expired, mail delivery is suspended",
      "553 Account outbounds disabled",
      "550 Message rejected: domain h has exceeded the max emails per hour (50/50 (100%)) allowed",
      "550 Domain h has exceeded the max defers and failures per hour",
      "554 5.7.0 Your message could not be sent. Limit exceeded",
      "550 5.7.1 outgoing mail is suspended for this account",
      "550 Your account has been suspended, contact billing",
      "554 Message rejected: Sending suspended for this account. For more information, please check the inbox",
      "550 Message rejected: hourly quota reached",
      "554 5.7.1 Account suspended",
      "550 5.7.1 account disabled",
      "554 5.3.0 Internal Server Error",
      "554 5.3.0 Other mail system problem 554",
      "550 internal error",
      "550 database error",
      "554 rejected: milter unavailable",
      "550 5.7.1 Command not allowed",
      "550 Too many invalid recipients",
      "550 Sender rate overlimit - 101.2 / 1h",
      "550 You are sending too much mail",
      "550 5.5.1 Protocol error",
      "550 5.7.1 Domain sandbox.example.org is not allowed to send: Free accounts are for test purposes only.",
      "554 5.2.0 STOREDRV.Submission.Exception: OutboundSpamException"}},
};

/// What becomes of a message when that is answered to `stage`: 0 is MAIL, 3 the message.
std::string refused_at(std::size_t stage, const std::string& answer) {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  std::vector<SmtpTurn> turns = {{"220 relay\r\n", "EHLO web-0001\r\n"},
                                 {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"},
                                 {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
                                 {"250 ok\r\n", "DATA\r\n"},
                                 {"354 go\r\n", content}};
  turns.resize(stage + 2);
  play(dialogue, turns);
  return spelled(dialogue.on_bytes(answer + "\r\n"));
}

}  // namespace

TEST_CASE("what a refusal says of name, machine, sender, login, TLS or load holds for all mail, with the option to set",
          "[smtp_refusal]") {
  const std::vector<std::string> asked = {"MAIL FROM:<root@web-0001>", "RCPT TO:<mark@example.com>", "DATA",
                                          "the message"};
  for (const auto& [remedy, answers] : about_all) {
    for (const auto& answer : answers) {
      for (std::size_t stage = 0; stage < asked.size(); ++stage) {
        CAPTURE(answer, stage);
        CHECK(refused_at(stage, answer) ==
              "refused for now, all: " + asked[stage] + " was answered: " + answer + remedy);
      }
    }
  }
}

TEST_CASE("what refuses MAIL is about the sender or the server, in whatever words, and no message is lost",
          "[smtp_refusal]") {
  for (const std::string answer :
       {"501 Syntax error", "501 5.1.7 Bad address", "555 5.5.4 Unsupported parameter", "501 5.5.4 Invalid arguments",
        "550 sender rejected", "553 no", "500 what?", "554 5.7.1 policy", "550 5.1.1 no such user",
        "550 message refused", "571 no", "552 no", "501 Path too long", "500 Line too long"}) {
    CAPTURE(answer);
    CHECK(refused_at(0, answer) ==
          "refused for now, all: MAIL FROM:<root@web-0001> was answered: " + answer + sender_remedy);
  }
  for (const std::string answer : {"552 5.3.4 Message size exceeds fixed limit", "554 message too large",
                                   "550 5.2.3 no", "550 message size limit exceeded"}) {
    CAPTURE(answer);
    CHECK(refused_at(0, answer) == "refused for a day: MAIL FROM:<root@web-0001> was answered: " + answer);
  }
}

TEST_CASE("a mailbox without room may have some later, by whatever code", "[smtp_refusal]") {
  // Words of RFC 5321, Gmail, Dovecot, Exchange Online, Postfix, Exim, Cyrus and iCloud.
  for (const std::string answer :
       {"552 5.2.2 mailbox full", "552 5.2.2 Over quota", "552 5.2.2 Quota exceeded (mailbox for user is full)",
        "552 Quota exceeded", "552 Insufficient storage", "552 5.2.2 The recipient's inbox is out of storage space",
        "552 Mailbox full", "552 Requested mail action aborted: exceeded storage allocation", "550 5.2.2 Mailbox full",
        "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException", "550 Mailbox is full",
        "550 Mailbox size limit exceeded", "550 5.2.2 no", "552 5.2.2 no", "550 mailbox has exceeded its storage limit",
        "552 message would exceed the quota", "522 5.2.2 over quota"}) {
    for (const std::size_t stage : {1U, 3U}) {
      CAPTURE(answer, stage);
      const auto refused = refused_at(stage, answer);
      CHECK(refused.starts_with("refused for now: "));
      CHECK(refused.ends_with(answer));
    }
    // The recipient is not known yet: it is the account's.
    CAPTURE(answer);
    CHECK(refused_at(0, answer) == "refused for now, all: MAIL FROM:<root@web-0001> was answered: " + answer);
  }
  for (const std::string answer :
       {"552 5.3.4 Message size exceeds storage allocation", "552 5.2.3 mailbox full",
        "550 5.2.3 mailbox size exceeded", "552 message too large, try again later",
        "552 5.3.4 message too large for mailbox quota", "552 5.2.3 Message size exceeds remaining quota",
        "552 5.3.4 Message size exceeds available storage", "552 message size exceeds free disk space",
        "552 5.3.4 Requested action aborted: exceeded storage allocation", "554 5.3.4 message too big for the quota"}) {
    for (const std::size_t stage : {0U, 1U, 3U}) {
      CAPTURE(answer, stage);
      const auto refused = refused_at(stage, answer);
      CHECK(refused.starts_with("refused for now: "));
      CHECK(refused.ends_with(answer));
    }
  }
}

TEST_CASE("a small message that is too big for a server is a doubtful case", "[smtp_refusal]") {
  for (const std::string answer :
       {"552 5.3.4 no", "552 5.2.3 no", "552 message too large", "552 Message exceeds fixed size",
        "554 5.3.4 message too big", "550 message size limit", "550 message size limit exceeded"}) {
    CAPTURE(answer);
    CHECK(refused_at(1, answer) == "refused for a day: " + rcpt + answer);
  }
}

TEST_CASE("a message that is found to be spam or a virus is tried for a day: the filter may be mended",
          "[smtp_refusal]") {
  for (const std::string answer :
       {"554 5.7.1 [R2] Message content rejected due to suspected spam", "554 spam", "550 High probability of spam",
        "550 5.7.1 Message contains spam or virus", "554 5.7.1 Message contains 192.0.2.7, a blocked address",
        "554 5.7.1 Message contains a URL that is in our blacklist", "554 5.7.1 virus found by spf",
        "550 5.1.1 virus found", "550 virus scanner failed", "554 5.7.1 spam filter error",
        "554 Sending address not accepted due to spam filter", "550 5.7.1 Your domain is on our spam list",
        "554 5.7.1 too much spam from you", "550 virus scanner: disk full", "554 virus check incomplete",
        "550 5.7.1 message content rejected", "554 too many hops at this server",
        "552 5.2.0 message content rejected due to: antivirus license expired"}) {
    CAPTURE(answer);
    CHECK(refused_at(3, answer) == "refused for a day: the message was answered: " + answer);
    CHECK(refused_at(1, answer) == "refused for a day: " + rcpt + answer);
  }
  CHECK(refused_at(3, "550 5.3.1 spam quarantine full").starts_with("refused for now, all: "));
  CHECK(refused_at(3, "550 5.1.1 User unknown").starts_with("refused for good: "));
}

TEST_CASE("a recipient is given up at once only where nothing in the answer speaks of something else",
          "[smtp_refusal]") {
  struct Rows {
    std::string fate;
    std::vector<std::string> answers;
  };
  const std::vector<Rows> table = {
      {"refused for a day: ",
       {"550 User unknown at the moment",
        "550 no such user, send it again in some minutes",
        "550 Unknown user (LDAP query: 52)",
        "550 5.1.1 User unknown in the backend",
        "550 5.1.1 Unable to verify recipient",
        "550 5.1.1 not in the table of users",
        "550 no such user: mail storage is not mounted",
        "550 5.1.1 mailbox unavailable",
        "550 user unknown: permission denied",
        "550 This user doesn't have a permission to send",
        "550 user's host is an unknown one of this user",
        "550 5.1.1 <mark@example.com>: Recipient address rejected: undeliverable address: unknown mail transport "
        "error",
        "550 5.1.1 mail for example.com loops back to myself",
        "550 5.7.1 Too many user unknown errors from your host",
        "550 Rejected after 3 failed recipients: User unknown",
        "550 5.1.1 User unknown, limits of 10 a minute",
        "550 5.1.1 MAIL FROM user unknown",
        "550 user unknown, no backscatter please",
        "550 root: no such user",
        "550 5.1.1 ROOT... User unknown",
        "550 5.2.1 the disk is full",
        "550 5.2.1 mailbox locked",
        "550 5.2.1 Mailbox suspended",
        "550 5.2.1 no",
        "550 5.2.1 account suspended for billing reasons",
        "550 5.2.1 The email account that you tried to reach is disabled.",
        "550 5.2.1 Account disabled",
        "550 5.1.1 Account suspended",
        "550 5.1.1 mailbox frozen",
        "550 no such user: mailbox disabled",
        "550 5.1.1 inactive mailbox",
        "550 5.1.1 user unknown, TLS required",
        "550 5.1.1 Access denied",
        "550 No such user, access is not allowed",
        "550 No such user: found in two blocklists",
        "550 User unknown, reverse DNS is missing",
        "550 no such user, SPF softfail",
        "550 unknown user in virtual mailbox table: query of the table"}},
      {"refused for now: ",
       {"550 5.1.1 User unknown, please try again later", "550 User unknown: connection to backend",
        "550 No such user - tempfailed", "550 5.1.1 no such user (deferral)",
        "550 5.2.1 inactive account: quota exceeded", "550 5.1.1 who? Check the address and try again later"}},
      {"refused for good: ",
       {"550 5.1.1 <mark@example.com>: Recipient address rejected: User unknown in local recipient table",
        "550 5.1.1 <mark@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 5.1.1 <mark@example.com>: Recipient address rejected: User unknown in virtual alias table",
        "550 unknown user",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n"
        "550-5.1.1 double-checking the recipient's email address for typos or\r\n"
        "550 5.1.1 unnecessary spaces. Learn more at https://support.example.com/mail/?p=NoSuchUser x1si2qkb.4 - gsmtp",
        "550 5.1.1 No such user - psmtp", "550 5.1.1 <mark@example.com>... User unknown",
        "550 Invalid Recipient - https://community.example.com/docs/DOC-1369#550",
        "554 delivery error: dd This user doesn't have a yahoo.com account (mark@yahoo.com) [0] - mta.mail.yahoo.com",
        "550 5.1.1 <mark@example.com>: user lookup success but no user record found",
        "550 errors@ldap.example.com: no such user", "550 5.1.1 mark: user unknown"}},
  };
  for (const auto& [fate, answers] : table) {
    for (const auto& answer : answers) {
      CAPTURE(answer);
      CHECK(after_recipient(answer).starts_with(fate + rcpt));
    }
  }
  for (const std::string answer : {"550 User unknown: LDAP server unavailable", "550 Unknown user - LDAP query failed",
                                   "550 5.1.1 Originator unknown"}) {
    CAPTURE(answer);
    CHECK_FALSE(after_recipient(answer).starts_with("refused for good"));
  }
}

TEST_CASE("a code of the recipient's does not count where the words are of something that passes, or of all mail",
          "[smtp_refusal]") {
  for (const std::string answer :
       {"550 5.1.1 user lookup failed: database error", "550 5.1.1 Temporary lookup failure", "550 5.1.1 rate limit",
        "550 5.1.1 Mailbox temporarily unavailable, mark@example.com", "550 5.2.1 Mailbox temporarily unavailable",
        "550 5.1.1 User unknown: database lookup timed out", "550 5.1.6 service unavailable", "550 5.1.1 no relay",
        "550 5.1.1 User unknown: database connection lost", "550 No such user (mysql server has gone away)",
        "550 user unknown, the directory is down", "550 5.1.1 ldap server offline",
        "550 user unknown: license expired"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer).starts_with("refused for now: " + rcpt + answer));
  }
  for (const std::string answer : {"550 5.1.1 Relay access denied", "550 5.1.2 Relay denied"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for now: " + rcpt + answer + relay_remedy);
  }
  for (const std::string answer : {"550 5.1.1 192.0.2.7 found in zen.spamhaus.org", "550 5.1.1 Client host blocked"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for now, all: " + rcpt + answer);
  }
}

TEST_CASE("who has no mailbox may be the sender, and a name that is unknown that of this machine", "[smtp_refusal]") {
  struct Row {
    std::string answer;
    std::string remedy;
  };
  for (const auto& [answer, remedy] :
       std::vector<Row>{{"550 5.1.1 sender does not exist", sender_remedy},
                        {"550 sender does not exist", sender_remedy},
                        {"550 return path user unknown", sender_remedy},
                        {"550 envelope sender: no such user", sender_remedy},
                        {"550 5.1.1 <root@web-0001>: User unknown", sender_remedy},
                        {"550 Root@WEB-0001: no such user here", sender_remedy},
                        {"550 root@web-0001... User unknown", sender_remedy},
                        {"550 5.1.1 <root@web-0001>: unknown recipient", sender_remedy},
                        {"550 <root@web-0001>: rejected", sender_remedy},
                        {"550 5.1.1 Mailbox for sender not found", sender_remedy},
                        {"550 Reverse-path: mailbox not found", sender_remedy},
                        {"550 user unknown: login first", no_login_remedy},
                        {"550 User unknown, authentication required", no_login_remedy},
                        {"550 5.1.1 Bad HELO: no such host", name_remedy},
                        {"550 5.1.1 unknown or illegal alias; invalid HELO name", name_remedy},
                        {"550 no such user: bad EHLO", name_remedy}}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for now, all: " + rcpt + answer + remedy);
    CHECK(refused_at(3, answer) == "refused for now, all: the message was answered: " + answer + remedy);
  }
  for (const std::string answer :
       {"550 Recipient unknown, the sender should check the address", "550 5.1.1 no such user, returned to sender"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for a day: " + rcpt + answer);
  }
  for (const std::string answer : {"550 5.1.1 <mark@example.com>: User unknown, from <root@web-0001>",
                                   "550 5.1.1 <xroot@web-0001>: User unknown", "550 root@web-0001.net: no such user"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for good: " + rcpt + answer);
  }
}

TEST_CASE("a recipient whose address is not verified is no trouble with the sender", "[smtp_refusal]") {
  const std::string sandbox =
      "554 Message rejected: Email address is not verified. The following identities failed the check in region EU: ";
  CHECK(refused_at(3, sandbox + "mark@example.com") ==
        "refused for a day: the message was answered: " + sandbox + "mark@example.com");
  for (const std::string named : {"root@web-0001", "root@web-0001, mark@example.com", "web-0001", ""}) {
    CAPTURE(named);
    CHECK(refused_at(3, sandbox + named).starts_with("refused for now, all: "));
    CHECK(refused_at(3, sandbox + named).ends_with(sender_remedy));
  }
}

TEST_CASE("a sender who is the recipient, too, is refused as such", "[smtp_refusal]") {
  OutgoingMail own = mail;
  own.to = own.from;
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(own);
  play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"},
                  {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"},
                  {"250 ok\r\n", "RCPT TO:<root@web-0001>\r\n"},
                  {"550 5.1.1 <root@web-0001>: User unknown\r\n",
                   "refused for good: RCPT TO:<root@web-0001> was answered: 550 5.1.1 <root@web-0001>: User unknown"}});
}

TEST_CASE("a recipient who gets too much mail may get some later", "[smtp_refusal]") {
  for (const std::string answer :
       {"554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour",
        "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages "
        "from being delivered.",
        "550 5.2.121 no", "550 5.2.122 no"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for now: " + rcpt + answer);
  }
}

TEST_CASE("a recipient whom the server could not verify yet may be verified later", "[smtp_refusal]") {
  for (const std::string answer :
       {"550 5.1.1 <mark@example.com>: Recipient address rejected: unverified address: connect to mx[1.2.3.4]:25: "
        "Connection timed out",
        "550 5.1.1 <mark@example.com>: Recipient address rejected: unverified address: Address verification in "
        "progress"}) {
    CHECK(after_recipient(answer) == "refused for now: " + rcpt + answer);
  }
  const std::string undeliverable =
      "550 5.1.1 <mark@example.com>: Recipient address rejected: undeliverable address: host mx said: 550 no such user";
  CHECK(after_recipient(undeliverable) == "refused for a day: " + rcpt + undeliverable);
}

TEST_CASE("a refused sender may be one message's, from before a name was changed", "[smtp_refusal]") {
  for (const std::string answer : {"553 no\r\n", "550 5.1.8 Domain of sender address does not exist\r\n"}) {
    SmtpDialogue dialogue{"web-0001"};
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"}, {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"}});
    CHECK(std::get<SmtpRefused>(dialogue.on_bytes(answer)).perhaps_one);
  }
}

TEST_CASE("a refusal that says that it is for now is believed, though it is a 5xx", "[smtp_refusal]") {
  for (const std::string answer :
       {"550 5.7.1 Greylisted, please try again in 5 minutes", "553 please try again later",
        "554 5.7.1 Message temporarily deferred",
        "550 5.7.1 <mark@example.com>: Recipient address rejected: Greylisted", "550 Greylisted, your IP is new",
        "554 virus scanner unavailable, try again later", "550 4.7.1 no", "550 you are grey-listed",
        "571 retry in 300 seconds", "550 mailbox temporarily disabled", "550 Daily quota exceeded",
        "554 5.7.0 over quota", "554 Service unavailable", "550 Message deferred", "550 content scanner timed out",
        "550 LDAP lookup failure", "554 No more space on mailbox"}) {
    for (const std::size_t stage : {1U, 2U, 3U}) {
      CAPTURE(answer, stage);
      const auto refused = refused_at(stage, answer);
      CHECK(refused.starts_with("refused for now: "));
      CHECK(refused.ends_with(answer));  // nothing has to be set
    }
    CAPTURE(answer);
    CHECK(refused_at(0, answer) == "refused for now, all: MAIL FROM:<root@web-0001> was answered: " + answer);
  }
  CHECK(refused_at(1, "552 mailbox busy: greylisting in action").starts_with("refused for now: "));
  CHECK(refused_at(1, "554 Client host blocked, try again later").starts_with("refused for now, all: "));
}

TEST_CASE("words about all mail may be about one recipient, once that one was named", "[smtp_refusal]") {
  const std::string answer = GENERATE("554 5.7.1 Client host rejected\r\n", "421 4.3.0 shutting down\r\n");
  const auto perhaps_one = [&answer](const std::vector<SmtpTurn>& turns) {
    SmtpDialogue dialogue{"web-0001"};
    dialogue.begin(mail);
    play(dialogue, turns);
    return std::get<SmtpRefused>(dialogue.on_bytes(answer)).perhaps_one;
  };
  CHECK_FALSE(perhaps_one({}));
  CHECK_FALSE(
      perhaps_one({{"220 relay\r\n", "EHLO web-0001\r\n"}, {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"}}));
  CHECK(perhaps_one({{"220 relay\r\n", "EHLO web-0001\r\n"},
                     {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"},
                     {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"}}));
}

TEST_CASE("a recipient, a host or a text that has such a word in its name is not about this machine",
          "[smtp_refusal]") {
  for (const std::string answer :
       {"550 5.7.1 michelo@example.com is not welcome", "550 <spf-team@example.com>: no",
        "550 spf-team@example.com: no", "550 mailbox spf-team is closed", "550 <helo@example.com> is closed",
        "550 helo@example.com is closed", "550 helo.example.com says no", "550 user helo unknown", "550 5.1.1 helo",
        "550 ptr@example.com: unknown user", "550 <starttls@tls.required.example.com>: no",
        "550 see https://example.com/helo/spf/relaying", "550 dmarc@relay.example.com: no such user here",
        "550 who is rbl@blocklist.example.com?", "550 <relaying@example.com>: denied",
        "550 michelo, starttlsx or prelaying", "550 5.1.10 Recipient address has null MX",
        "556 5.1.10 Recipient address has null MX"}) {
    for (const std::size_t stage : {1U, 3U}) {
      CAPTURE(answer, stage);
      const auto refused = refused_at(stage, answer);
      CHECK((refused.starts_with("refused for good: ") || refused.starts_with("refused for a day: ")));
      CHECK(refused.ends_with(answer));
    }
  }
  CHECK(refused_at(1, "554 5.5.2 <unfinished HELO").ends_with(name_remedy));
  CHECK(refused_at(1, "450 4.2.0 Greylisted, your IP is new").starts_with("refused for now: "));
}

TEST_CASE("what follows from a refusal does not make it one of all mail", "[smtp_refusal]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"}, {"250-relay\r\n250 PIPELINING\r\n", group}});
  CHECK(spelled(dialogue.on_bytes("250 ok\r\n550 5.1.1 who?\r\n503 5.5.1 need RCPT\r\n")) ==
        "refused for good: " + rcpt + "550 5.1.1 who?");
  CHECK(dialogue.idle());
}

TEST_CASE("a login that the server offers in any form is what strangers lack, but not what spam lacks",
          "[smtp_refusal]") {
  const std::string other = "; the server offers logins, but not by PLAIN or LOGIN";
  struct Row {
    std::string offer;
    std::string answer;
    std::string remedy;
  };
  const std::vector<Row> rows = {
      {"AUTH LOGIN", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", login_remedy},
      {"AUTH LOGIN", "553 sorry, not for you (#5.7.1)", login_remedy},
      {"AUTH NTLM", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", other},
      {"AUTH GSSAPI NTLM", "550 5.7.1 no", other},
      {"AUTH=LOGIN", "550 5.7.1 Unable to relay", login_remedy},
      {"AUTH PLAIN", "550 Administrative prohibition", login_remedy}};
  const auto at_recipient = [](const std::string& offer, const std::string& answer) {
    SmtpDialogue dialogue{"web-0001"};
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"},
                    {"250-relay\r\n250 " + offer + "\r\n", "MAIL FROM:<root@web-0001>\r\n"},
                    {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"}});
    if (!answer.starts_with("dot ")) return spelled(dialogue.on_bytes(answer + "\r\n"));
    play(dialogue, {{"250 ok\r\n", "DATA\r\n"}, {"354 go\r\n", content}});
    return spelled(dialogue.on_bytes(answer.substr(4) + "\r\n"));
  };
  for (const auto& [offer, answer, remedy] : rows) {
    CAPTURE(offer, answer);
    CHECK(at_recipient(offer, answer) == "refused for now: " + rcpt + answer + remedy);
  }
  CHECK(at_recipient("AUTH PLAIN", "550 authentication required") ==
        "refused for now, all: " + rcpt + "550 authentication required" + login_remedy);
  CHECK(at_recipient("AUTH PLAIN", "550 5.7.1 Forged HELO") ==
        "refused for now, all: " + rcpt + "550 5.7.1 Forged HELO" + name_remedy);
  CHECK(at_recipient("AUTH PLAIN", "550 5.1.1 No such user") == "refused for good: " + rcpt + "550 5.1.1 No such user");
  CHECK(at_recipient("AUTH PLAIN", "dot 554 5.7.1 spam") ==
        "refused for a day: the message was answered: 554 5.7.1 spam");
}

TEST_CASE("what EHLO said of the name is told where HELO is refused in other words", "[smtp_refusal]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"},
                  {"550 HELO host must be a FQDN\r\n", "HELO web-0001\r\n"},
                  {"550 no\r\n",
                   "refused for now, all: HELO web-0001 was answered: 550 no; EHLO web-0001 was answered: 550 HELO "
                   "host must be a FQDN" +
                       name_remedy}});
}

TEST_CASE("a message that a server refuses to strangers waits for the login", "[smtp_refusal]") {
  struct Row {
    std::string answer;
    bool relaying;                             // waits without a login on offer, too
    std::string alone = "refused for good: ";  // without either
  };
  const std::vector<Row> rows = {{"554 5.7.1 <mark@example.com>: Recipient address rejected: Access denied", false},
                                 {"554 5.7.1 <mark@example.com>: Relay access denied", true},
                                 {"550 relay not permitted", true},
                                 {"553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", true},
                                 {"550 5.7.1 Unauthenticated", false, "refused for a day: "}};
  for (const auto& [answer, relaying, alone] : rows) {
    for (const bool offered : {true, false}) {
      CAPTURE(answer, offered);
      SmtpDialogue dialogue{"web-0001"};
      dialogue.begin(mail);
      const auto otherwise = relaying ? "refused for now: " + rcpt + answer + relay_remedy : alone + rcpt + answer;
      play(dialogue,
           {{"220 relay\r\n", "EHLO web-0001\r\n"},
            {offered ? "250-relay\r\n250 AUTH PLAIN LOGIN\r\n" : "250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"},
            {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
            {answer + "\r\n", offered ? "refused for now: " + rcpt + answer + login_remedy : otherwise}});
      CHECK(dialogue.idle());
    }
  }
}

TEST_CASE("a message that a server does not relay waits until it does, and holds up no other", "[smtp_refusal]") {
  // Words of Postfix (smtpd_check.c), sendmail (proto.m4), Exim, Exchange and IIS, Exchange Online, qmail-smtpd,
  // Courier, Domino, Kerio, IceWarp, Google's relay, Haraka.
  for (const std::string answer :
       {"554 5.7.1 <mark@example.com>: Relay access denied",
        "454 4.7.1 <mark@example.com>: Relay access denied",
        "550 5.7.1 <mark@example.com>... Relaying denied. IP name lookup failed [192.0.2.7]",
        "550 relay not permitted",
        "550 relaying to <mark@example.com> prohibited by administrator",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        "550 5.7.1 Unable to relay for mark",
        "550 5.7.64 TenantAttribution",
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        "513 Relaying denied.",
        "554 Relay rejected for policy reasons.",
        "550 5.7.1 Relaying to <mark@example.com> denied (authentication required)",
        "571 we do not relay example.com",
        "550 5.7.0 Mail relay denied [192.0.2.7]. Invalid credentials for relay",
        "550 Relaying denied. Please authenticate or use your own ISP",
        "550 This server does not relay",
        "550 5.7.64 TenantAttribution; Relay Access Denied",
        "550 5.7.1 Invalid credentials for relay [192.0.2.7]. The IP address you've registered",
        "550 I cannot deliver mail for mark@example.com",
        "550 not local host k.example.com, not a gateway",
        "571 Delivery not authorized, message refused"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for now: " + rcpt + answer + relay_remedy);
  }
}

TEST_CASE("that a server relays nothing of this machine is said at MAIL with the remedy", "[smtp_refusal]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue,
       {{"220 relay\r\n", "EHLO web-0001\r\n"},
        {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"},
        {"550 5.7.1 Relaying denied\r\n",
         "refused for now, all: MAIL FROM:<root@web-0001> was answered: 550 5.7.1 Relaying denied" + relay_remedy}});
}

TEST_CASE("a login that may not relay leaves the message as it is", "[smtp_refusal]") {
  SmtpDialogue dialogue{"web-0001", {SmtpSecurity::tls, SmtpLogin{"me", "secret"}}};
  dialogue.begin(mail);
  play(dialogue,
       {{"tls", "await"},
        {"220 relay\r\n", "EHLO web-0001\r\n"},
        {"250-relay\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN AG1lAHNlY3JldA==\r\n"},
        {"235 welcome\r\n", "MAIL FROM:<root@web-0001>\r\n"},
        {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
        {"554 Relay access denied\r\n", "refused for now: " + rcpt + "554 Relay access denied" + relay_remedy}});
}

TEST_CASE("a server that takes the name neither by EHLO nor by HELO is answered with the option to set",
          "[smtp_refusal]") {
  struct Row {
    std::string answer;
    std::string remedy;
  };
  const std::vector<Row> rows = {{"504 need more", name_remedy},
                                 {"501 5.5.4 Invalid argument", name_remedy},
                                 {"501 Syntactically invalid HELO argument(s)", name_remedy},
                                 {"550 no", name_remedy},
                                 {"550 5.7.1 Client host [192.0.2.7] blocked", ""},
                                 {"502 not implemented", ""},
                                 {"554 5.7.1 you are banned", ""}};
  for (const auto& [answer, remedy] : rows) {
    CAPTURE(answer);
    SmtpDialogue dialogue{"web-0001"};
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"},
                    {answer + "\r\n", "HELO web-0001\r\n"},
                    {answer + "\r\n", "refused for now, all: HELO web-0001 was answered: " + answer + remedy}});
  }
}

TEST_CASE("where TLS is a must, a name that EHLO may not say is the reason", "[smtp_refusal]") {
  SmtpDialogue dialogue{"web-0001", {SmtpSecurity::starttls, {}}};
  dialogue.begin(mail);
  play(dialogue,
       {{"220 relay\r\n", "EHLO web-0001\r\n"},
        {"504 need a full name\r\n", "HELO web-0001\r\n"},
        {"250 relay\r\n",
         "refused for now, all: the server offers no STARTTLS, and has to; EHLO web-0001 was answered: 504 need "
         "a full name"}});
}

TEST_CASE("an address stands for the name where there is none", "[smtp_refusal]") {
  for (const std::string said : {"[192.0.2.7]", "[IPv6:2001:db8::7]"}) {
    SmtpDialogue dialogue{""};
    dialogue.introduce_as(said);
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", "EHLO " + said + "\r\n"}});
  }
  for (const std::string never : {"[]", "[a\r\nb]", "[1.2.3.4"}) {
    SmtpDialogue dialogue{never};
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", "EHLO localhost\r\n"}});
  }
}
