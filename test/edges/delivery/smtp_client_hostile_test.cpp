// Servers that are gone, silent, slow or endless: none may hold mail, or the loop, for ever.
#include <catch2/catch.hpp>

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "acron/edges/delivery/smtp_client.hpp"
#include "smtp_try.hpp"

using namespace acron;
using namespace acron::test;
namespace asio = boost::asio;
using Kind = Delivery::Kind;
using Scope = Delivery::Scope;

TEST_CASE("a server that drops the connection at any stage postpones the message", "[smtp_client]") {
  struct Case {
    std::string command;
    Scope scope;
    std::string reason;
  };
  const std::string closed = "the server closed the connection";
  const std::vector<Case> cases = {
      {"CONNECT", Scope::server, closed},
      {"EHLO", Scope::server, closed},
      {"MAIL", Scope::connection, closed},
      {"RCPT", Scope::connection, closed},
      {"DATA", Scope::connection, closed},
      {".", Scope::connection, closed + "; the message was on its way and may arrive twice"},
  };
  for (const auto& [command, scope, reason] : cases) {
    INFO(command);
    const auto delivery = deliver_to({answering(command, "!")});
    CHECK(delivery.kind == Kind::postponed);
    CHECK(delivery.scope == scope);
    CHECK(delivery.reason == reason);
  }
}

TEST_CASE("a refusal counts whatever becomes of the connection after it", "[smtp_client]") {
  for (const std::string end : {"!", ""}) {
    auto script = answering("RCPT", "550 5.1.1 Unknown user\r\n");
    script.answers["EHLO"] = {"250-relay\r\n250 PIPELINING\r\n"};
    script.answers["DATA"] = {end};
    auto limits = patient();
    if (end.empty()) limits.command = Duration{200};
    const auto delivery = deliver_to({script}, limits);
    CHECK(delivery.kind == Kind::refused);
    CHECK(delivery.scope == Scope::message);
    CHECK(delivery.reason.ends_with(" was answered: 550 5.1.1 Unknown user"));
  }
}

TEST_CASE("a server that refuses our name and closes is told of with its words", "[smtp_client]") {
  const auto delivery = deliver_to({answering("EHLO", "550 5.7.1 Helo command rejected: no FQDN\r\n!")});
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::server);
  CHECK(
      delivery.reason.ends_with("550 5.7.1 Helo command rejected: no FQDN; --smtp-name sets what acron calls this "
                                "machine"));
}

TEST_CASE("a server that does not know EHLO and closes is told of with its words", "[smtp_client]") {
  for (const std::string answer : {"500 5.5.1 Command unrecognized", "502 EHLO not implemented"}) {
    const auto delivery = deliver_to({answering("EHLO", answer + "\r\n!")});
    CHECK(delivery.kind == Kind::postponed);
    CHECK(delivery.scope == Scope::server);
    CHECK(delivery.reason.ends_with("; EHLO web-0001 was answered: " + answer));
  }
}

namespace {

/// A server that hears no more than the beginning of a message.
SmtpScript answering_amid(const std::string& answer) {
  auto script = answering(".", answer + "\r\n!");
  script.most_content = 20'000;
  return script;
}

/// More than the kernel takes from us at once, and less.
OutgoingMail large(std::size_t size) {
  OutgoingMail message = mail;
  while (message.text.size() < size) message.text += std::string(70, 'x') + "\r\n";
  return message;
}

}  // namespace

