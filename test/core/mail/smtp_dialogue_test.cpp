#include "acron/core/mail/smtp_dialogue.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

#include "core/mail/smtp_turns.hpp"

using namespace acron;
using namespace acron::test;

namespace {

const std::vector<SmtpTurn> greeted = {{"220 relay\r\n", "EHLO web-0001\r\n"},
                                       {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"}};

const std::vector<SmtpTurn> rest_of_one_by_one = {{"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
                                                  {"250 ok\r\n", "DATA\r\n"},
                                                  {"354 go\r\n", content},
                                                  {"250 queued\r\n", "accepted 250 queued"}};

const std::vector<SmtpTurn> greeted_with_pipelining = {{"220 relay\r\n", "EHLO web-0001\r\n"},
                                                       {"250-relay\r\n250 PIPELINING\r\n", group}};

}  // namespace

TEST_CASE("a message is sent command by command", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  CHECK(spelled(dialogue.begin(mail)) == "await");
  play(dialogue, greeted);
  play(dialogue, rest_of_one_by_one);
  CHECK(dialogue.idle());
}

TEST_CASE("a further message needs no new EHLO", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, greeted);
  play(dialogue, rest_of_one_by_one);
  for (int i = 0; i < 3; ++i) {
    CHECK(spelled(dialogue.begin(mail)) == "MAIL FROM:<root@web-0001>\r\n");
    play(dialogue, rest_of_one_by_one);
  }
}

TEST_CASE("commands go in one piece to a server that can take them so", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, greeted_with_pipelining);
  play(dialogue, {{"250 ok\r\n", "await"},
                  {"250 ok\r\n35", "await"},
                  {"4 go\r\n", content},
                  {"250 done\r\n", "accepted 250 done"}});
  CHECK(spelled(dialogue.begin(mail)) == group);
  play(dialogue, {{"250 ok\r\n250 ok\r\n354 go\r\n", content}, {"250 done\r\n", "accepted 250 done"}});
}

TEST_CASE("the content is known to be on its way", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, greeted_with_pipelining);
  CHECK_FALSE(dialogue.content_sent());
  play(dialogue, {{"250 ok\r\n250 ok\r\n354 go\r\n", content}});
  CHECK(dialogue.content_sent());
  play(dialogue, {{"250 done\r\n", "accepted 250 done"}});
  CHECK_FALSE(dialogue.content_sent());
}

TEST_CASE("a server that knows no EHLO is greeted with HELO", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, {{"220 old\r\n", "EHLO web-0001\r\n"},
                  {"502 what?\r\n", "HELO web-0001\r\n"},
                  {"250 old\r\n", "MAIL FROM:<root@web-0001>\r\n"}});
  play(dialogue, rest_of_one_by_one);
}

TEST_CASE("a host name that can't be said is not said", "[smtp_dialogue]") {
  struct Case {
    std::string host;
    std::string said;
  };
  const std::vector<Case> cases = {{"web-0001.example.com", "web-0001.example.com"},
                                   {"", "localhost"},
                                   {"a b", "localhost"},
                                   {"a\r\nMAIL", "localhost"},
                                   {"w\xc3\xa9"
                                    "b",
                                    "localhost"},
                                   {std::string(400, 'x'), "localhost"}};
  for (const auto& [host, said] : cases) {
    SmtpDialogue dialogue{host};
    dialogue.begin(mail);
    play(dialogue, {{"220 relay\r\n", "EHLO " + said + "\r\n"}});
  }
}

