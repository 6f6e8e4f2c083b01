// TLS and logins: what is said before, and what never is.
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/mail/smtp_turns.hpp"

using namespace acron;
using namespace acron::test;

namespace {

const SmtpLogin me{"me", "tanstaaf"};
const std::string plain = "AUTH PLAIN AG1lAHRhbnN0YWFm\r\n";  // by base64(1) of coreutils, as those below
const std::string ehlo = "EHLO web-0001\r\n";
const std::string first = "MAIL FROM:<root@web-0001>\r\n";
const std::string remedy_for_sender = "; --mail-from sets the sender";
const std::string file_remedy = "; --smtp-login names the file that has the login";
const std::string offer = "250-relay\r\n250 STARTTLS\r\n";

struct TlsCase {
  SmtpTerms terms;
  std::vector<SmtpTurn> turns;
};

/// Plays each case from the greeting on, and checks whether the connection may be used again.
void play_each(const std::vector<TlsCase>& cases, bool idle) {
  for (const auto& [terms, turns] : cases) {
    SmtpDialogue dialogue{"web-0001", terms};
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", ehlo}});
    play(dialogue, turns);
    CHECK(dialogue.idle() == idle);
  }
}

const SmtpTerms maybe{SmtpSecurity::opportunistic};
const SmtpTerms starttls{SmtpSecurity::starttls};
const SmtpTerms with_login{SmtpSecurity::starttls, me};

std::vector<SmtpTurn> under_tls(const std::string& extensions, std::vector<SmtpTurn> more) {
  std::vector<SmtpTurn> turns = {{offer, "STARTTLS\r\n"}, {"220 go\r\n", "upgrade"}, {"tls", ehlo}};
  turns.push_back({"250-relay\r\n250 " + extensions + "\r\n", more.front().client});
  turns.insert(turns.end(), more.begin() + 1, more.end());
  return turns;
}

}  // namespace

