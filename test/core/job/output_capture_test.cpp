#include "acron/core/job/output_capture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using acron::OutputCapture;
using acron::Stream;

namespace {

using Pieces = std::vector<std::pair<Stream, std::string>>;

OutputCapture captured(std::size_t limit, const Pieces& pieces) {
  OutputCapture capture{limit};
  for (const auto& [stream, bytes] : pieces) capture.append(stream, bytes);
  return capture;
}

/// What the capture promises, done the simple way: all is kept, the middle is cut at the end.
std::string expected_text(std::size_t limit, const Pieces& pieces) {
  Pieces bytes;
  for (const auto& [stream, piece] : pieces) {
    for (const char byte : piece) bytes.emplace_back(stream, std::string(1, byte));
  }
  std::string text;
  bool starts_line = true;
  Stream last = Stream::out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes.size() > 2 * limit && i == limit) {
      text += std::string(starts_line ? "" : "\n") + "[... " + std::to_string(bytes.size() - 2 * limit) +
              " bytes left out ...]\n";
      starts_line = true;
      i = bytes.size() - limit;
    }
    if (!starts_line && bytes[i].first != last) {
      text += '\n';
      starts_line = true;
    }
    if (starts_line && bytes[i].first == Stream::err) text += "stderr: ";
    text += bytes[i].second;
    starts_line = bytes[i].second == "\n";
    last = bytes[i].first;
  }
  return text;
}

}  // namespace

TEST_CASE("a capture marks what came from stderr and keeps the order", "[output_capture]") {
  const auto out = Stream::out;
  const auto err = Stream::err;
  struct Case {
    std::string about;
    Pieces pieces;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"nothing", {}, ""},
      {"one line", {{out, "hello\n"}}, "hello\n"},
      {"no last newline", {{out, "hello"}}, "hello"},
      {"each line of stderr", {{err, "a\nb\n"}}, "stderr: a\nstderr: b\n"},
      {"stderr in two reads", {{err, "a"}, {err, "b\n"}}, "stderr: ab\n"},
      {"a change in mid-line", {{out, "50%"}, {err, "oops\n"}, {out, "100%\n"}}, "50%\nstderr: oops\n100%\n"},
      {"a change and back in mid-line", {{err, "x"}, {out, "y"}, {err, "z"}}, "stderr: x\ny\nstderr: z"},
      {"an empty read changes nothing", {{out, "a"}, {err, ""}, {out, "b\n"}}, "ab\n"},
      {"empty lines of stderr", {{err, "\n\n"}}, "stderr: \nstderr: \n"},
      {"any byte", {{out, std::string("\0\r\xff\n", 4)}}, std::string("\0\r\xff\n", 4)},
  };
  for (const auto& [about, pieces, expected] : cases) {
    INFO(about);
    CHECK(captured(100, pieces).marked_text() == expected);
  }
}

TEST_CASE("a capture keeps both ends and counts the middle", "[output_capture]") {
  const auto out = Stream::out;
  const auto err = Stream::err;
  struct Case {
    std::string about;
    Pieces pieces;
    std::string expected;
    std::uint64_t dropped;
  };
  const std::vector<Case> cases = {
      {"exactly both limits", {{out, "abcdefgh"}}, "abcdefgh", 0},
      {"one more", {{out, "abcdefghi"}}, "abcd\n[... 1 bytes left out ...]\nfghi", 1},
      {"head ends a line", {{out, "abc\nxxxdef\n"}}, "abc\n[... 3 bytes left out ...]\ndef\n", 3},
      {"the stream of the tail",
       {{out, "abcdxx"}, {err, "yyzzzz"}},
       "abcd\n[... 4 bytes left out ...]\nstderr: zzzz",
       4},
      {"byte by byte",
       {{out, "ab"}, {out, "cd"}, {out, "e"}, {out, "f"}, {err, "g"}, {err, "hij"}},
       "abcd\n[... 2 bytes left out ...]\nstderr: ghij",
       2},
  };
  for (const auto& [about, pieces, expected, dropped] : cases) {
    INFO(about);
    const auto capture = captured(4, pieces);
    CHECK(capture.marked_text() == expected);
    CHECK(capture.dropped_bytes() == dropped);
  }
}

