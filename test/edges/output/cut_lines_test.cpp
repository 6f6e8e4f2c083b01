#include "../src/edges/output/cut_lines.hpp"

#include <catch2/catch.hpp>

using namespace acron;
using CutTexts = std::vector<CutLines::Line>;
using Texts = std::vector<std::string>;

namespace {

/// What one stream makes of these pieces.
Texts cut(const Texts& pieces, std::size_t longest = 8) {
  CutLines lines(longest);
  Texts texts;
  for (const std::string& piece : pieces) {
    for (auto& line : lines.take(Stream::out, piece)) texts.push_back(std::move(line.second));
  }
  for (auto& line : lines.take_unfinished()) texts.push_back(std::move(line.second));
  return texts;
}

}  // namespace

TEST_CASE("lines are found however the bytes are cut, and none is longer than it may be", "[cut_lines]") {
  struct Row {
    Texts pieces, lines;
  };
  const std::vector<Row> rows{
      {{}, {}},
      {{""}, {}},
      {{"a\nb\n"}, {"a", "b"}},
      {{"a", "b", "\nc"}, {"ab", "c"}},
      {{"\n\n"}, {"", ""}},
      {{"12345678\n"}, {"12345678"}},
      {{"12345678", "\n"}, {"12345678"}},
      {{"123456789\n"}, {"12345678", "9"}},
      {{"12345678", "9", "0\nx\n"}, {"12345678", "90", "x"}},
      {{"1234567890123456789012345"}, {"12345678", "90123456", "78901234", "5"}},
      {{"1234567\xc3\xa4z\n"}, {"1234567", "\xc3\xa4z"}},              // between characters
      {{"12345\xf0\x9f\x98\x80z\n"}, {"12345", "\xf0\x9f\x98\x80z"}},  // also of four bytes
      {{"1234567\xff\xff\n"}, {"1234567", "\xff\xff"}},                // what is no UTF-8 is not lost either
      {{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\n"}, {"\xff\xff\xff\xff\xff\xff\xff\xff", "\xff"}},
  };
  for (const Row& row : rows) CHECK(cut(row.pieces) == row.lines);
}

TEST_CASE("a line of one stream is not torn by the other", "[cut_lines]") {
  CutLines lines(100);
  CHECK(lines.take(Stream::out, "out ").empty());
  CHECK(lines.take(Stream::err, "err\nunfinished") == CutTexts{{Stream::err, "err"}});
  CHECK(lines.take(Stream::out, "whole\n") == CutTexts{{Stream::out, "out whole"}});
  CHECK(lines.take_unfinished() == CutTexts{{Stream::err, "unfinished"}});
  CHECK(lines.take_unfinished().empty());
}