TEST_CASE("TLS begins where the terms want it and the server offers it", "[smtp_dialogue]") {
  for (const auto& terms : {maybe, starttls}) {
    SmtpDialogue dialogue{"web-0001", terms};
    CHECK(spelled(dialogue.begin(mail)) == "await");
    play(dialogue, {{"220 relay\r\n", ehlo}, {offer, "STARTTLS\r\n"}});
    CHECK_FALSE(dialogue.awaits_tls());
    play(dialogue, {{"220 go\r\n", "upgrade"}});
    CHECK(dialogue.awaits_tls());
    CHECK_FALSE(dialogue.greeted());
    play(dialogue, {{"tls", ehlo},
                    {offer, first},  // not a second time
                    {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
                    {"250 ok\r\n", "DATA\r\n"},
                    {"354 go\r\n", content},
                    {"250 queued\r\n", "accepted 250 queued"}});
    CHECK(dialogue.encrypted());
    CHECK(dialogue.idle());
    CHECK(spelled(dialogue.begin(mail)) == first);
  }
}

TEST_CASE("TLS that comes first comes before the greeting", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001", {SmtpSecurity::tls}};
  CHECK(spelled(dialogue.begin(mail)) == "upgrade");
  CHECK(dialogue.awaits_tls());
  play(dialogue, {{"tls", "await"}, {"220 relay\r\n", ehlo}, {"250 relay\r\n", first}});
  CHECK(dialogue.encrypted());
}

TEST_CASE("what a server could do before TLS is forgotten", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001", maybe};
  dialogue.begin(mail);
  play(dialogue, {{"220 relay\r\n", ehlo},
                  {"250-relay\r\n250-PIPELINING\r\n250-SIZE 10\r\n250 STARTTLS\r\n", "STARTTLS\r\n"},
                  {"220 go\r\n", "upgrade"},
                  {"tls", ehlo},
                  {"500 what?\r\n", "HELO web-0001\r\n"},
                  {"250 relay\r\n", first}});
}

TEST_CASE("mail goes in clear where nothing else is asked or offered", "[smtp_dialogue]") {
  play_each(
      {
          {{SmtpSecurity::none}, {{offer, first}}},
          {maybe, {{"250 relay\r\n", first}}},
          {maybe, {{"500 what?\r\n", "HELO web-0001\r\n"}, {"250 relay\r\n", first}}},
          {maybe, {{offer, "STARTTLS\r\n"}, {"454 not now\r\n", first}}},
          {maybe, {{offer, "STARTTLS\r\n"}, {"502 what?\r\n", first}}},
      },
      false);
}

TEST_CASE("a refused STARTTLS is kept for the log", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001", maybe};
  dialogue.begin(mail);
  play(dialogue, {{"220 relay\r\n", ehlo}, {offer, "STARTTLS\r\n"}});
  CHECK(dialogue.starttls_refusal().empty());
  play(dialogue, {{"454 not now\r\n", first}});
  CHECK(dialogue.starttls_refusal() == "STARTTLS was answered: 454 not now");
  CHECK_FALSE(dialogue.encrypted());
}

TEST_CASE("mail waits where TLS is demanded and can't be had", "[smtp_dialogue]") {
  const std::string all = "refused for now, all: ";
  play_each(
      {
          {starttls, {{"250 relay\r\n", all + "the server offers no STARTTLS, and has to"}}},
          {starttls,
           {{"500 what?\r\n", "HELO web-0001\r\n"},
            {"250 x\r\n", all + "the server offers no STARTTLS, and has to; EHLO web-0001 was answered: 500 what?"}}},
          {starttls, {{offer, "STARTTLS\r\n"}, {"454 no\r\n", all + "STARTTLS was answered: 454 no"}}},
          {starttls, {{offer, "STARTTLS\r\n"}, {"554 no\r\n", all + "STARTTLS was answered: 554 no"}}},
          {starttls, {{offer, "STARTTLS\r\n"}, {"250 yes\r\n", all + "STARTTLS was answered: 250 yes"}}},
          {maybe, {{offer, "STARTTLS\r\n"}, {"250 yes\r\n", all + "the server answers STARTTLS with 250"}}},
          {starttls, {{offer, "STARTTLS\r\n"}, {"421 bye\r\n", all + "STARTTLS was answered: 421 bye"}}},
          {starttls,
           {{offer, "STARTTLS\r\n"}, {"220 go\r\n", "upgrade"}, {"no tls: bad certificate", all + "bad certificate"}}},
      },
      false);
}

TEST_CASE("a STARTTLS that ends the talk has failed", "[smtp_dialogue]") {
  for (const std::string answer : {"", "421 bye\r\n", "250 yes\r\n"}) {
    CAPTURE(answer);
    SmtpDialogue dialogue{"web-0001", maybe};
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", ehlo}, {offer, "STARTTLS\r\n"}});
    if (answer.empty()) {
      CHECK(spelled(dialogue.lost("closed")) == "refused for now, all: closed; STARTTLS was not answered");
    } else {
      CHECK(spelled(dialogue.on_bytes(answer)).find("STARTTLS") != std::string::npos);
    }
    CHECK(dialogue.starttls_failed());
  }
  SmtpDialogue dialogue{"web-0001", maybe};
  dialogue.begin(mail);
  play(dialogue, {{"220 relay\r\n", ehlo}, {offer, "STARTTLS\r\n"}, {"454 not now\r\n", first}});
  CHECK_FALSE(dialogue.starttls_failed());
}

TEST_CASE("what comes with the answer to STARTTLS is taken for an attack", "[smtp_dialogue]") {
  const std::string left = "refused for now, all: more than the answer to STARTTLS came before TLS";
  for (const auto& terms : {maybe, starttls}) {
    for (const auto* injected : {"250 ok\r\n", "2", "\r\n", "250-relay\r\n250 AUTH PLAIN\r\n", "\x16\x03\x01"}) {
      INFO(injected);
      SmtpDialogue dialogue{"web-0001", terms};
      dialogue.begin(mail);
      play(dialogue, {{"220 relay\r\n", ehlo}, {offer, "STARTTLS\r\n"}, {std::string{"220 go\r\n"} + injected, left}});
      CHECK_FALSE(dialogue.idle());
      CHECK_FALSE(dialogue.awaits_tls());  // not to be tried in clear: there is somebody on the line
    }
  }
}

TEST_CASE("nothing that is said in clear counts once TLS is awaited", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001", {SmtpSecurity::tls}};
  dialogue.begin(mail);
  play(dialogue, {{"220 relay\r\n", "refused for now, all: the server spoke before TLS"}});
}

TEST_CASE("a login is said under TLS, by PLAIN or else by LOGIN", "[smtp_dialogue]") {
  const std::vector<SmtpTurn> by_login = {{"", "AUTH LOGIN\r\n"},
                                          {"334 VXNlcm5hbWU6\r\n", "bWU=\r\n"},
                                          {"334 UGFzc3dvcmQ6\r\n", "dGFuc3RhYWY=\r\n"},
                                          {"235 hello\r\n", first}};
  play_each(
      {
          {with_login, under_tls("AUTH PLAIN", {{"", plain}, {"235 2.7.0 hello\r\n", first}})},
          {with_login, under_tls("AUTH LOGIN PLAIN", {{"", plain}, {"235 hello\r\n", first}})},
          {with_login, under_tls("AUTH LOGIN", by_login)},
          {with_login, under_tls("AUTH CRAM-MD5 login", by_login)},
      },
      false);
}

TEST_CASE("a server that announces PLAIN and does not take it is told the login by LOGIN", "[smtp_dialogue]") {
  const std::string all = "refused for now, all: the login was answered: ";
  const auto plain_refused = [](const std::string& answer, std::vector<SmtpTurn> more) {
    more.insert(more.begin(), {"", plain});
    more.at(1).server = answer + "\r\n";
    return under_tls("AUTH PLAIN LOGIN", more);
  };
  for (const std::string answer : {"504 5.5.4 Unrecognized authentication type", "534 5.7.9 too weak"}) {
    play_each(
        {{with_login, plain_refused(answer, {{"", "AUTH LOGIN\r\n"},
                                             {"334 VXNlcm5hbWU6\r\n", "bWU=\r\n"},
                                             {"334 UGFzc3dvcmQ6\r\n", "dGFuc3RhYWY=\r\n"},
                                             {"235 hello\r\n", first}})},
         {with_login, plain_refused(answer, {{"", "AUTH LOGIN\r\n"}, {"504 no\r\n", all + "504 no" + file_remedy}})}},
        false);
  }
  // Said twice, a wrong secret would count twice.
  play_each({{with_login, plain_refused("535 5.7.8 wrong", {{"", all + "535 5.7.8 wrong" + file_remedy}})}}, false);
}

TEST_CASE("the file of the login is named where the login is refused", "[smtp_dialogue]") {
  const std::string all = "refused for now, all: the login was answered: ";
  for (const std::string code : {"535", "534", "538", "454", "530", "501", "550"}) {
    play_each(
        {{with_login, under_tls("AUTH PLAIN", {{"", plain}, {code + " no\r\n", all + code + " no" + file_remedy}})}},
        false);
  }
  play_each({{with_login, under_tls("AUTH PLAIN", {{"", plain}, {"421 bye\r\n", all + "421 bye"}})}}, false);
}

TEST_CASE("a login is said once a connection", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001", {SmtpSecurity::tls, me}};
  dialogue.begin(mail);
  play(dialogue,
       {{"tls", "await"}, {"220 relay\r\n", ehlo}, {"250-relay\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n", plain}});
  CHECK_FALSE(dialogue.greeted());
  play(dialogue,
       {{"235 hello\r\n", group}, {"250 ok\r\n250 ok\r\n354 go\r\n", content}, {"250 x\r\n", "accepted 250 x"}});
  CHECK(dialogue.greeted());
  CHECK(spelled(dialogue.begin(mail)) == group);
}

TEST_CASE("no login is said where nobody vouches for the server", "[smtp_dialogue]") {
  const std::string left = "refused for now, all: no login is said to a server that is not verified";
  const std::string auth = "250-relay\r\n250 AUTH PLAIN LOGIN\r\n";
  play_each(
      {
          {{SmtpSecurity::none, me}, {{auth, left}}},
          {{SmtpSecurity::opportunistic, me}, {{auth, left}}},
          {{SmtpSecurity::opportunistic, me}, under_tls("AUTH PLAIN", {{"", left}})},
          {{SmtpSecurity::starttls, me}, {{auth, "refused for now, all: the server offers no STARTTLS, and has to"}}},
      },
      false);
}

TEST_CASE("a login that fails is no fault of the message", "[smtp_dialogue]") {
  const std::string all = "refused for now, all: ", answered = all + "the login was answered: ";
  play_each(
      {
          {with_login, under_tls("X", {{"", all + "the server offers no login by PLAIN or LOGIN"}})},
          {with_login, under_tls("AUTH CRAM-MD5", {{"", all + "the server offers no login by PLAIN or LOGIN"}})},
          {with_login,
           under_tls("AUTH PLAIN", {{"", plain}, {"535 5.7.8 no\r\n", answered + "535 5.7.8 no" + file_remedy}})},
          {with_login, under_tls("AUTH PLAIN", {{"", plain}, {"535 no\r\n", answered + "535 no" + file_remedy}})},
          {with_login,
           under_tls("AUTH PLAIN", {{"", plain}, {"454 4.7.0 no\r\n", answered + "454 4.7.0 no" + file_remedy}})},
          {with_login, under_tls("AUTH PLAIN", {{"", plain}, {"504 no\r\n", answered + "504 no" + file_remedy}})},
          {with_login, under_tls("AUTH PLAIN", {{"", plain}, {"334 more\r\n", answered + "334 more"}})},
          {with_login, under_tls("AUTH PLAIN", {{"", plain}, {"250 ok\r\n", answered + "250 ok"}})},
          {with_login,
           under_tls("AUTH LOGIN", {{"", "AUTH LOGIN\r\n"}, {"535 no\r\n", answered + "535 no" + file_remedy}})},
          {with_login, under_tls("AUTH LOGIN", {{"", "AUTH LOGIN\r\n"}, {"235 ok\r\n", answered + "235 ok"}})},
          {with_login, under_tls("AUTH LOGIN", {{"", "AUTH LOGIN\r\n"},
                                                {"334 x\r\n", "bWU=\r\n"},
                                                {"334 x\r\n", "dGFuc3RhYWY=\r\n"},
                                                {"535 no\r\n", answered + "535 no" + file_remedy}})},
      },
      false);
}

TEST_CASE("a server that wants a login or TLS refuses no message for good", "[smtp_dialogue]") {
  const std::string login =
      "; --smtp-login sets a login, for a server that --smtp names by smtps:// or smtp+starttls://";
  const std::string tls = "; smtps:// or smtp+starttls:// in --smtp sends mail by TLS only";
  using Row = std::pair<std::string, std::string>;
  for (const auto& [code, remedy] : {Row{"530", login}, Row{"534", login}, Row{"535", login}, Row{"538", tls}}) {
    SmtpDialogue dialogue{"web-0001"};
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", ehlo},
                    {"250 relay\r\n", first},
                    {code + " 5.7.0 log in\r\n", "refused for now, all: MAIL FROM:<root@web-0001> was answered: " +
                                                     code + " 5.7.0 log in" + remedy}});
    CHECK_FALSE(dialogue.idle());
  }
}

