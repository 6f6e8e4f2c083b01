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

TEST_CASE("a machine's name is labels with single dots between them", "[own_name]") {
  const std::string label(63, 'a'), longest = label + "." + label + "." + label + "." + label.substr(0, 61);
  for (const std::string& name : {std::string("web-0042"), std::string("web_1.example.com"), std::string("12345"),
                                  std::string("web."), longest}) {
    CAPTURE(name);
    CHECK(given_machine_name(name).value() == name);
  }
  const std::vector<std::string> none{"",    ".",   "a..b",  ".a",          "a..",       "-a",          "a-",
                                      "a b", "a;b", "web\n", "\xc3\xbc.de", label + "a", longest + "a", "[192.0.2.7]"};
  for (const std::string& name : none) {
    CAPTURE(name);
    CHECK(given_machine_name(name).has_error());
    if (name != "[192.0.2.7]") CHECK(given_hello_name(name).has_error());
  }
}

TEST_CASE("a name to mail servers is that of a machine, or an address as RFC 5321 writes it", "[own_name]") {
  for (const char* name : {"web-0042", "web-0042.example.com", "1.2.3.4.example.com", "[192.0.2.7]",
                           "[IPv6:2001:db8::7]", "[IPv6:::ffff:192.0.2.7]"}) {
    CAPTURE(name);
    CHECK(given_hello_name(name).value() == name);
  }
  CHECK(given_hello_name("[ipv6:2001:DB8::7]").value() == "[IPv6:2001:DB8::7]");
  for (const auto& [text, literal] : {std::pair("192.0.2.7", "[192.0.2.7]"), std::pair("::1", "[IPv6:::1]"),
                                      std::pair("[::1]", "[IPv6:::1]"), std::pair("IPv6:::1", "[IPv6:::1]")}) {
    CAPTURE(text);
    CHECK(given_hello_name(text).error().message ==
          "an address stands in brackets; write '" + std::string(literal) + "'");
  }
  for (const auto& [text, name] : {std::pair("web.example.com.", "web.example.com"), std::pair("web.", "web")}) {
    CAPTURE(text);
    CHECK(given_hello_name(text).error().message ==
          "'" + std::string(text) + "' is not the name of a machine; write '" + name + "'");
  }
  const std::vector<std::string> none{"a_b.",
                                      "web..",
                                      "12345",
                                      "a_b.c",
                                      "1.2.3.4.5",
                                      "1.2.3",
                                      "256.1.1.1",
                                      std::string(300, '1'),
                                      "[.]",
                                      "[12345]",
                                      "[1.2.3]",
                                      "[IPv6:1.2.3.4]",
                                      "[IPv6:fe80::1%eth0]",
                                      "[]",
                                      "[",
                                      "[web]"};
  for (const std::string& name : none) {
    CAPTURE(name);
    const auto read = given_hello_name(name);
    REQUIRE(read.has_error());
    CHECK(read.error().message.find("write '") == std::string::npos);
  }
}
