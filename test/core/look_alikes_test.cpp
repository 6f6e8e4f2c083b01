#include "acron/core/look_alikes.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace acron;

TEST_CASE("characters that look like others are known by their names", "[look_alikes]") {
  struct Row {
    std::string character, name, plain;
  };
  const std::vector<Row> rows{
      {"\xC2\xA0", "U+00A0 NO-BREAK SPACE", " "},
      {"\xE2\x80\xAF", "U+202F NARROW NO-BREAK SPACE", " "},
      {"\xE2\x80\x87", "U+2007 FIGURE SPACE", " "},
      {"\xE3\x80\x80", "U+3000 IDEOGRAPHIC SPACE", " "},
      {"\xE2\x80\xA8", "U+2028 LINE SEPARATOR", " "},
      {"\xC2\x85", "U+0085 NEXT LINE", " "},
      {"\v", "U+000B LINE TABULATION", " "},
      {"\f", "U+000C FORM FEED", " "},
      {"\xE2\x80\x8B", "U+200B ZERO WIDTH SPACE", ""},
      {"\xE2\x80\x8D", "U+200D ZERO WIDTH JOINER", ""},
      {"\xE2\x81\xA0", "U+2060 WORD JOINER", ""},
      {"\xEF\xBB\xBF", "U+FEFF ZERO WIDTH NO-BREAK SPACE", ""},
      {"\xC2\xAD", "U+00AD SOFT HYPHEN", ""},
      {"\xE2\x80\xAE", "U+202E RIGHT-TO-LEFT OVERRIDE", ""},
      {"\xE2\x80\x98", "U+2018 LEFT SINGLE QUOTATION MARK", "'"},
      {"\xE2\x80\x9D", "U+201D RIGHT DOUBLE QUOTATION MARK", "\""},
      {"\xC2\xAB", "U+00AB LEFT-POINTING DOUBLE ANGLE QUOTATION MARK", "\""},
      {"\xE2\x80\x93", "U+2013 EN DASH", "-"},
      {"\xE2\x88\x92", "U+2212 MINUS SIGN", "-"},
      {"\xEF\xBC\x8C", "U+FF0C FULLWIDTH COMMA", ","},
      {"\xEF\xBC\x9A", "U+FF1A FULLWIDTH COLON", ":"},
      {"\xEF\xBC\x95", "U+FF15 FULLWIDTH DIGIT FIVE", "5"},
      {"\xE2\x88\xB6", "U+2236 RATIO", ":"},
      {"\xE3\x80\x82", "U+3002 IDEOGRAPHIC FULL STOP", "."},
      {"\xD0\xB5", "U+0435 CYRILLIC SMALL LETTER IE", "e"},
      {"\xCE\xBF", "U+03BF GREEK SMALL LETTER OMICRON", "o"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    const auto found = find_look_alike("a" + row.character + "b");
    REQUIRE(found.has_value());
    CHECK(describe(*found) == row.name);
    CHECK(found->at == 1);
    CHECK(found->length == row.character.size());
    CHECK(with_plain_characters("a" + row.character + "b") == "a" + row.plain + "b");
  }
}

TEST_CASE("other characters are themselves, and what is no UTF-8 is passed over", "[look_alikes]") {
  for (const std::string text : {"", "plain \t text", "gr\xC3\xBC\xC3\x9F", "\xE6\x97\xA5\xE6\x9C\xAC", "\xFF\xC2",
                                 "\xC2", "\xF0\x9F\x98\x80"}) {
    INFO(text);
    CHECK_FALSE(find_look_alike(text).has_value());
    CHECK(with_plain_characters(text) == text);
    CHECK(with_code_points(text) == text);
  }
}

TEST_CASE("what can't be seen is shown by its code point", "[look_alikes]") {
  CHECK(with_code_points("every\xC2\xA0"
                         "10m\xE2\x80\x8B") == "every<U+00A0>10m<U+200B>");
  CHECK(with_code_points("\xE2\x80\x9Chi\xE2\x80\x9D") == "\xE2\x80\x9Chi\xE2\x80\x9D");
}