TEST_CASE("no refusal repeats the secret once it is written for a log", "[smtp_dialogue]") {
  const SmtpLogin fred{"me", "fred"};
  SmtpDialogue dialogue{"web-0001", {SmtpSecurity::tls, fred}};
  dialogue.begin(mail);
  // The byte is written as \x7f, whose last letter is the secret's first.
  play(dialogue, {{"tls", "await"},
                  {"220 relay\r\n", ehlo},
                  {"250-relay\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN " + plain_response(fred) + "\r\n"},
                  {"235 ok\r\n", first},
                  {"550 \x7f"
                   "red\r\n",
                   "refused for now, all: MAIL FROM:<root@web-0001> was answered: 550 [with the secret in it]" +
                       remedy_for_sender}});
}

TEST_CASE("no refusal repeats the secret, whatever the server repeats", "[smtp_dialogue]") {
  for (const std::string& said : {std::string{"tanstaaf"}, std::string{"dGFuc3RhYWY="}, std::string{"AG1lAHRhbnN0YWFm"},
                                  std::string{"x tanstaaf x"}}) {
    SmtpDialogue dialogue{"web-0001", {SmtpSecurity::tls, me}};
    dialogue.begin(mail);
    play(dialogue, {{"tls", "await"},
                    {"220 relay\r\n", ehlo},
                    {"250-relay\r\n250 AUTH PLAIN\r\n", plain},
                    {"235 ok\r\n", first},
                    {"550 " + said + "\r\n",
                     "refused for now, all: MAIL FROM:<root@web-0001> was answered: 550 [with the secret in it]" +
                         remedy_for_sender}});
  }
  for (const std::string& said : {std::string{"250-ok\r\n550 tanstaaf\r\n"}, std::string{"tanstaaf?\r\n"}}) {
    SmtpDialogue dialogue{"web-0001", {SmtpSecurity::tls, me}};
    dialogue.begin(mail);
    play(dialogue, {{"tls", "await"},
                    {"220 relay\r\n", ehlo},
                    {"250-relay\r\n250 AUTH PLAIN\r\n", plain},
                    {"235 ok\r\n", first},
                    {said, "refused for now: the server makes no sense [with the secret in it]"}});
  }
  const std::vector<std::pair<std::string, std::string>> answers = {
      {"535 5.5.4 bad AUTH PLAIN AG1lAHRhbn...", "535 5.5.4"},
      {"535 5.7.8.9 me?", "535"},
      {"535 5.7 Me?", "535"},
      {"535 1.1.1. TANS...", "535"},
      {"535 5.7.8 no ...taaf", "535 5.7.8"},
      {"535 tanstaaf", "535"},
      {"535 5.7.8 dGFuc3Rh", "535 5.7.8"},
      {"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant",
       "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant"},
      {"534-5.7.9 Application-specific\r\n534 5.7.9 password required",
       "534 5.7.9 Application-specific 5.7.9 password required"},
  };
  for (const auto& [said, told] : answers) {
    SmtpDialogue dialogue{"web-0001", {SmtpSecurity::tls, me}};
    dialogue.begin(mail);
    play(dialogue, {{"tls", "await"},
                    {"220 relay\r\n", ehlo},
                    {"250-relay\r\n250 AUTH PLAIN\r\n", plain},
                    {said + "\r\n", "refused for now, all: the login was answered: " + told + file_remedy}});
  }
}
