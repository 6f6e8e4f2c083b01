#include "acron/core/mail/mail_message.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "acron/core/text.hpp"
#include "support/repeated.hpp"

using acron::compose;
using acron::MailMessage;

namespace {

MailMessage message_with(std::string subject, std::string body) {
  MailMessage message;
  message.from = "root@web-0001";
  message.to = "mark@example.com";
  message.subject = std::move(subject);
  message.message_id = "acron.7@web-0001";
  message.date = acron::parse_rfc3339("2026-01-06T23:02:58.213Z").value();
  message.utc_offset = std::chrono::hours{1};
  message.body = std::move(body);
  return message;
}

std::string header_of(const std::string& text) { return text.substr(0, text.find("\r\n\r\n") + 2); }
std::string body_of(const std::string& text) { return text.substr(text.find("\r\n\r\n") + 4); }

std::string field(const std::string& text, const std::string& name) {
  const auto header = "\r\n" + header_of(text);
  const auto start = header.find("\r\n" + name + ": ") + 2;
  auto end = header.find("\r\n", start);
  while (header.substr(end + 2, 1) == " ") end = header.find("\r\n", end + 2);
  return header.substr(start + name.size() + 2, end - start - name.size() - 2);
}

std::string encoding_of(const std::string& body) {
  return field(compose(message_with("s", body)).text, "Content-Transfer-Encoding");
}
std::string encoded(const std::string& body) { return body_of(compose(message_with("s", body)).text); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find("\r\n", at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 2;
  }
  return lines;
}

bool only_crlf(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && text.substr(i + 1, 1) != "\n") return false;
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a message has the header that mail readers and vacation programs look for", "[mail_message]") {
  auto message = message_with("[web-0001] web/cleanup failed: exit status 3", "hello\n");
  message.from_name = "acron on web-0001";
  message.extra_headers = {{"X-Acron-Job", "web/cleanup"}};
  CHECK(compose(message).text ==
        "Date: Wed, 07 Jan 2026 00:02:58 +0100\r\n"
        "From: acron on web-0001 <root@web-0001>\r\n"
        "To: mark@example.com\r\n"
        "Subject: [web-0001] web/cleanup failed: exit status 3\r\n"
        "Message-ID: <acron.7@web-0001>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "X-Acron-Job: web/cleanup\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 7bit\r\n"
        "\r\n"
        "hello\r\n");
}

TEST_CASE("a date is written as mail wants it", "[mail_message]") {
  struct Case {
    std::string rfc3339;
    std::chrono::minutes offset;
    std::string expected;  // from Python's email.utils.format_datetime
  };
  using std::chrono::minutes;
  const std::vector<Case> cases = {
      {"2026-01-06T23:02:58.999Z", minutes{60}, "Wed, 07 Jan 2026 00:02:58 +0100"},
      {"2024-02-29T12:00:00Z", minutes{-210}, "Thu, 29 Feb 2024 08:30:00 -0330"},
      {"1999-12-31T23:59:59Z", minutes{0}, "Fri, 31 Dec 1999 23:59:59 +0000"},
      {"2026-06-14T20:15:00Z", minutes{345}, "Mon, 15 Jun 2026 02:00:00 +0545"},
  };
  for (const auto& [rfc3339, offset, expected] : cases) {
    CHECK(acron::format_mail_date(acron::parse_rfc3339(rfc3339).value(), offset) == expected);
  }
}

TEST_CASE("a subject that is not short ASCII words becomes encoded-words", "[mail_message]") {
  struct Case {
    std::string subject;
    std::string expected;  // decoded by Python's email.header to the subject
  };
  const std::vector<Case> cases = {
      {"plain", "plain"},
      {"", ""},
      {"grün", "=?utf-8?Q?gr=C3=BCn?="},
      {"Здравствуйте", "=?utf-8?B?0JfQtNGA0LDQstGB0YLQstGD0LnRgtC1?="},
      {"=?utf-8?Q?fake?=", "=?utf-8?Q?=3D=3Futf-8=3FQ=3Ffake=3F=3D?="},
      {"two  spaces", "=?utf-8?Q?two__spaces?="},
      {" first", "=?utf-8?Q?_first?="},
      {"bad \xff byte", "=?utf-8?Q?bad_=EF=BF=BD_byte?="},
      {"cut \xe2\x82", "=?utf-8?B?Y3V0IO+/ve+/vQ==?="},
      {"a\r\nBcc: x@example.com", "=?utf-8?Q?a__Bcc=3A_x=40example=2Ecom?="},
  };
  for (const auto& [subject, expected] : cases) {
    INFO(subject);
    CHECK(field(compose(message_with(subject, "")).text, "Subject") == expected);
  }
}

TEST_CASE("a sender's name is words, a quoted string where that would not do, and encoded where it is no ASCII",
          "[mail_message]") {
  struct Case {
    std::string name;
    std::string expected;  // decoded by Python's email.headerregistry to the name
  };
  const std::vector<Case> cases = {
      {"acron on web-0001", "acron on web-0001"},
      {"acron on web1.example.com", "\"acron on web1.example.com\""},
      {"\"a\" <x@example.com>, (c)", "\"\\\"a\\\" <x@example.com>, (c)\""},
      {"back\\slash", "\"back\\\\slash\""},
      {"acron on grün.example.com", "=?utf-8?Q?acron_on_gr=C3=BCn=2Eexample=2Ecom?="},
      {"=?utf-8?Q?fake?=", "=?utf-8?Q?=3D=3Futf-8=3FQ=3Ffake=3F=3D?="},
  };
  for (const auto& [name, expected] : cases) {
    INFO(name);
    auto message = message_with("s", "");
    message.from_name = name;
    const auto from = field(compose(message).text, "From");
    CHECK(from.substr(0, from.find(" <root@")) == expected);
  }
}

