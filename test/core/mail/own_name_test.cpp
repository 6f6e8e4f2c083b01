#include "acron/core/mail/own_name.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace acron;

TEST_CASE("a full name is one that a mail server can tell a machine by", "[own_name]") {
  for (const char* name : {"web-0042.example.com", "a.b", "WEB.Example.COM", "3com.com", "10.in-addr.arpa",
                           "w_1.example.com", "localhorst.example.com", "host.local"}) {
    CAPTURE(name);
    CHECK(is_full_name(name));
  }
  const std::string long_label(64, 'x');
  for (const std::string& name : {std::string{},
                                  std::string{"web-0042"},
                                  std::string{"localhost"},
                                  std::string{"localhost.localdomain"},
                                  std::string{"LOCALHOST.LOCALDOMAIN"},
                                  std::string{"localhost4.localdomain4"},
                                  std::string{"localhost6.localdomain6"},
                                  std::string{"ip6-localhost.lan"},
                                  std::string{"web.localhost"},
                                  std::string{"ubuntu.localdomain"},
                                  std::string{"192.0.2.7"},
                                  std::string{"(none)"},
                                  std::string{"web..example.com"},
                                  std::string{".example.com"},
                                  std::string{"web."},
                                  std::string{"-web.example.com"},
                                  std::string{"web-.example.com"},
                                  std::string{"web .com"},
                                  std::string{"w\xc3\xa9"
                                              "b.example.com"},
                                  long_label + ".com",
                                  std::string{"0123456789abcdef0123456789abcdef"}}) {
    CAPTURE(name);
    CHECK_FALSE(is_full_name(name));
  }
}

// RFC 5321, section 4.1.3.
TEST_CASE("an address stands for a name in brackets", "[own_name]") {
  CHECK(address_literal("192.0.2.7") == "[192.0.2.7]");
  CHECK(address_literal("2001:db8::7") == "[IPv6:2001:db8::7]");
  CHECK(address_literal("fe80::1%eth0") == "[IPv6:fe80::1]");
}