TEST_CASE("each refusal is told apart as for now or for good, for one message or for all", "[smtp_dialogue]") {
  struct Case {
    std::vector<SmtpTurn> turns;
    bool idle;
  };
  auto after = [](std::vector<SmtpTurn> turns, const std::vector<SmtpTurn>& more) {
    turns.insert(turns.end(), more.begin(), more.end());
    return turns;
  };
  const std::string mail_line = "MAIL FROM:<root@web-0001> was answered: ";
  const std::string sender_remedy = "; --mail-from sets the sender";
  const std::string rcpt_line = "RCPT TO:<mark@example.com> was answered: ";
  const SmtpTurn mail_ok{"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"};
  const SmtpTurn rcpt_ok{"250 ok\r\n", "DATA\r\n"};
  const SmtpTurn data_ok{"354 go\r\n", content};
  const std::vector<Case> cases = {
      {{{"421 busy\r\n", "refused for now, all: the connection was answered: 421 busy"}}, false},
      {{{"450 later\r\n", "refused for now, all: the connection was answered: 450 later"}}, false},
      {{{"554 no\r\n", "refused for now, all: the connection was answered: 554 no"}}, false},
      {{{"220 x\r\n", "EHLO web-0001\r\n"}, {"451 x\r\n", "refused for now, all: EHLO web-0001 was answered: 451 x"}},
       false},
      {{{"220 x\r\n", "EHLO web-0001\r\n"},
        {"550 x\r\n", "HELO web-0001\r\n"},
        {"550 no\r\n",
         "refused for now, all: HELO web-0001 was answered: 550 no; --smtp-name sets what acron "
         "calls this machine"}},
       false},
      {after(greeted, {{"450 x\r\n", "refused for now: " + mail_line + "450 x"}}), true},
      {after(greeted, {{"553 x\r\n", "refused for now, all: " + mail_line + "553 x" + sender_remedy}}), false},
      {after(greeted,
             {{"550 5.1.0 Sender rejected\r\n",
               "refused for now, all: " + mail_line + "550 5.1.0 Sender rejected; --mail-from sets the sender"}}),
       false},
      {after(greeted,
             {{"552 5.3.4 too big to relay\r\n", "refused for a day: " + mail_line + "552 5.3.4 too big to relay"}}),
       true},
      {after(greeted, {{"421 x\r\n", "refused for now, all: " + mail_line + "421 x"}}), false},
      {after(greeted, {mail_ok, {"451 grey\r\n", "refused for now: " + rcpt_line + "451 grey"}}), true},
      {after(greeted, {mail_ok, {"550 who?\r\n", "refused for a day: " + rcpt_line + "550 who?"}}), true},
      {after(greeted, {mail_ok, {"550-who\r\n550 is it?\r\n", "refused for a day: " + rcpt_line + "550 who is it?"}}),
       true},
      {after(greeted, {mail_ok, rcpt_ok, {"451 x\r\n", "refused for now: DATA was answered: 451 x"}}), true},
      {after(greeted, {mail_ok, rcpt_ok, {"554 x\r\n", "refused for a day: DATA was answered: 554 x"}}), true},
      {after(greeted,
             {mail_ok, rcpt_ok, data_ok, {"452 full\r\n", "refused for now: the message was answered: 452 full"}}),
       true},
      {after(greeted,
             {mail_ok, rcpt_ok, data_ok, {"554 spam\r\n", "refused for a day: the message was answered: 554 spam"}}),
       true},
      {after(greeted,
             {mail_ok, rcpt_ok, data_ok, {"421 x\r\n", "refused for now, all: the message was answered: 421 x"}}),
       false},
  };
  for (const auto& [turns, idle] : cases) {
    SmtpDialogue dialogue{"web-0001"};
    dialogue.begin(mail);
    play(dialogue, turns);
    CHECK(dialogue.idle() == idle);
  }
}

TEST_CASE("after a refusal the next message begins with RSET", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, greeted);
  play(dialogue, {{"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
                  {"550 no\r\n", "refused for a day: RCPT TO:<mark@example.com> was answered: 550 no"}});
  CHECK(spelled(dialogue.begin(mail)) == "RSET\r\n");
  play(dialogue, {{"250 ok\r\n", "MAIL FROM:<root@web-0001>\r\n"}});
  play(dialogue, rest_of_one_by_one);
  CHECK(spelled(dialogue.begin(mail)) == "MAIL FROM:<root@web-0001>\r\n");
}

TEST_CASE("a refusal amid commands in one piece is the first one, and nothing is sent", "[smtp_dialogue]") {
  const std::string no_recipient = "refused for a day: RCPT TO:<mark@example.com> was answered: 550 no";
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, greeted_with_pipelining);
  play(dialogue, {{"250 ok\r\n550 no\r\n", "await"}, {"503 no recipients\r\n", no_recipient}});
  CHECK(spelled(dialogue.begin(mail)) == "RSET\r\n" + group);
  play(dialogue, {{"250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n", ".\r\n"}, {"554 no recipients\r\n", no_recipient}});
  CHECK(spelled(dialogue.begin(mail)) == "RSET\r\n" + group);
  play(dialogue, {{"250 ok\r\n", "await"},
                  {"450 wait\r\n503 x\r\n", "await"},
                  {"503 x\r\n", "refused for now: MAIL FROM:<root@web-0001> was answered: 450 wait"}});
  CHECK(dialogue.idle());
}

