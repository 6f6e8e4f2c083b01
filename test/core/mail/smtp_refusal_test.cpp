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
      {"450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]", name_remedy},
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
      {"530 5.7.0 Must issue a STARTTLS command first", ""},
      {"530 5.7.1 Authentication required", ""},
      {"550 5.7.25 no PTR", ""},
      {"504 what?", ""},
  };
  for (const auto& [answer, remedy] : rows) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for now, all: " + rcpt + answer + remedy);
  }
}

TEST_CASE("a refusal of a recipient is about the message", "[smtp_refusal]") {
  for (const std::string answer :
       {"550 5.1.1 <mark@example.com>: Recipient address rejected: User unknown",
        "550 5.1.1 <mark@example.com>: Recipient address rejected: User unknown in relay recipient table",
        "550 5.1.1 <relay@example.com>: rejected", "550 5.1.1 relay.example.com says: denied",
        "504 5.5.2 <mark@example>: Recipient address rejected: need fully-qualified address",
        "550 5.1.1 <michelo@example.com>: user unknown", "550 5.7.1 no", "552 5.2.2 mailbox full", "550 who?"}) {
    CAPTURE(answer);
    CHECK(after_recipient(answer) == "refused for good: " + rcpt + answer);
  }
  CHECK(after_recipient("450 4.2.0 greylisted") == "refused for now: " + rcpt + "450 4.2.0 greylisted");
}

TEST_CASE("a message that a server refuses to strangers waits for the login", "[smtp_refusal]") {
  struct Row {
    std::string answer;
    bool relaying;  // waits without a login on offer, too
  };
  const std::vector<Row> rows = {{"554 5.7.1 <mark@example.com>: Recipient address rejected: Access denied", false},
                                 {"554 5.7.1 <mark@example.com>: Relay access denied", true},
                                 {"550 relay not permitted", true},
                                 {"553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", true},
                                 {"550 5.7.1 Unauthenticated", false}};
  for (const auto& [answer, relaying] : rows) {
    for (const bool offered : {true, false}) {
      CAPTURE(answer, offered);
      SmtpDialogue dialogue{"web-0001"};
      dialogue.begin(mail);
      const auto otherwise =
          relaying ? "refused for now: " + rcpt + answer + relay_remedy : "refused for good: " + rcpt + answer;
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
       {"554 5.7.1 <mark@example.com>: Relay access denied", "454 4.7.1 <mark@example.com>: Relay access denied",
        "550 5.7.1 <mark@example.com>... Relaying denied. IP name lookup failed [192.0.2.7]", "550 relay not permitted",
        "550 relaying to <mark@example.com> prohibited by administrator",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "550 5.7.1 Unable to relay for mark",
        "550 5.7.64 TenantAttribution", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        "513 Relaying denied.", "554 Relay rejected for policy reasons.",
        "550 5.7.1 Relaying to <mark@example.com> denied (authentication required)", "571 we do not relay example.com",
        "550 5.7.0 Mail relay denied [192.0.2.7]. Invalid credentials for relay",
        "550 I cannot deliver mail for mark@example.com"}) {
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
                                 {"550 no", ""},
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