TEST_CASE("a capture tears no character at its gap, and counts it as left out", "[output_capture]") {
  struct Case {
    std::string printed;
    std::string begin;
    std::uint64_t dropped;
    std::string end;
  };
  const std::vector<Case> cases = {
      {"abc\u00fcde\u00fcfgh", "abc", 6, "fgh"},         {"ab\u20acxx\u20acyz", "ab", 8, "yz"},
      {"abc\U0001F600\U0001F600z", "abc", 8, "z"},       {"abcdx\U0001F600", "abcd", 1, "\U0001F600"},
      {"\u20acx\u20acx\u20ac", "\u20acx", 3, "x\u20ac"},
  };
  for (const auto& [printed, begin, dropped, end] : cases) {
    for (std::size_t step = 1; step < printed.size(); ++step) {
      CAPTURE(printed, step);
      OutputCapture capture{4};
      for (std::size_t at = 0; at < printed.size(); at += step) capture.append(Stream::out, printed.substr(at, step));
      CHECK(capture.marked_text() == begin + "\n[... " + std::to_string(dropped) + " bytes left out ...]\n" + end);
      CHECK(capture.dropped_bytes() == dropped);
    }
  }
}

TEST_CASE("a capture says what a simple one says, whatever the sizes and streams", "[output_capture]") {
  std::uint32_t state = 1;
  const auto random = [&state](std::uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8U) % below;
  };
  for (int round = 0; round < 500; ++round) {
    const std::size_t limit = 1 + random(20);
    Pieces pieces;
    for (std::uint32_t i = random(12); i > 0; --i) {
      std::string bytes(random(30), 'a');
      for (char& byte : bytes) byte = random(5) == 0 ? '\n' : static_cast<char>('a' + random(26));
      pieces.emplace_back(random(2) == 0 ? Stream::out : Stream::err, bytes);
    }
    INFO("round " << round << ", limit " << limit);
    REQUIRE(captured(limit, pieces).marked_text() == expected_text(limit, pieces));
  }
}

TEST_CASE("a capture of gigabytes counts them and keeps only the ends", "[output_capture]") {
  OutputCapture capture{64 * 1024};
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 1024; ++i) capture.append(Stream::out, block);
  capture.append(Stream::err, "the end\n");
  CHECK(capture.total_bytes() == (std::uint64_t{1} << 30U) + 8);
  CHECK(capture.dropped_bytes() == (std::uint64_t{1} << 30U) + 8 - 128 * 1024);
  const auto text = capture.marked_text();
  CHECK(text.size() < 130 * 1024);
  CHECK(text.ends_with("x\nstderr: the end\n"));
}

TEST_CASE("an unused capture is empty", "[output_capture]") {
  OutputCapture capture;
  CHECK(capture.empty());
  CHECK(capture.total_bytes() == 0);
  capture.append(Stream::err, "x");
  CHECK_FALSE(capture.empty());
}

TEST_CASE("a capture without room only counts", "[output_capture]") {
  OutputCapture capture{0};
  capture.append(Stream::err, "gone\n");
  CHECK(capture.marked_text() == "[... 5 bytes left out ...]\n");
}

TEST_CASE("a capture made of another's parts goes on as the other would have", "[output_capture]") {
  for (const std::size_t printed : {0, 5, 16, 20, 32, 33, 50, 200}) {
    INFO(printed);
    OutputCapture one(16);
    for (std::size_t i = 0; i < printed; ++i) {
      const char byte = static_cast<char>(i % 7 == 0 ? '\n' : 'a' + i % 26);
      one.append(i % 5 < 2 ? Stream::err : Stream::out, {&byte, 1});
    }
    OutputCapture other = OutputCapture::of(one.parts(), 16);
    CHECK(other.marked_text() == one.marked_text());
    for (const char* more : {"x", "some more\n", "more than fits into the whole of the capture\n"}) {
      one.append(Stream::err, more);
      other.append(Stream::err, more);
      CHECK(other.marked_text() == one.marked_text());
      CHECK(other.dropped_bytes() == one.dropped_bytes());
    }
  }
}

TEST_CASE("parts that are not those of a capture make an empty one", "[output_capture]") {
  CHECK(OutputCapture::of({3, {"abcd", {4}}, {}}, 16).empty());
  CHECK(OutputCapture::of({4, {"abcd", {3}}, {}}, 16).empty());
  CHECK(OutputCapture::of({9, {"abcd", {4}}, {"efghi", {5}}}, 16).empty());
  CHECK(OutputCapture::of({20, {"abcdefghijklmnopqrst", {20}}, {}}, 16).empty());
}
