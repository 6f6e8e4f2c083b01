#include "acron/core/text.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace acron;
using namespace std::string_literals;

TEST_CASE("trimming takes blanks and tabs from both ends and nothing else", "[text]") {
  CHECK(trim("") == "");
  CHECK(trim(" \t ") == "");
  CHECK(trim("a") == "a");
  CHECK(trim("\t a b \t") == "a b");
  CHECK(trim("\na\r") == "\na\r");
}

TEST_CASE("lower case is ASCII's alone", "[text]") {
  CHECK(lower_ascii("Web-01.EXAMPLE.com") == "web-01.example.com");
  CHECK(lower_ascii("@AZ[") == "@az[");
  CHECK(lower_ascii("\xC3\x84I") == "\xC3\x84i");
}

TEST_CASE("UTF-8 is what RFC 3629 says it is", "[text]") {
  struct Row {
    std::string bytes;
    bool well_formed;
    const char* what;
  };
  const std::vector<Row> rows{
      {"", true, "nothing"},
      {"plain", true, "ASCII"},
      {"\0"s, true, "NUL is a character"},
      {"\xC2\x80", true, "U+0080, the first of two bytes"},
      {"\xDF\xBF", true, "U+07FF, the last of two"},
      {"\xE0\xA0\x80", true, "U+0800"},
      {"\xED\x9F\xBF", true, "U+D7FF, the last before the surrogates"},
      {"\xEE\x80\x80", true, "U+E000, the first after them"},
      {"\xF0\x90\x80\x80", true, "U+10000"},
      {"\xF4\x8F\xBF\xBF", true, "U+10FFFF, the last of all"},
      {"\x80", false, "a continuation alone"},
      {"\xC0\xAF", false, "an overlong slash"},
      {"\xC1\xBF", false, "overlong, two bytes"},
      {"\xE0\x9F\xBF", false, "overlong, three bytes"},
      {"\xF0\x8F\xBF\xBF", false, "overlong, four bytes"},
      {"\xED\xA0\x80", false, "a surrogate"},
      {"\xF4\x90\x80\x80", false, "beyond U+10FFFF"},
      {"\xF5\x80\x80\x80", false, "a lead byte that no character has"},
      {"\xFF", false, "a byte that no character has"},
      {"a\xC3", false, "cut in mid-character"},
      {"\xE2\x82z", false, "another character in the middle of one"},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    CHECK(is_utf8(row.bytes) == row.well_formed);
  }
}

TEST_CASE("printable text can neither steer a terminal nor break a log line", "[text]") {
  struct Row {
    std::string text, printed;
  };
  const std::vector<Row> rows{
      {"plain words", "plain words"},
      {"caf\xC3\xA9 \xE2\x82\xAC", "caf\xC3\xA9 \xE2\x82\xAC"},
      {"\x1b[2J", "\\x1b[2J"},
      {"a\nb\tc\r", "a\\x0ab\\x09c\\x0d"},
      {"\0"s, "\\x00"},
      {"\x7f", "\\x7f"},
      {"C:\\x", "C:\\\\x"},
      {"\xC2\x9B"
       "2J",
       "\\xc2\\x9b2J"},  // CSI as one C1 control
      {"a\xE2\x80\xAE"
       "b",
       "a\\xe2\\x80\\xaeb"},  // right-to-left override
      {"\xFF\xC3", "\\xff\\xc3"},
  };
  for (const auto& row : rows) CHECK(printable(row.text) == row.printed);
}

TEST_CASE("text without controls keeps its backslashes", "[text]") {
  CHECK(without_controls("tr '\\n' \x1b[2J caf\xC3\xA9") == "tr '\\n' \\x1b[2J caf\xC3\xA9");
  CHECK(without_controls("") == "");
}

TEST_CASE("printable text is cut between characters and never longer than its limit", "[text]") {
  CHECK(printable("0123456789", 10) == "0123456789");
  CHECK(printable("0123456789a", 10) == "0123456...");
  CHECK(printable("01234\x1b\x1b", 10) == "01234...");
  CHECK(printable("012345\xE2\x82\xAC\xE2\x82\xAC", 10) == "012345...");
  CHECK(printable("abc", 0) == "");
  CHECK(printable("abc", 2) == "..");
  CHECK(printable(std::string(1'000'000, 'x')).size() == 200);
  CHECK(printable(std::string(1'000'000, '\x01')).size() <= 200);
}

TEST_CASE("the nearest word is the one that was meant, or none", "[text]") {
  const std::vector<std::string_view> words{"every", "cron",   "timezone", "run", "timeout",
                                            "splay", "output", "error",    "if",  "catch-up"};
  struct Row {
    std::string_view word, meant;
  };
  const std::vector<Row> rows{
      {"timout", "timeout"},
      {"tiemout", "timeout"},
      {"Every", "every"},
      {"evry", "every"},
      {"ouptut", "output"},
      {"errors", "error"},
      {"fi", "if"},
      {"rum", "run"},
      {"catch", "catch-up"},
      {"timez", "timezone"},
      {"catchup", "catch-up"},
      {"every:", "every"},
      {"time", ""},  // two begin so
      {"x", ""},
      {"", ""},
      {"description", ""},
      {"nice", ""},
      {"q", ""},
  };
  for (const auto& row : rows) {
    INFO(row.word);
    CHECK(nearest(row.word, words) == row.meant);
  }
  CHECK(nearest(std::string(1'000'000, 'e'), words).empty());
  CHECK(nearest("run", {}).empty());
}

TEST_CASE("a word is near to none whose opposite it is", "[text]") {
  constexpr std::array<std::string_view, 5> words{"disabled", "if-nonzero", "umask", "splay", "on"};
  for (const std::string_view word : {"!on",     "-on",         "~on",           "no",           "not",
                                      "noton",   "!disabled",   "-disabled",     ";disabled",    "#splay",
                                      "//splay", "undisabled",  "nosplay",       "no-splay",     "NoSplay",
                                      "unsplay", "if-!nonzero", "notif-nonzero", "if-nononzero", "if-not-nonzero"}) {
    INFO(word);
    CHECK(nearest(word, words).empty());
  }
  CHECK(resembles_any("!on", words));
  CHECK_FALSE(resembles_any("x", words));
  CHECK(nearest("unmask", words) == "umask");
  CHECK(nearest("disabeld", words) == "disabled");
  CHECK(nearest("disabled;", words) == "disabled");
  CHECK(nearest("if-nozero", words) == "if-nonzero");
}

TEST_CASE("a printable name shows what can't be seen", "[text]") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"web/a b", "web/a b"},
      {"a\u00A0b", "a\\xc2\\xa0b"},
      {"\uFEFFa", "\\xef\\xbb\\xbfa"},
      {"a\u200B", "a\\xe2\\x80\\x8b"},
      {"a\u200Db", "a\\xe2\\x80\\x8db"},
      {"a\u3000b", "a\\xe3\\x80\\x80b"},
      {"\u202Ea\n", "\\xe2\\x80\\xaea\\x0a"},
      {"t\u00E4glich", "t\u00E4glich"},
      {"\u0645\u06CC\u200C\u062E", "\u0645\u06CC\u200C\u062E"},  // Persian, in which it is a letter's form
      {"\u2764\uFE0F", "\u2764\uFE0F"},
      {"a\\b", "a\\\\b"},
  };
  for (const auto& [name, shown] : rows) {
    INFO(name);
    CHECK(printable_name(name) == shown);
  }
  CHECK(printable_name("ab\u00A0\u00A0", 13) == "ab\\xc2\\xa0...");
  CHECK(printable("a\u00A0b") == "a\u00A0b");
}
