#include "acron/core/mail/smtp_extensions.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace acron;

TEST_CASE("what a server can do is read from its answer to EHLO", "[smtp_extensions]") {
  struct Case {
    std::string text;
    SmtpExtensions found;
  };
  const std::vector<Case> cases = {
      {"", {}},
      {"relay", {}},
      {"relay\nPIPELINING\nSIZE 1000\nSTARTTLS\nAUTH LOGIN PLAIN\n8BITMIME",
       {true, true, true, true, true, 1000, true}},
      {"relay\npipelining\nstartTLS\nsize 7", {true, true, false, false, true, 7}},
      {"relay\nAUTH CRAM-MD5 PLAIN", {false, false, true, false, false, 0, true}},
      {"relay\nauth\tLOGIN\nauth login", {false, false, false, true, false, 0, true}},
      {"relay\nAUTH", {}},
      {"relay\nAUTH PLAINTEXT XLOGIN\nSTARTTLSX\nXPIPELINING", {false, false, false, false, false, 0, true}},
      {"relay\nAUTH NTLM", {false, false, false, false, false, 0, true}},
      {"relay\nAUTH=LOGIN", {false, false, false, true, false, 0, true}},
      {"relay\nAUTH PLAIN LOGIN\nauth=LOGIN", {false, false, true, true, false, 0, true}},
      {"relay\nAUTH=", {}},
      {"relay\nAUTH=PLAIN LOGIN", {false, false, true, true, false, 0, true}},
      {"relay\nSIZE", {false, false, false, false, true, 0}},
      {"relay\nSIZE 99999999999999999999999", {false, false, false, false, true, 0}},
      {"relay\nSIZE x\n\n\n", {false, false, false, false, true, 0}},
  };
  for (const auto& [text, found] : cases) {
    INFO(text);
    CHECK(smtp_extensions_in(text) == found);
  }
}
