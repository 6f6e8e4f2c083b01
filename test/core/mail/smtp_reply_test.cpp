#include "acron/core/mail/smtp_reply.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "support/repeated.hpp"

using acron::SmtpReply;
using acron::SmtpReplyReader;

namespace {

/// All replies found in `text`, each as `code:text`; an error ends the list with its message.
std::vector<std::string> replies(const std::string& text, std::size_t piece) {
  SmtpReplyReader reader;
  std::vector<std::string> found;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    reader.add(std::string_view{text}.substr(at, piece));
    while (true) {
      const auto reply = reader.next();
      if (!reply) {
        found.push_back(reply.error().message);
        return found;
      }
      if (!*reply) break;
      found.push_back(std::to_string((*reply)->code) + ":" + (*reply)->text);
    }
  }
  return found;
}

}  // namespace

TEST_CASE("a reply is read however its bytes are cut", "[smtp_reply]") {
  struct Case {
    std::string text;
    std::vector<std::string> expected;
  };
  const std::vector<Case> cases = {
      {"220 ready\r\n", {"220:ready"}},
      {"250\r\n", {"250:"}},
      {"250 \r\n", {"250:"}},
      {"250 bare newline\n", {"250:bare newline"}},
      {"250-host\r\n250-SIZE 1000\r\n250 HELP\r\n", {"250:host\nSIZE 1000\nHELP"}},
      {"250 one\r\n354 two\r\n", {"250:one", "354:two"}},
      {"250-open\r\n", {}},
      {"\r\n", {}},
      {"\r\n\n250 queued\r\n", {"250:queued"}},
      {"250-a\r\n\r\n250 b\r\n", {"250:a\nb"}},
      {"25", {}},
      {std::string("250 nul\0\r\n", 10), {std::string("250:nul\0", 8)}},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    for (const std::size_t piece : {1U, 2U, 7U, 1000U}) CHECK(replies(text, piece) == expected);
  }
}

TEST_CASE("what is no reply is an error", "[smtp_reply]") {
  struct Case {
    std::string text;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"HTTP/1.1 400 Bad Request\r\n", "the server does not speak SMTP: HTTP/1.1 400 Bad Request"},
      {"25\r\n", "the server does not speak SMTP: 25"},
      {"150 x\r\n", "the server does not speak SMTP: 150 x"},
      {"600 x\r\n", "the server does not speak SMTP: 600 x"},
      {"2500 x\r\n", "the server does not speak SMTP: 2500 x"},
      {"25\xb2 x\r\n", "the server does not speak SMTP: 25\\xb2 x"},
      {"250-a\r\n251 b\r\n", "the server's reply changes its code: 251 b"},
      {"250 " + std::string(8192, 'x'), "the server's reply has a line without end"},
      {"250 " + std::string(8188, 'x') + "\r\n", "the server's reply has a line without end"},
      {repeated("\r\n", 101), "the server's reply has too many lines"},
      {repeated("250-x\r\n", 101), "the server's reply has too many lines"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    for (const std::size_t piece : {1U, 1000U, 10000U}) CHECK(replies(text, piece) == std::vector{expected});
  }
}

TEST_CASE("the longest reply that is read", "[smtp_reply]") {
  std::string line(8186, 'x');
  line += "\r\n";
  const auto found = replies(repeated("250-" + line, 99) + "250 " + line, 1000);
  REQUIRE(found.size() == 1);
  CHECK(found.front().size() == 4 + 8186 * 100 + 99);
}
