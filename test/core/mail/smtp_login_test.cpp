#include "acron/core/mail/smtp_login.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace acron;

TEST_CASE("a login is one line, and its secret may have colons", "[smtp_login]") {
  struct Case {
    std::string text;
    SmtpLogin login;
  };
  const std::vector<Case> cases = {
      {"me:secret", {"me", "secret"}},     {"me:secret\n", {"me", "secret"}},
      {"me:secret\r\n", {"me", "secret"}}, {"me@example.com:a:b: c", {"me@example.com", "a:b: c"}},
      {"mé:gehëim\n", {"mé", "gehëim"}},   {"u:" + std::string(368, 'x') + "\n", {"u", std::string(368, 'x')}},
  };
  for (const auto& [text, login] : cases) {
    INFO(text);
    CHECK(parse_smtp_login(text).value() == login);
  }
}

TEST_CASE("what is no login is refused without a word of it", "[smtp_login]") {
  for (const std::string& text :
       {std::string{}, std::string{"\n"}, std::string{"hidden"}, std::string{":hidden"}, std::string{"hidden:"},
        std::string{"me:hidden\nmore"}, std::string{"me:hidden\n\n"}, std::string{"me:hid\0den", 10},
        std::string{"me:hidden\x7f"}, std::string{"me:hidden\xff"}, std::string{"\xef\xbb\xbfme:hidden"},
        "me:hidden" + std::string(400, 'x')}) {
    INFO(text);
    const auto login = parse_smtp_login(text);
    REQUIRE_FALSE(login.has_value());
    CHECK_FALSE(login.error().message.empty());
    CHECK(login.error().message.find("hid") == std::string::npos);
  }
}

TEST_CASE("the response of AUTH PLAIN is that of the RFC", "[smtp_login]") {
  CHECK(plain_response({"test", "1234"}) == "AHRlc3QAMTIzNA==");  // RFC 4954, section 4.1, without the other user
  CHECK(plain_response({"tim", "tanstaaftanstaaf"}) == "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");  // RFC 4616, section 4
}

TEST_CASE("the longest login fits into one command", "[smtp_login]") {
  const auto login = parse_smtp_login("u:" + std::string(368, 'x')).value();
  CHECK(("AUTH PLAIN " + plain_response(login) + "\r\n").size() <= 512);
}

TEST_CASE("a text that repeats the secret in any form is known", "[smtp_login]") {
  const SmtpLogin login{"me", R"(tan\staaf)"};
  for (const auto* text :
       {R"(tan\staaf)", R"(no tan\staaf here)", R"(tan\\staaf)", "334 dGFuXHN0YWFm", "AG1lAHRhblxzdGFhZg=="}) {
    INFO(text);
    CHECK(repeats_secret(text, login));
  }
  for (const auto* text : {"", "me", "tanstaaf", R"(tan\sta)"}) CHECK_FALSE(repeats_secret(text, login));
}