TEST_CASE("a server that makes no sense is left, for now", "[smtp_dialogue]") {
  struct Case {
    std::vector<SmtpTurn> turns;
    std::string server;
    std::string client;
  };
  const std::vector<Case> cases = {
      {{}, "SSH-2.0-x\r\n", "refused for now, all: the server does not speak SMTP: SSH-2.0-x"},
      {{}, "220 x\r\n250 too early\r\n", "refused for now, all: the server spoke out of turn"},
      {greeted, "250 ok\r\n250 too early\r\n", "refused for now: the server spoke out of turn"},
      {greeted, "250 ok\r\n2", "refused for now: the server spoke out of turn"},
      {greeted, "354 what?\r\n", "refused for now: MAIL FROM:<root@web-0001> was answered: 354 what?"},
      {greeted_with_pipelining, "250 ok\r\n250 ok\r\n250 what?\r\n",
       "refused for now: the server answers DATA with 250"},
      {greeted_with_pipelining, "250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n",
       "refused for now: the server spoke out of turn"},
  };
  for (const auto& [turns, server, client] : cases) {
    SmtpDialogue dialogue{"web-0001"};
    dialogue.begin(mail);
    play(dialogue, turns);
    play(dialogue, {{server, client}});
    CHECK_FALSE(dialogue.idle());
  }
}

TEST_CASE("a refusal counts although the connection is lost after it", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, greeted_with_pipelining);
  CHECK(spelled(dialogue.lost("closed")) == "refused for now: closed");
  play(dialogue, {{"250 ok\r\n550 5.1.1 who?\r\n", "await"}});
  const auto refused = dialogue.lost("closed");
  CHECK(spelled(refused) == "refused for good: RCPT TO:<mark@example.com> was answered: 550 5.1.1 who?");
  CHECK(refused.answered);
}

TEST_CASE("a goodbye after a refusal ends the connection and no more", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, greeted_with_pipelining);
  play(dialogue,
       {{"250 ok\r\n550 no\r\n421 bye\r\n", "refused for a day: RCPT TO:<mark@example.com> was answered: 550 no"}});
  CHECK_FALSE(dialogue.idle());
}

TEST_CASE("a server that refuses EHLO and closes is told of with its words", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"},
                  {"550 5.7.1 <vm>: Helo command rejected: no FQDN\r\n", "HELO web-0001\r\n"}});
  CHECK(spelled(dialogue.lost("closed")) ==
        "refused for now, all: closed; EHLO web-0001 was answered: 550 5.7.1 <vm>: Helo command rejected: no FQDN; "
        "--smtp-name sets what acron calls this machine");
}

TEST_CASE("words after an acceptance don't undo it, but end the connection", "[smtp_dialogue]") {
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(mail);
  play(dialogue, greeted_with_pipelining);
  play(dialogue, {{"250 ok\r\n250 ok\r\n354 go\r\n", content}, {"250 queued\r\n421 bye\r\n", "accepted 250 queued"}});
  CHECK_FALSE(dialogue.idle());
}

TEST_CASE("a server's SIZE is told the size and kept", "[smtp_dialogue]") {
  OutgoingMail large = mail;
  for (int i = 0; i < 100; ++i) large.text += "a line of output\r\n";
  struct Case {
    std::string extensions;
    std::string client;
  };
  const auto size = std::to_string(large.text.size());
  const std::string begin = "MAIL FROM:<root@web-0001>";
  const std::vector<Case> cases = {
      {"250 HELP\r\n", begin + "\r\n"},
      {"250 SIZE\r\n", begin + " SIZE=" + size + "\r\n"},
      {"250 SIZE 0\r\n", begin + " SIZE=" + size + "\r\n"},
      {"250 size 10240000\r\n", begin + " SIZE=" + size + "\r\n"},
      {"250 SIZE 99999999999999999999999\r\n", begin + " SIZE=" + size + "\r\n"},
      {"250-SIZE " + size + "\r\n250 HELP\r\n", begin + " SIZE=" + size + "\r\n"},
      {"250 SIZE 20\r\n", "refused for now, all: the server takes no message over 20 bytes"},
  };
  for (const auto& [extensions, client] : cases) {
    SmtpDialogue dialogue{"web-0001"};
    dialogue.begin(large);
    play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"}, {"250-relay\r\n" + extensions, client}});
    CHECK(dialogue.idle() == client.starts_with("refused"));
  }
}

