#include "acron/core/mail/outgoing_mail.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "acron/core/mail/mail_message.hpp"
#include "acron/core/text.hpp"

using acron::is_safe_in_envelope;
using acron::is_utf8;
using acron::shortened;
using acron::smtp_content;

TEST_CASE("content is dot-stuffed after its line ends were made CRLF", "[outgoing_mail]") {
  struct Case {
    std::string text;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"", ".\r\n"},
      {"a", "a\r\n.\r\n"},
      {"a\r\n", "a\r\n.\r\n"},
      {".", "..\r\n.\r\n"},
      {".\r\n..\r\n.x\r\n", "..\r\n...\r\n..x\r\n.\r\n"},
      {"x.\r\n", "x.\r\n.\r\n"},
      {"\r\n\r\n", "\r\n\r\n.\r\n"},
      // What servers were made to take for the end of a message (SMTP smuggling).
      {"a\n.\nMAIL FROM:<x>\n", "a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"},
      {"a\n.\r\nMAIL", "a\r\n..\r\nMAIL\r\n.\r\n"},
      {"a\r.\rMAIL", "a\r\n..\r\nMAIL\r\n.\r\n"},
      {"a\r\n.\rMAIL", "a\r\n..\r\nMAIL\r\n.\r\n"},
      {"a\r\r\n.\r\r\nMAIL", "a\r\n\r\n..\r\n\r\nMAIL\r\n.\r\n"},
      {"a\n\r.\n\rMAIL", "a\r\n\r\n..\r\n\r\nMAIL\r\n.\r\n"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK(smtp_content(text) == expected);
  }
}

TEST_CASE("a message is renamed in its envelope and in its header", "[outgoing_mail]") {
  acron::MailMessage message;
  message.from = "acron@vm";
  message.from_name = "acron on vm";
  message.to = "acron@vm";
  message.body = "From: x <acron@vm>\n";
  const auto renamed = with_sender(compose(message), "ops@example.com");
  CHECK(renamed.from == "ops@example.com");
  message.from = "ops@example.com";
  CHECK(renamed.text == compose(message).text);
  const acron::OutgoingMail bare{"acron@vm", "b@c", "id", "job", "Subject: x\r\n\r\n\r\nFrom: <acron@vm>\r\n"};
  CHECK(with_sender(bare, "ops@example.com").text == bare.text);
}

TEST_CASE("an address that could extend an SMTP command is not safe", "[outgoing_mail]") {
  for (const auto* address : {"root@localhost", "mark+cron@example.com", "root", "a@[127.0.0.1]"}) {
    CHECK(is_safe_in_envelope(address));
  }
  for (const auto* address : {"", "a b@c", "a@b>", "<a@b", "a@b\r\nDATA", "a@b\n", "\x7f@b", "ü@b", "a\t@b"}) {
    CHECK_FALSE(is_safe_in_envelope(address));
  }
  CHECK(is_safe_in_envelope(std::string(254, 'x')));
  CHECK_FALSE(is_safe_in_envelope(std::string(255, 'x')));
}

namespace {

std::string composed(const std::string& body) {
  acron::MailMessage message;
  message.from = message.to = "root@localhost";
  message.body = body;
  return compose(message).text;
}

/// The body as its reader has it (RFC 2045, sections 6.7 and 6.8).
std::string decoded_body(const std::string& text) {
  const auto header = text.find("\r\n\r\n") + 4;
  const bool is_base64 = text.substr(0, header).find("base64") != std::string::npos;
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string decoded;
  unsigned bits = 0, count = 0;
  for (std::size_t i = header; i < text.size(); ++i) {
    if (!is_base64 && text[i] != '=') {
      decoded += text[i];
    } else if (!is_base64) {
      if (text[i + 1] != '\r') decoded += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else if (const auto value = digits.find(text[i]); value != std::string::npos) {
      bits = bits << 6U | static_cast<unsigned>(value);
      if (++count % 4 != 1) decoded += static_cast<char>(bits >> (6 - 2 * ((count - 1) % 4)) & 0xFFU);
    }
  }
  return decoded;
}

std::string with_crlf(const std::string& text) {
  std::string converted;
  for (const char c : text) converted += c == '\n' ? "\r\n" : std::string(1, c);
  return converted;
}

}  // namespace

TEST_CASE("a text that is too long loses its end and says so", "[outgoing_mail]") {
  std::string plain;
  std::string with_umlauts;
  for (int i = 0; i < 100; ++i) {
    plain += "line of output\n";
    with_umlauts += "grünes Band von vielen Zeichen, das weit über das Ende einer einzigen Zeile hinausläuft\n";
  }
  for (const auto& text : {composed(plain), composed(with_umlauts), composed(std::string(5000, '\xff'))}) {
    const auto header = text.substr(0, text.find("\r\n\r\n") + 4);
    for (std::size_t limit = header.size() + 120; limit < header.size() + 400; ++limit) {
      const auto less = shortened(text, limit).value();
      REQUIRE(less.size() <= limit);
      REQUIRE(less.starts_with(header));
      REQUIRE(less.ends_with("\r\n"));
      REQUIRE(less.find("=\r\n[...") == std::string::npos);
    }
  }
  const auto less = shortened(composed(plain), 500).value();
  CHECK(less.ends_with("line of output\r\n[... cut here: the mail server takes no more than 500 bytes ...]\r\n"));
}

TEST_CASE("a text that is cut tears no character", "[outgoing_mail]") {
  std::string mixed, cyrillic, faces;
  for (int i = 0; i < 300; ++i) {
    mixed += "so wird's gr\u00fc\u00dfer und gr\u00fc\u00dfer, bis weit \u00fcber das Ende der einen Zeile hinaus\n";
    cyrillic += "\u043f\u0440\u0438\u0432\u0435\u0442 \u20ac";
    faces += "\U0001F600x";
  }
  const std::string notice = "[... cut here: the mail server takes no more than ";
  for (const auto& body : {mixed, cyrillic, faces}) {
    const auto text = composed(body);
    const auto header = text.find("\r\n\r\n") + 4;
    for (std::size_t limit = header + 200; limit < header + 500; ++limit) {
      const auto decoded = decoded_body(shortened(text, limit).value());
      REQUIRE(is_utf8(decoded));
      const auto at = decoded.find("\r\n" + notice);
      CAPTURE(limit, decoded);
      REQUIRE(at != std::string::npos);
      const auto kept = decoded.substr(0, at);
      REQUIRE(with_crlf(body).starts_with(kept));
      REQUIRE(kept.size() > 20);
    }
  }
}

TEST_CASE("a text that fits is not touched and one without room is not sent", "[outgoing_mail]") {
  const auto text = composed("hello\n");
  CHECK(shortened(text, text.size()) == text);
  CHECK(shortened(text, 100) == std::nullopt);
  CHECK(shortened("no header", 5) == std::nullopt);
}
