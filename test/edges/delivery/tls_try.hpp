// A client and a server that speak TLS, and what came of them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "acron/edges/delivery/smtp_client.hpp"
#include "certificates.hpp"
#include "smtp_try.hpp"

namespace acron::test {

using Lines = std::vector<std::string>;

inline const std::string offer = "250-fake\r\n250 STARTTLS\r\n";
inline const Lines transaction = {"MAIL FROM:<root@web-0001>", "RCPT TO:<mark@example.com>", "DATA"};

inline SmtpScript offering(ServerTls tls, const std::string& after = "250 fake\r\n") {
  return {{{"EHLO", {offer, after}}, {"STARTTLS", {"220 go\r\n"}}}, {}, std::move(tls), false};
}

inline SmtpScript with_answer(SmtpScript script, const std::string& command, const std::string& answer) {
  script.answers[command] = {answer};
  return script;
}

inline SmtpScript tls_first(ServerTls tls) { return {{}, {}, std::move(tls), true}; }

/// A client, a server and what came of them.
struct Try {
  std::vector<SmtpScript> scripts;
  SmtpSecurity security = SmtpSecurity::starttls;
  std::string host = "localhost";
  std::string login_file{};
  SmtpTimeLimits limits = patient();

  Delivery delivery{};
  Lines commands{}, messages{}, said{};
  std::size_t connections = 0, handshakes = 0;

  void run(std::size_t times = 1) {
    boost::asio::io_context loop;
    boost::asio::thread_pool pool{1};
    FakeSmtpServer server{loop, scripts};
    const auto log = [this](Severity, std::string_view event, const LogFields& fields) {
      said.push_back(std::string{event} + ": " + fields.back().second);
    };
    SmtpClient client{loop.get_executor(),
                      {host, server.address().port, security},
                      "web-0001",
                      limits,
                      {pool.get_executor(), login_file, log}};
    for (; times > 0; --times) {
      delivery = test::run(loop, client.deliver(mail));
      if (times > 1) test::run(loop, client.close());
    }
    commands = server.commands;
    messages = server.messages;
    connections = server.connections;
    handshakes = server.handshakes;
    pool.join();
  }
};

inline Lines said_by_client(Lines before, const Lines& after = transaction) {
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

/// Nothing of the message, and no login, has reached the server.
inline void check_kept_back(const Try& tried) {
  CHECK(tried.delivery.kind == Delivery::Kind::postponed);
  CHECK(tried.delivery.scope == Delivery::Scope::server);
  CHECK(tried.messages.empty());
  for (const auto& command : tried.commands) {
    CHECK_FALSE(command.starts_with("MAIL"));
    CHECK_FALSE(command.starts_with("AUTH"));
  }
}

}  // namespace acron::test
