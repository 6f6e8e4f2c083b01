#include "acron/core/mail/local_recipient.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace acron;

TEST_CASE("mail to this machine by way of another one is in doubt", "[local_recipient]") {
  for (const char* server :
       {"relay.example.com", "192.0.2.25", "2001:db8::25", "mail", "localhosting.example.com", "127.example.com"}) {
    CAPTURE(server);
    const SmtpServer there{server, 25};
    for (const char* address : {"root@localhost", "ops@LOCALHOST.localdomain", "root@web.localhost"}) {
      const auto doubt = doubt_about_recipient(address, there, "web-0042.example.com");
      CHECK(doubt.find(address) != std::string::npos);
      CHECK(doubt.find(describe(there)) != std::string::npos);
      CHECK(doubt.find("--mailto") != std::string::npos);
    }
    CHECK(doubt_about_recipient("ops@example.com", there, "web-0042.example.com").empty());
    CHECK(doubt_about_recipient("localhost@example.com", there, "web-0042.example.com").empty());
  }
  for (const char* server : {"localhost", "LocalHost", "127.0.0.1", "127.0.1.1", "::1", "ip6-localhost",
                             "localhost.localdomain", "web-0042.example.com", "web-0042"}) {
    CAPTURE(server);
    CHECK(doubt_about_recipient("root@localhost", {server, 25}, "web-0042.example.com").empty());
  }
}
