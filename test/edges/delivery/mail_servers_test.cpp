// What real servers, and a mail reader that is not ours, make of our mail.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "acron/core/mail/mail_message.hpp"
#include "acron/edges/delivery/smtp_client.hpp"
#include "child_process.hpp"
#include "loop.hpp"
#include "support/source_directory.hpp"

using namespace acron;
using namespace acron::test;
namespace asio = boost::asio;
using Kind = Delivery::Kind;
using Fields = std::map<std::string, std::string>;

namespace {

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

/// Python's aiosmtpd, and Python's email package to read what came.
class Receiver {
 public:
  Receiver() : python_({"/usr/bin/python3", (source_directory() / "test/edges/delivery/mail_receiver.py").string()}) {
    address_ = {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(python_.read_line()))};
  }

  [[nodiscard]] const SmtpServer& address() const { return address_; }

  Fields next() {
    Fields fields;
    auto line = python_.read_line() + " ";
    while (!line.empty()) {
      const auto equals = line.find('=');
      const auto end = line.find(' ');
      fields[line.substr(0, equals)] = from_hex(line.substr(equals + 1, end - equals - 1));
      line.erase(0, end + 1);
    }
    return fields;
  }

 private:
  ChildProcess python_;
  SmtpServer address_;
};

/// Postfix's smtp-sink on a port of its own.
class Sink {
 public:
  explicit Sink(const std::vector<std::string>& options) {
    while (!program_ || !wait_for_listener(port_, *program_)) start(options);  // again if the port was taken meanwhile
  }

  [[nodiscard]] SmtpServer address() const { return {"127.0.0.1", port_}; }

 private:
  void start(const std::vector<std::string>& options) {
    port_ = free_port();
    std::vector<std::string> command = {"/usr/sbin/smtp-sink"};
    if (::getuid() == 0) command.insert(command.end(), {"-u", "nobody"});
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {"127.0.0.1:" + std::to_string(port_), "10"});
    program_ = std::make_unique<ChildProcess>(command);
  }

  std::uint16_t port_ = 0;
  std::unique_ptr<ChildProcess> program_;
};

MailMessage message_with(const std::string& subject, const std::string& body) {
  MailMessage message;
  message.from = "root@web-0001.example.com";
  message.from_name = "acron on web-0001";
  message.to = "mark@example.com";
  message.subject = subject;
  message.message_id = "acron.7@web-0001";
  message.date = parse_rfc3339("2026-01-06T23:02:58.213Z").value();
  message.utc_offset = std::chrono::hours{1};
  message.extra_headers = {{"X-Acron-Job", subject}};
  message.body = body;
  return message;
}

/// As text mail keeps it: lines end in CRLF, also the last one.
std::string as_lines(const std::string& body) {
  std::string lines;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool has_cr = i > 0 && body[i - 1] == '\r';
    lines += body[i] == '\n' && !has_cr ? "\r\n" : std::string(1, body[i]);
  }
  if (!lines.empty() && !lines.ends_with('\n')) lines += "\r\n";
  return lines;
}

std::string random_body(std::uint32_t seed) {
  const std::vector<std::string> pieces = {
      "word ", "\n",   ".\n", "\n.\n", "\r",    "\r\n.\r\n", "=", "=3D",  " \n", "\t\n",
      "grün",  "\xff", "€",   "From ", "\x1b[", "-- \n",     ".", "\n..", "  ",  std::string(1, '\0')};
  std::string body;
  for (std::uint32_t left = seed % 200; left > 0; --left) {
    seed = seed * 1664525U + 1013904223U;
    body += pieces[(seed >> 8U) % (seed % 3 == 0 ? pieces.size() : 4)];
  }
  return body;
}

}  // namespace