TEST_CASE("a message that a server without SIZE finds too big is cut to its head, once", "[smtp_dialogue]") {
  OutgoingMail large = mail;
  for (int i = 0; i < 1000; ++i) large.text += "a line of output\r\n";
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(large);
  const std::string too_big = "552 5.3.4 Message too big\r\n";
  const auto cut = shortened(large.text, 10'000, "the mail server finds the message too big").value();
  play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"},
                  {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"},
                  {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
                  {"250 ok\r\n", "DATA\r\n"},
                  {"354 go\r\n", smtp_content(large.text)},
                  {too_big, "RSET\r\n"},
                  {"250 ok\r\n", "MAIL FROM:<root@web-0001>\r\n"},
                  {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
                  {"250 ok\r\n", "DATA\r\n"},
                  {"354 go\r\n", smtp_content(cut)}});
  SECTION("and taken") {
    play(dialogue, {{"250 queued\r\n", "accepted 250 queued (cut, since the server found it too big)"}});
  }
  SECTION("or refused") {
    play(dialogue, {{too_big, "refused for a day: the message was answered: 552 5.3.4 Message too big"}});
  }
  CHECK(dialogue.idle());
}

TEST_CASE("of a message that the server found too big before it closed only the head is sent", "[smtp_dialogue]") {
  OutgoingMail large = mail;
  for (int i = 0; i < 1000; ++i) large.text += "a line of output\r\n";
  SmtpDialogue closed{"web-0001"};
  closed.begin(large);
  play(closed, {{"220 relay\r\n", "EHLO web-0001\r\n"}, {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"}});
  CHECK_FALSE(closed.found_too_big());
  play(closed, {{"552 5.3.4 Message too big\r\n", "RSET\r\n"}});
  CHECK(closed.found_too_big());

  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(large, SmtpExtent::head);
  const auto cut = shortened(large.text, 10'000, "the mail server finds the message too big").value();
  play(dialogue, {{"220 relay\r\n", "EHLO web-0001\r\n"},
                  {"250 relay\r\n", "MAIL FROM:<root@web-0001>\r\n"},
                  {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
                  {"250 ok\r\n", "DATA\r\n"},
                  {"354 go\r\n", smtp_content(cut)},
                  {"250 queued\r\n", "accepted 250 queued (cut, since the server found it too big)"}});
  dialogue.begin(large);
  CHECK_FALSE(dialogue.found_too_big());
}

TEST_CASE("a message over a server's SIZE is cut and says so", "[smtp_dialogue]") {
  OutgoingMail large = mail;
  for (int i = 0; i < 100; ++i) large.text += "a line of output\r\n";
  SmtpDialogue dialogue{"web-0001"};
  dialogue.begin(large);
  const auto cut = shortened(large.text, 1000).value();
  play(dialogue,
       {{"220 relay\r\n", "EHLO web-0001\r\n"},
        {"250-relay\r\n250 SIZE 1000\r\n", "MAIL FROM:<root@web-0001> SIZE=" + std::to_string(cut.size()) + "\r\n"},
        {"250 ok\r\n", "RCPT TO:<mark@example.com>\r\n"},
        {"250 ok\r\n", "DATA\r\n"},
        {"354 go\r\n", smtp_content(cut)},
        {"250 queued\r\n", "accepted 250 queued (cut to the server's SIZE)"}});
  CHECK(spelled(dialogue.begin(mail)).starts_with("MAIL FROM"));
  play(dialogue, rest_of_one_by_one);
}

TEST_CASE("an address that is none never reaches the wire", "[smtp_dialogue]") {
  OutgoingMail forged = mail;
  forged.to = "a@b>\r\nDATA\r\n";
  SmtpDialogue dialogue{"web-0001"};
  CHECK(spelled(dialogue.begin(forged)) == "refused for good: not an address: a@b>\\x0d\\x0aDATA\\x0d\\x0a");
  forged = mail;
  forged.from = "a b";
  CHECK(spelled(dialogue.begin(forged)) == "refused for good: not an address: a b");
  dialogue.begin(mail);
  play(dialogue, greeted);
}
