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
      {"\xD0\xBC", "U+043C CYRILLIC SMALL LETTER EM", "m"},
      {"\xD0\xB3", "U+0433 CYRILLIC SMALL LETTER GHE", "r"},
      {"\xCE\xB5", "U+03B5 GREEK SMALL LETTER EPSILON", "e"},
      {"\xCE\xBC", "U+03BC GREEK SMALL LETTER MU", "u"},
      {"\xEF\xB9\xAA", "U+FE6A SMALL PERCENT SIGN", "%"},
      {"\xEF\xB9\xA6", "U+FE66 SMALL EQUALS SIGN", "="},
      {"\xEA\x9E\x8A", "U+A78A MODIFIER LETTER SHORT EQUALS SIGN", "="},
      {"\xD6\x89", "U+0589 ARMENIAN FULL STOP", ":"},
      {"\xEF\xBD\xA4", "U+FF64 HALFWIDTH IDEOGRAPHIC COMMA", ","},
      {"\xE3\x80\x9C", "U+301C WAVE DASH", "-"},
      {"\xE2\x9C\xB1", "U+2731 HEAVY ASTERISK", "*"},
      {"\xD9\xAD", "U+066D ARABIC FIVE POINTED STAR", "*"},
      {"\xE2\x81\xBB", "U+207B SUPERSCRIPT MINUS", "-"},
      {"\xE1\xB4\x87", "U+1D07 LATIN LETTER SMALL CAPITAL E", "e"},
      {"\xE2\x85\xBC", "U+217C SMALL ROMAN NUMERAL FIFTY", "l"},
      {"\xF0\x9D\x90\x9E", "U+1D41E MATHEMATICAL LETTER", "e"},
      {"\xF0\x9D\x93\x90", "U+1D4D0 MATHEMATICAL LETTER", "A"},
      {"\xF0\x9D\x9F\x93", "U+1D7D3 MATHEMATICAL DIGIT", "5"},
      {"\xE1\x85\x9F", "U+115F HANGUL CHOSEONG FILLER", " "},
      {"\xE1\x85\xA0", "U+1160 HANGUL JUNGSEONG FILLER", " "},
      {"\xE3\x85\xA4", "U+3164 HANGUL FILLER", " "},
      {"\xEF\xBE\xA0", "U+FFA0 HALFWIDTH HANGUL FILLER", " "},
      {"\xF3\xA0\x80\xA0", "U+E0020 TAG CHARACTER", ""},
      {"\xF3\xA0\x84\x80", "U+E0100 VARIATION SELECTOR", ""},
      {"\xE1\xA0\x8B", "U+180B MONGOLIAN FREE VARIATION SELECTOR ONE", ""},
      {"\xF0\x9D\x85\xB3", "U+1D173 MUSICAL SYMBOL BEGIN BEAM", ""},
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
  CHECK(with_code_points("5\xF3\xA0\x80\xA0m") == "5<U+E0020>m");
  CHECK(with_code_points("\xE2\x80\x9Chi\xE2\x80\x9D") == "\xE2\x80\x9Chi\xE2\x80\x9D");
}