TEST_CASE("a mail reader finds in our mail what was put there", "[mail_servers]") {
  Receiver receiver;
  asio::io_context loop;
  SmtpClient client{loop.get_executor(), receiver.address(), "web-0001"};
  REQUIRE(run(loop, client.deliver(compose(message_with("[web-0001] café: exit status 3", "hello\n")))).kind ==
          Kind::accepted);
  auto received = receiver.next();
  CHECK(received["helo"] == "web-0001");
  CHECK(received["mail-from"] == "root@web-0001.example.com");
  CHECK(received["rcpt-to"] == "mark@example.com");
  CHECK(received["from"] == "acron on web-0001 <root@web-0001.example.com>");
  CHECK(received["to"] == "mark@example.com");
  CHECK(received["subject"] == "[web-0001] café: exit status 3");
  CHECK(received["x-acron-job"] == "[web-0001] café: exit status 3");
  CHECK(received["date"] == "Wed, 07 Jan 2026 00:02:58 +0100");
  CHECK(received["message-id"] == "<acron.7@web-0001>");
  CHECK(received["auto-submitted"] == "auto-generated");
  CHECK(received["content-type"] == "text/plain; charset=\"utf-8\"");
  CHECK(received["body"] == "hello\r\n");
}

TEST_CASE("any body arrives as it was, in seven bits and short lines", "[mail_servers]") {
  std::vector<std::string> bodies = {
      "",
      ".",
      ".\n",
      "..\n.x\n.\nend.\n.",
      "a\n.\nMAIL FROM:<x@example.com>\nRCPT TO:<y@example.com>\nDATA\n",
      "a\r.\r\n.\r",
      std::string("nul \0 byte\n", 11),
      "latin \xe9\xe8 and UTF-8 é\n",
      "\x1b[31mred\x1b[0m\n",
      "10%\r50%\r100%\n",
      std::string(1'000'000, 'x'),
      std::string(1'000'000, '.') + "\n",
      std::string(998, 'x') + "\n" + std::string(999, 'y') + "\n",
      "." + std::string(997, 'x') + "\n",
  };
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  bodies.push_back(every_byte);
  for (std::uint32_t seed = 1; seed <= 200; ++seed) bodies.push_back(random_body(seed * 7919U));

  Receiver receiver;
  asio::io_context loop;
  SmtpClient client{loop.get_executor(), receiver.address(), "web-0001"};
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    INFO("body " << i);
    REQUIRE(run(loop, client.deliver(compose(message_with("s", bodies[i])))).kind == Kind::accepted);
    auto received = receiver.next();
    REQUIRE(received["body"] == as_lines(bodies[i]));
    REQUIRE(received["eight-bit"] == "0");
    REQUIRE(received["bare-ends"] == "0");
    REQUIRE(std::stoi(received["longest-line"]) <= 998);
  }
}

TEST_CASE("no name gives a mail reader a header that is not ours", "[mail_servers]") {
  struct Case {
    std::string name;
    std::string read;
  };
  std::string long_name;
  for (int i = 0; i < 100; ++i) long_name += "grün/";
  const std::vector<Case> cases = {
      {"web/cleanup", "web/cleanup"},
      {"a\r\nBcc: x@example.com", "a  Bcc: x@example.com"},
      {"=?utf-8?Q?fake?=", "=?utf-8?Q?fake?="},
      {"\"quoted\" <x@example.com>, (comment)", "\"quoted\" <x@example.com>, (comment)"},
      {"bad \xff byte", "bad \xEF\xBF\xBD byte"},
      {std::string(400, 'x'), std::string(400, 'x')},
      {long_name, long_name},
  };
  Receiver receiver;
  asio::io_context loop;
  SmtpClient client{loop.get_executor(), receiver.address(), "web-0001"};
  for (const auto& [name, read] : cases) {
    INFO(name);
    auto message = message_with(name, "body\n");
    message.from_name = name;
    REQUIRE(run(loop, client.deliver(compose(message))).kind == Kind::accepted);
    auto received = receiver.next();
    CHECK(received["subject"] == read);
    CHECK(received["x-acron-job"] == read);
    CHECK(received["from"].ends_with(" <root@web-0001.example.com>"));
    CHECK(received["header-names"] ==
          "Date,From,To,Subject,Message-ID,Auto-Submitted,X-Acron-Job,MIME-Version,Content-Type,Content-Transfer-"
          "Encoding");
    CHECK(received["body"] == "body\r\n");
    CHECK(std::stoi(received["longest-line"]) <= 78);
  }
}

