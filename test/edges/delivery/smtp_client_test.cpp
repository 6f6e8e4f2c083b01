#include "acron/edges/delivery/smtp_client.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "smtp_try.hpp"

using namespace acron;
using namespace acron::test;
namespace asio = boost::asio;
using Kind = Delivery::Kind;
using Scope = Delivery::Scope;

namespace {

std::ptrdiff_t count(const std::vector<std::string>& commands, const std::string& command) {
  return std::count(commands.begin(), commands.end(), command);
}

}  // namespace

TEST_CASE("a message reaches the server", "[smtp_client]") {
  for (const std::string extensions : {"250 fake\r\n", "250-fake\r\n250 PIPELINING\r\n"}) {
    asio::io_context loop;
    FakeSmtpServer server{loop, {answering("EHLO", extensions)}};
    SmtpClient client{loop.get_executor(), server.address(), "web-0001"};
    const auto delivery = run(loop, client.deliver(mail));
    CHECK(delivery.kind == Kind::accepted);
    CHECK(delivery.reason == "250 ok");
    CHECK(server.messages == std::vector<std::string>{on_the_wire});
    CHECK(server.commands ==
          std::vector<std::string>{"EHLO web-0001", "MAIL FROM:<root@web-0001>", "RCPT TO:<mark@example.com>", "DATA"});
    run(loop, client.close());
    CHECK(server.commands.back() == "QUIT");
  }
}

TEST_CASE("several messages share a connection", "[smtp_client]") {
  asio::io_context loop;
  FakeSmtpServer server{loop, {SmtpScript{}}};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001"};
  for (int i = 0; i < 5; ++i) REQUIRE(run(loop, client.deliver(mail)).kind == Kind::accepted);
  CHECK(server.connections == 1);
  CHECK(count(server.commands, "EHLO web-0001") == 1);
  CHECK(server.messages.size() == 5);
}

TEST_CASE("after a refusal the connection serves the next message", "[smtp_client]") {
  asio::io_context loop;
  FakeSmtpServer server{loop, {SmtpScript{{{"RCPT", {"550 no\r\n", "250 ok\r\n"}}}, {}}}};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001"};
  CHECK(run(loop, client.deliver(mail)).kind == Kind::postponed);
  CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
  CHECK(server.connections == 1);
  CHECK(count(server.commands, "RSET") == 1);
}

TEST_CASE("a server that has closed a kept connection is called again at once", "[smtp_client]") {
  const std::vector<std::vector<std::string>> lasts = {{"250 ok\r\n!"}, {"250 ok\r\n421 idle too long\r\n!"}};
  for (const auto& last : lasts) {
    asio::io_context loop;
    FakeSmtpServer server{loop, {SmtpScript{{{".", last}}, {}}, SmtpScript{}}};
    SmtpClient client{loop.get_executor(), server.address(), "web-0001"};
    CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
    CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
    CHECK(server.connections == 2);
  }
  asio::io_context loop;
  FakeSmtpServer server{loop, {SmtpScript{{{"MAIL", {"250 ok\r\n", "421 enough\r\n!"}}}, {}}, SmtpScript{}}};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001"};
  CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
  CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
  CHECK(server.connections == 2);
}

TEST_CASE("each refusal is told for what it is", "[smtp_client]") {
  struct Case {
    SmtpScript script;
    Kind kind;
    Scope scope;
    std::string reason;
  };
  const auto sender = std::string{"MAIL FROM:<root@web-0001> was answered: "};
  const auto recipient = std::string{"RCPT TO:<mark@example.com> was answered: "};
  const std::vector<Case> cases = {
      {answering("CONNECT", "421 busy\r\n!"), Kind::postponed, Scope::server, "the connection was answered: 421 busy"},
      {answering("CONNECT", "554 no\r\n!"), Kind::postponed, Scope::server, "the connection was answered: 554 no"},
      {answering("EHLO", "451 later\r\n"), Kind::postponed, Scope::server, "EHLO web-0001 was answered: 451 later"},
      {answering("MAIL", "451 later\r\n"), Kind::postponed, Scope::message, sender + "451 later"},
      {answering("MAIL", "550 no\r\n"), Kind::postponed, Scope::server, sender + "550 no; --mail-from sets the sender"},
      {answering("MAIL", "552 too large\r\n"), Kind::postponed, Scope::message, sender + "552 too large"},
      {answering("RCPT", "451 grey\r\n"), Kind::postponed, Scope::message, recipient + "451 grey"},
      {answering("RCPT", "550 no\r\n"), Kind::postponed, Scope::message, recipient + "550 no"},
      {answering("RCPT", "421 bye\r\n!"), Kind::postponed, Scope::server, recipient + "421 bye"},
      {answering("DATA", "451 later\r\n"), Kind::postponed, Scope::message, "DATA was answered: 451 later"},
      {answering("DATA", "554 no\r\n"), Kind::postponed, Scope::message, "DATA was answered: 554 no"},
      {answering(".", "452 full\r\n"), Kind::postponed, Scope::message, "the message was answered: 452 full"},
      {answering(".", "554 spam\r\n"), Kind::postponed, Scope::message, "the message was answered: 554 spam"},
  };
  for (const auto& [script, kind, scope, reason] : cases) {
    INFO(reason);
    const auto delivery = deliver_to({script});
    CHECK(delivery.kind == kind);
    CHECK(delivery.scope == scope);
    CHECK(delivery.reason == reason);
  }
}

TEST_CASE("a server without EHLO is spoken to with HELO", "[smtp_client]") {
  CHECK(deliver_to({answering("EHLO", "502 what?\r\n")}).kind == Kind::accepted);
}

TEST_CASE("localhost is found in both families", "[smtp_client]") {
  asio::io_context loop;
  FakeSmtpServer server{loop, {SmtpScript{}}};
  SmtpClient client{loop.get_executor(), {"localhost", server.address().port}, "web-0001"};
  CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
}

TEST_CASE("no socket is inherited by a job", "[smtp_client]") {
  asio::io_context loop;
  FakeSmtpServer server{loop, {SmtpScript{}}};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001"};
  REQUIRE(run(loop, client.deliver(mail)).kind == Kind::accepted);
  int found = 0;
  for (int descriptor = 3; descriptor < 1024; ++descriptor) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || peer.sin_family != AF_INET)
      continue;
    if (ntohs(peer.sin_port) != server.address().port) continue;
    ++found;
    CHECK((::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(found == 1);
}

TEST_CASE("closing takes no longer than its limit, whatever the server does", "[smtp_client]") {
  asio::io_context loop;
  FakeSmtpServer server{loop, {answering("QUIT", "")}};
  auto limits = patient();
  limits.quit = Duration{20};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001", limits};
  REQUIRE(run(loop, client.deliver(mail)).kind == Kind::accepted);
  run(loop, client.close());
  CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
  CHECK(server.connections == 2);
}

TEST_CASE("a server has greeted from its answer to EHLO until the connection ends", "[smtp_client]") {
  asio::io_context loop;
  FakeSmtpServer server{loop, {SmtpScript{}}};
  SmtpClient client{loop.get_executor(), server.address(), "web-0001", patient()};
  CHECK_FALSE(client.greeted());
  CHECK(run(loop, client.deliver(mail)).kind == Kind::accepted);
  CHECK(client.greeted());
  run(loop, client.close());
  CHECK_FALSE(client.greeted());
}