TEST_CASE("no text adds a line to a header or makes one too long", "[mail_message]") {
  const std::vector<std::string> texts = {
      "x\r\nBcc: victim@example.com",
      "x\nBcc: victim@example.com",
      "x\rBcc: victim@example.com",
      "x\r\n\r\nbody",
      std::string("x\0\r\n y", 6),
      repeated("x", 400),
      repeated("word ", 400),
      repeated("ü", 400),
      repeated("\r\n", 400),
      repeated("\"\\<>", 100),
      "\xe2\x80\xa8"
      "Bcc: victim@example.com",
      repeated("=?utf-8?Q?=0D=0ABcc:_x?= ", 20),
  };
  for (const auto& text : texts) {
    INFO(acron::printable(text));
    auto message = message_with(text, "body\n");
    message.from_name = text;
    message.from = message.to = message.message_id = text.substr(0, 100);
    message.extra_headers = {{"X-Acron-Job", text}};
    const auto wire = compose(message).text;
    CHECK(only_crlf(wire));
    CHECK(wire.ends_with("\r\nContent-Transfer-Encoding: 7bit\r\n\r\nbody\r\n"));
    std::vector<std::string> names;
    for (const auto& line : lines_of(header_of(wire))) {
      CHECK(line.size() <= 118);  // only an address of 100 bytes is over 76
      CHECK(line.find_first_not_of(' ') != std::string::npos);
      if (!line.starts_with(' ')) names.push_back(line.substr(0, line.find(':')));
    }
    const std::vector<std::string> expected = {
        "Date",           "From",        "To",           "Subject",      "Message-ID",
        "Auto-Submitted", "X-Acron-Job", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"};
    CHECK(names == expected);
  }
}

TEST_CASE("long subjects are folded between words and between characters", "[mail_message]") {
  CHECK(field(compose(message_with(repeated("word ", 30) + "end", "")).text, "Subject") ==
        "word word word word word word word word word word word word word\r\n"
        " word word word word word word word word word word word word word word word\r\n"
        " word word end");
  const auto euros = field(compose(message_with(repeated("€", 30), "")).text, "Subject");
  for (const auto& line : lines_of(euros)) CHECK(line.size() <= 76);
  // 4 base64 digits a character: a word that splits one would not decode to whole characters.
  CHECK(lines_of(euros).front() == "=?utf-8?B?" + repeated("4oKs", 13) + "?=");
}

TEST_CASE("a body takes the plainest encoding that every server takes", "[mail_message]") {
  struct Case {
    std::string about;
    std::string body;
    std::string encoding;
  };
  const std::vector<Case> cases = {
      {"empty", "", "7bit"},
      {"ASCII", "hello\nworld\n", "7bit"},
      {"CRLF", "hello\r\nworld\r\n", "7bit"},
      {"998 bytes", std::string(998, 'x') + "\n", "7bit"},
      {"999 bytes", std::string(999, 'x') + "\n", "quoted-printable"},
      {"1 MB", std::string(1000000, 'x'), "quoted-printable"},
      {"a few umlauts", repeated("grün ist die Hoffnung, blau der Rest\n", 5), "quoted-printable"},
      {"NUL", std::string("some text\0 and more text", 24), "quoted-printable"},
      {"bare CR", "a line of text\r and another one\n", "quoted-printable"},
      {"Russian", repeated("Здравствуйте\n", 5), "base64"},
      {"binary", std::string("\x7f\x45\x4c\x46\x02\x01\x01\0\0\0", 10), "base64"},
  };
  for (const auto& [about, body, encoding] : cases) {
    INFO(about);
    CHECK(encoding_of(body) == encoding);
  }
}

TEST_CASE("a body in 7bit has CRLF after each line", "[mail_message]") {
  CHECK(encoded("a\nb\r\n\nc") == "a\r\nb\r\n\r\nc\r\n");
  CHECK(encoded(".\n..\n.x\n.") == ".\r\n..\r\n.x\r\n.\r\n");
  CHECK(encoded("") == "");
}

TEST_CASE("a body in quoted-printable follows RFC 2045", "[mail_message]") {
  const auto prose = std::string{"plain words to outweigh the rest\n"};
  struct Case {
    std::string body;
    std::string expected;  // decoded by Python's quopri to the body
  };
  const std::vector<Case> cases = {
      {"ü\n", "=C3=BC\r\n"},
      {"ü = 1\n", "=C3=BC =3D 1\r\n"},
      {"ü trailing \n", "=C3=BC trailing=20\r\n"},
      {"ü\ttab\t\n", "=C3=BC\ttab=09\r\n"},
      {"ü\r50%\r100%\r\n", "=C3=BC=0D50%=0D100%\r\n"},
      {"\x1b[31mü\n", "=1B[31m=C3=BC\r\n"},
      {"ü\n\nx\n", "=C3=BC\r\n\r\nx\r\n"},
      {"ü" + std::string(75, 'x') + "\n", "=C3=BC" + std::string(69, 'x') + "=\r\nxxxxxx\r\n"},
  };
  for (const auto& [body, expected] : cases) {
    INFO(body);
    CHECK(encoded(prose + body) == "plain words to outweigh the rest\r\n" + expected);
  }
}

TEST_CASE("a body in base64 is encoded with CRLF and in lines of 76", "[mail_message]") {
  CHECK(encoded("Привет\n") == "0J/RgNC40LLQtdGCDQo=\r\n");  // printf 'Привет\r\n' | base64
  for (const auto& line : lines_of(encoded(std::string(1000, '\xff')))) CHECK(line.size() <= 76);
}
