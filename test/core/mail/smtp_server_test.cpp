#include "acron/core/mail/smtp_server.hpp"

#include <catch2/catch.hpp>

using acron::describe;
using acron::parse_smtp_server;
using acron::SmtpSecurity;
using acron::SmtpServer;

TEST_CASE("a mail server is a host and a port", "[smtp_server]") {
  struct Case {
    const char* text;
    SmtpServer expected;
    const char* described;
  };
  const Case cases[] = {
      {"localhost", {"localhost", 25}, "localhost:25"},
      {"relay.example.com:587", {"relay.example.com", 587}, "relay.example.com:587"},
      {"127.0.0.1:65535", {"127.0.0.1", 65535}, "127.0.0.1:65535"},
      {"[::1]", {"::1", 25}, "[::1]:25"},
      {"[fe80::1%eth0]:2525", {"fe80::1%eth0", 2525}, "[fe80::1%eth0]:2525"},
      {"smtp", {"smtp", 25}, "smtp:25"},
      {"smtp://relay", {"relay", 25}, "relay:25"},
      {"smtp://relay:2525", {"relay", 2525}, "relay:2525"},
      {"smtp+starttls://relay", {"relay", 587, SmtpSecurity::starttls}, "relay:587"},
      {"smtp+starttls://[::1]:25", {"::1", 25, SmtpSecurity::starttls}, "[::1]:25"},
      {"smtps://relay", {"relay", 465, SmtpSecurity::tls}, "relay:465"},
      {"SMTPS://[::1]", {"::1", 465, SmtpSecurity::tls}, "[::1]:465"},
  };
  for (const auto& [text, expected, described] : cases) {
    INFO(text);
    CHECK(parse_smtp_server(text).value() == expected);
    CHECK(describe(expected) == described);
  }
}

TEST_CASE("what is no mail server is refused with an example", "[smtp_server]") {
  for (const auto* text : {"",
                           ":25",
                           "host:",
                           "host:0",
                           "host:65536",
                           "host:25x",
                           "host:-1",
                           "host: 25",
                           "a b",
                           "[::1",
                           "[]:25",
                           "[::1]25",
                           "smtp://",
                           "smtps:host",
                           "http://host",
                           "http://host/",
                           "2001:db8::7:25",
                           "submission://",
                           "starttls://a b",
                           "smtps://smtps://host",
                           "smtps//host",
                           "host\n"}) {
    INFO(text);
    const auto server = parse_smtp_server(text);
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().message.ends_with(
        " is no mail server (try localhost:25, [::1]:25 or smtps://relay.example.com)"));
  }
}

TEST_CASE("what is no mail server, but clearly stands for one, is answered with that one", "[smtp_server]") {
  struct Case {
    const char* text;
    const char* meant;
  };
  const Case cases[] = {{"::1", "[::1]"},
                        {"2001:db8::7", "[2001:db8::7]"},
                        {"smtps://::1", "smtps://[::1]"},
                        {"smtps://host/", "smtps://host"},
                        {"smtp://relay:587/", "smtp://relay:587"},
                        {"starttls://relay", "smtp+starttls://relay"},
                        {"Submission://relay:25/", "smtp+starttls://relay:25"},
                        {"submissions://relay", "smtps://relay"}};
  for (const auto& [text, meant] : cases) {
    INFO(text);
    CHECK(parse_smtp_server(text).error().message ==
          "'" + std::string{text} + "' is no mail server; write '" + meant + "'");
    CHECK(parse_smtp_server(meant).has_value());
  }
}

TEST_CASE("a word for none is no mail server, and the error says how no mail is sent", "[smtp_server]") {
  for (const auto* text : {"none", "off", "Off", "no", "false"}) {
    INFO(text);
    const auto server = parse_smtp_server(text);
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().message.ends_with("; no mail is sent of a job with another target, such as 'output syslog'"));
  }
  CHECK(parse_smtp_server("none:25").has_value());
}

TEST_CASE("a login in the name of a mail server is refused, and not repeated", "[smtp_server]") {
  const auto server = parse_smtp_server("smtps://me:hidden@relay.example.com");
  REQUIRE_FALSE(server.has_value());
  CHECK(server.error().message == "a mail server is named without a login (try --smtp-login)");
}