TEST_CASE("what a server says amid a message counts, though it closes the connection", "[smtp_client]") {
  struct Case {
    std::string answer;
    Kind kind;
    Scope scope;
  };
  const std::vector<Case> cases = {{"450 4.2.0 not now", Kind::postponed, Scope::message},
                                   {"550 5.1.1 User unknown", Kind::refused, Scope::message},
                                   {"421-4.3.2 shutting\r\n421 4.3.2 down", Kind::postponed, Scope::server}};
  for (const std::size_t size : {100'000U, 16'000'000U}) {
    for (const auto& [answer, kind, scope] : cases) {
      CAPTURE(size, answer);
      asio::io_context loop;
      FakeSmtpServer server{loop, {answering_amid(answer)}};
      SmtpClient client{loop.get_executor(), server.address(), "web-0001", patient()};
      const auto delivery = run(loop, client.deliver(large(size)));
      CHECK(delivery.kind == kind);
      CHECK(delivery.scope == scope);
      CHECK(delivery.reason.starts_with("the message was answered: " + answer.substr(0, 3)));
    }
  }
}

TEST_CASE("a message that a server finds too big is cut, though that closes the connection", "[smtp_client]") {
  for (const std::size_t size : {100'000U, 16'000'000U}) {
    for (const bool reused : {false, true}) {
      CAPTURE(size, reused);
      auto first = answering_amid("552 5.3.4 too big");
      if (reused) first.answers["."].insert(first.answers["."].begin(), "250 ok\r\n");
      asio::io_context loop;
      FakeSmtpServer server{loop, {first, SmtpScript{}}};
      SmtpClient client{loop.get_executor(), server.address(), "web-0001", patient()};
      if (reused) CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
      const auto delivery = run(loop, client.deliver(large(size)));
      CHECK(delivery.kind == Kind::accepted);
      CHECK(delivery.reason == "250 ok (cut, since the server found it too big)");
      CHECK(server.connections == 2);
      REQUIRE(server.messages.size() == (reused ? 2 : 1));
      CHECK(server.messages.back().size() < 10'500);
    }
  }
}

TEST_CASE("a message whose head is found too big, too, is refused in these words", "[smtp_client]") {
  asio::io_context loop;
  auto head = answering(".", "552 5.3.4 too big\r\n!");
  head.most_content = 5'000;
  FakeSmtpServer server{loop, {answering_amid("552 5.3.4 too big"), head}};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001", patient()};
  const auto delivery = run(loop, client.deliver(large(100'000)));
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::message);
  CHECK(delivery.unclear);
  CHECK(delivery.reason == "the message was answered: 552 5.3.4 too big");
  CHECK(server.connections == 2);
}

TEST_CASE("a server that falls silent at any stage is left", "[smtp_client]") {
  auto limits = patient();
  limits.command = limits.verdict = Duration{30};
  for (const auto* command : {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."}) {
    INFO(command);
    const auto delivery = deliver_to({answering(command, "")}, limits);
    CHECK(delivery.kind == Kind::postponed);
    const bool greeted = std::string{command} != "CONNECT" && std::string{command} != "EHLO";
    CHECK(delivery.scope == (greeted ? Scope::connection : Scope::server));
    CHECK(delivery.reason.starts_with("no answer from 127.0.0.1:"));
    // It may wait for us to begin with TLS.
    CHECK(delivery.reason.ends_with("is named smtps://127.0.0.1") == !greeted);
  }
}

TEST_CASE("the answer to a message is waited for longer than others", "[smtp_client]") {
  auto limits = patient();
  limits.verdict = Duration{30};
  const auto delivery = deliver_to({answering(".", "")}, limits);
  CHECK(delivery.reason.ends_with(" in time; the message was on its way and may arrive twice"));
  CHECK(SmtpTimeLimits{}.verdict == std::chrono::minutes{10});  // RFC 5321, section 4.5.3.2.6
}

TEST_CASE("the time for the answer to a message begins when all of it was sent", "[smtp_client]") {
  auto limits = patient();
  limits.content = Duration{50};
  SmtpScript script;
  script.pause_before_byte = Duration{20};  // the answer has eight bytes
  CHECK(deliver_to({script}, limits).kind == Kind::accepted);
}

TEST_CASE("a server that does not take in a message is left", "[smtp_client]") {
  auto script = answering_amid(std::string(100, 'x'));  // while it speaks it does not read
  script.pause_before_byte = Duration{50};
  asio::io_context loop;
  FakeSmtpServer server{loop, {script}};
  auto limits = patient();
  limits.content = Duration{100};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001", limits};
  const auto delivery = run(loop, client.deliver(large(16'000'000)));
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.reason.starts_with("no answer from 127.0.0.1:"));
}

TEST_CASE("a server that speaks a byte at a time can't hold a transaction for ever", "[smtp_client]") {
  auto limits = patient();
  limits.transaction = Duration{100};
  auto script = answering("CONNECT", "~220-" + std::string(500, 'x') + "\r\n");
  script.pause_before_byte = Duration{1};
  const auto delivery = deliver_to({script}, limits);
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::server);
  CHECK(delivery.reason.ends_with(" took over 0.100s"));
}

TEST_CASE("a server that speaks a byte at a time is understood", "[smtp_client]") {
  SmtpScript script;
  script.pause_before_byte = Duration{1};
  CHECK(deliver_to({script}).kind == Kind::accepted);
}

TEST_CASE("a reply without end is left", "[smtp_client]") {
  struct Case {
    std::string answer;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {"~220-more\r\n", "the server's reply has too many lines"},
      {"~xxxxxxxx", "the server's reply has a line without end"},
      {"SSH-2.0-OpenSSH_9.2\r\n", "the server does not speak SMTP: SSH-2.0-OpenSSH_9.2"},
  };
  for (const auto& [answer, reason] : cases) {
    const auto delivery = deliver_to({answering("CONNECT", answer)});
    CHECK(delivery.kind == Kind::postponed);
    CHECK(delivery.reason == reason);
  }
}

TEST_CASE("a reply without end is left at any stage", "[smtp_client]") {
  for (const auto* command : {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."}) {
    const auto* code = std::string{command} == "DATA" ? "354" : std::string{command} == "CONNECT" ? "220" : "250";
    CAPTURE(command);
    const auto delivery = deliver_to({answering(command, std::string{"~"} + code + "-wait\r\n")});
    CHECK(delivery.kind == Kind::postponed);
    CHECK(delivery.reason == "the server's reply has too many lines");
    const auto interim = deliver_to({answering(command, "~100 wait\r\n")});
    CHECK(interim.reason == "the server does not speak SMTP: 100 wait");
  }
}

TEST_CASE("a reply whose lines drip gets the time of one reply", "[smtp_client]") {
  auto limits = patient();
  limits.command = limits.verdict = Duration{300};
  for (const auto* command : {"EHLO", "MAIL", "RCPT", "."}) {
    CAPTURE(command);
    auto script = answering(command, "~250-wait\r\n");
    script.pause_before_byte = Duration{2};  // 100 lines of ten bytes take two seconds
    const auto delivery = deliver_to({script}, limits);
    CHECK(delivery.kind == Kind::postponed);
    CHECK(delivery.reason.find("no answer from 127.0.0.1:") == 0);
  }
}

TEST_CASE("an answer to a message before it was sent is not trusted", "[smtp_client]") {
  asio::io_context loop;
  FakeSmtpServer server{loop, {answering("DATA", "354 go\r\n250 queued\r\n")}};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001", patient()};
  const auto delivery = run(loop, client.deliver(mail));
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::connection);
}

TEST_CASE("a port without a server postpones the message", "[smtp_client]") {
  asio::io_context loop;
  SmtpServer nowhere;
  {
    FakeSmtpServer server{loop, {SmtpScript{}}};
    nowhere = server.address();
    loop.poll();
  }
  loop.restart();
  loop.poll();
  SmtpClient client{loop.get_executor(), nowhere, "web-0001"};
  const auto delivery = run(loop, client.deliver(mail));
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::server);
  CHECK(delivery.reason == "no connection to " + describe(nowhere) + ": Connection refused");
}

TEST_CASE("a host that does not answer a connection postpones the message", "[smtp_client]") {
  asio::io_context loop;
  using asio::ip::tcp;
  // Its queue of connections is full and nobody takes them: the kernel answers no more.
  tcp::acceptor full{loop, tcp::v4()};
  full.bind({asio::ip::address_v4::loopback(), 0});
  full.listen(0);
  std::vector<tcp::socket> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back(loop, tcp::v4());
    waiting.back().async_connect(full.local_endpoint(), [](const boost::system::error_code&) {});
  }
  auto limits = patient();
  limits.connect = Duration{30};
  SmtpClient client{loop.get_executor(), {"127.0.0.1", full.local_endpoint().port()}, "web-0001", limits};
  const auto delivery = run(loop, client.deliver(mail));
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::server);
  CHECK(delivery.reason.ends_with(": Connection timed out"));
}

TEST_CASE("a name that is no host postpones the message within the time limit", "[smtp_client]") {
  asio::io_context loop;
  auto limits = patient();
  limits.connect = std::chrono::seconds{2};
  SmtpClient client{loop.get_executor(), {"no-such-host.invalid", 25}, "web-0001", limits};
  const auto delivery = run(loop, client.deliver(mail));
  CHECK(delivery.kind == Kind::postponed);
  CHECK(delivery.scope == Scope::server);
  CHECK(delivery.reason.starts_with("the name of no-such-host.invalid:25 was not resolved"));
}