TEST_CASE("a recipient who is refused does not hold the next", "[mail_servers]") {
  Receiver receiver;
  asio::io_context loop;
  SmtpClient client{loop.get_executor(), receiver.address(), "web-0001"};
  auto message = message_with("s", "x\n");
  message.to = "no@example.com";
  const auto refused = run(loop, client.deliver(compose(message)));
  CHECK(refused.kind == Kind::postponed);
  CHECK(refused.reason == "RCPT TO:<no@example.com> was answered: 550 nobody here");
  CHECK(run(loop, client.deliver(compose(message_with("s", "x\n")))).kind == Kind::accepted);
  CHECK(receiver.next()["rcpt-to"] == "mark@example.com");
}

TEST_CASE("a message over the server's SIZE arrives cut, and says so", "[mail_servers]") {
  Receiver receiver;
  asio::io_context loop;
  SmtpClient client{loop.get_executor(), receiver.address(), "web-0001"};
  std::string lines;
  while (lines.size() < 6'000'000) lines += "one of very many lines of output\n";
  REQUIRE(run(loop, client.deliver(compose(message_with("s", lines)))).kind == Kind::accepted);
  const auto body = receiver.next()["body"];
  CHECK(body.starts_with("one of very many lines of output\r\n"));
  CHECK(body.ends_with("lines of output\r\n[... cut here: the mail server takes no more than 5000000 bytes ...]\r\n"));
  CHECK(body.size() > 4'990'000);
}

TEST_CASE("smtp-sink takes mail in each of its moods", "[mail_servers]") {
  struct Case {
    std::vector<std::string> options;
    Kind kind;
    Delivery::Scope scope;
  };
  using Scope = Delivery::Scope;
  const std::vector<Case> cases = {
      {{}, Kind::accepted, Scope::message},
      {{"-p"}, Kind::accepted, Scope::message},
      {{"-e"}, Kind::accepted, Scope::message},
      {{"-P"}, Kind::accepted, Scope::message},
      {{"-f", "EHLO"}, Kind::accepted, Scope::message},
      {{"-f", "CONNECT"}, Kind::postponed, Scope::server},
      {{"-f", "EHLO,HELO"}, Kind::postponed, Scope::server},
      {{"-f", "MAIL"}, Kind::postponed, Scope::server},
      {{"-f", "RCPT"}, Kind::postponed, Scope::message},
      {{"-f", "DATA"}, Kind::postponed, Scope::message},
      {{"-f", "."}, Kind::postponed, Scope::message},
      {{"-r", "RCPT"}, Kind::postponed, Scope::message},
      {{"-r", "."}, Kind::postponed, Scope::message},
      {{"-Q", "CONNECT"}, Kind::postponed, Scope::server},
      {{"-Q", "MAIL"}, Kind::postponed, Scope::server},
      {{"-Q", "."}, Kind::postponed, Scope::server},
      {{"-q", "EHLO"}, Kind::postponed, Scope::server},
      {{"-q", "MAIL"}, Kind::postponed, Scope::connection},
      {{"-q", "DATA"}, Kind::postponed, Scope::connection},
      {{"-q", "."}, Kind::postponed, Scope::connection},
  };
  for (const auto& [options, kind, scope] : cases) {
    INFO((options.empty() ? std::string{"no option"} : options.front() + " " + options.back()));
    Sink sink{options};
    asio::io_context loop;
    SmtpClient client{loop.get_executor(), sink.address(), "web-0001"};
    for (int i = 0; i < 3; ++i) {
      const auto delivery = run(loop, client.deliver(compose(message_with("s", "hello\n"))));
      INFO(delivery.reason);
      CHECK(delivery.kind == kind);
      CHECK(delivery.scope == scope);
    }
  }
}
