#include "../src/core/mail/reply_words.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace acron;

TEST_CASE("the words of a reply are what it says, without what it names", "[reply_words]") {
  struct Row {
    std::string text;
    std::string words;
  };
  const std::vector<Row> rows = {
      {"", " "},
      {"Helo command REJECTED: no", " helo command rejected no "},
      {"5.7.1 <mark@example.com>... Relaying denied.", " relaying denied "},
      {"HELO/EHLO (helo=w.example.com)", " helo ehlo helo "},
      {"isn't fully-qualified, 'quoted' -dashed-", " isn't fully-qualified quoted dashed "},
      {"see https://example.com/helo?spf now", " see now "},
      {"one\ntwo\r\n\tthree", " one two three "},
      {"<not an address> <unfinished <a@b> <", " not an address unfinished "},
      {"192.0.2.7 a@b host.example.com.", " "},
      {"\x01 helo\x7f", " helo "},
  };
  for (const auto& [text, words] : rows) {
    CAPTURE(text);
    CHECK(reply_words(text) == words);
  }
  CHECK(reply_words(std::string(100'000, 'a') + " helo").size() < 5000);
}

TEST_CASE("an address that a reply names is found whole, in any case of letters", "[reply_words]") {
  struct Row {
    std::string text;
    std::string replaced;
  };
  for (const auto& [text, replaced] : std::vector<Row>{{"<a@b.c>: no", "sender: no"},
                                                       {"A@B.C no, (a@b.c)", "sender no, (sender)"},
                                                       {"a@b.c... no", "sender... no"},
                                                       {"no a@b.c.", "no sender."},
                                                       {"a@b.c", "sender"},
                                                       {"xa@b.c, a@b.c.d and a@b.com", ""},
                                                       {"a@b.cd a@b.c", "a@b.cd sender"},
                                                       {"", ""}}) {
    CAPTURE(text);
    CHECK(replaced_address(text, "a@b.C", "sender").value_or("") == replaced);
    CHECK(names_address(text, "a@b.C") == !replaced.empty());
  }
  CHECK_FALSE(names_address("root was here", "root"));
  CHECK_FALSE(names_address("no", ""));
}

TEST_CASE("an IP address that a reply names is known, that of a URL or a mailbox does not count", "[reply_words]") {
  for (const std::string text : {"192.0.2.7", "[192.0.2.7] no", "host 192.0.2.7.", "mx[192.0.2.7]: no", "ip:192.0.2.7",
                                 "(ip=192.0.2.7)", "2001:db8::7 no", "[IPv6:2001:DB8::7]", "from 192.0.2.7:"}) {
    CAPTURE(text);
    CHECK(names_ip_address(text));
  }
  for (const std::string text : {"", "5.7.1 no", "1.2.3.4.5", "192.0.2.777", "a192.0.2.7", "https://192.0.2.7/x",
                                 "<mark@[192.0.2.7]>", "10:20", "::", "at 10:20:30"}) {
    CAPTURE(text);
    CHECK_FALSE(names_ip_address(text));
  }
}

TEST_CASE("an enhanced code is at the front or where qmail puts it", "[reply_words]") {
  struct Row {
    std::string text;
    std::string code;
  };
  const std::vector<Row> rows = {{"5.7.1 no", "7.1"},
                                 {"4.7.25 no", "7.25"},
                                 {"no 5.7.1", ""},
                                 {"3.7.1 no", ""},
                                 {"sorry, no (#5.7.1)", "7.1"},
                                 {"5", ""},
                                 {"5.", ""},
                                 {"(#", ""},
                                 {"5.2.252 x", "2.252"}};
  for (const auto& [text, code] : rows) {
    CAPTURE(text);
    CHECK(enhanced_code(text) == code);
  }
}

TEST_CASE("the host of a block list is known by its owner or its first label", "[reply_words]") {
  for (const std::string text : {"listed at zen.spamhaus.org", "see (dnsbl.example.net)", "in RBL.example.org.",
                                 "client [192.0.2.7] found in bl.spamcop.net;"}) {
    CAPTURE(text);
    CHECK(names_block_list(text));
  }
  for (const std::string text : {"", "rbl", "who is rbl@blocklist.example.com?", "<zen.spamhaus.org>", "mx.example.com",
                                 "https://www.spamhaus.org/query", "notspamhaus.org"}) {
    CAPTURE(text);
    CHECK_FALSE(names_block_list(text));
  }
}
