#include "acron/core/config/ignore_patterns.hpp"

#include <catch2/catch.hpp>

using namespace acron;

namespace {

IgnorePatterns patterns_of(const std::string& text) { return parse_ignore_patterns({"_ignore", text}).value(); }

std::string fault_of(const std::string& text) {
  const auto parsed = parse_ignore_patterns({"_ignore", text});
  return parsed ? "no error" : headline(parsed.error().front());
}

}  // namespace

TEST_CASE("a pattern names files and directories below its directory", "[ignore_patterns]") {
  struct Row {
    const char* text;
    std::vector<const char*> named, not_named;
  };
  const Row rows[]{
      {"Makefile", {"Makefile", "web/Makefile", "web/deep/Makefile"}, {"Makefile.in", "makefile", "aMakefile"}},
      {"*.sh", {"a.sh", "web/a.sh", ".sh"}, {"a.sh.in", "sh", "ash"}},
      {"lib-?", {"lib-a", "web/lib-1"}, {"lib-", "lib-ab"}},
      {"[a-c][!0-9]", {"ax", "web/c_"}, {"a1", "dx"}},
      {"web/*.sh", {"web/a.sh"}, {"a.sh", "web/deep/a.sh", "other/web/a.sh", "web"}},
      {"/Makefile", {"Makefile"}, {"web/Makefile"}},
      {"/*/lib", {"web/lib"}, {"lib", "web/deep/lib"}},
      {"*", {"a", "web/a"}, {}},
      {"two?words", {"two words"}, {}},
      {"", {}, {"a"}},
      {"# a\n\n   # b\n  a  # c\r\n\tb#c\n", {"a", "b#c"}, {"b", "# c", "c"}},
      {"\xEF\xBB\xBF"
       "a\nt\xc3\xa4glich",
       {"a", "t\xc3\xa4glich"},
       {}},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto patterns = patterns_of(row.text);
    for (const char* path : row.named) {
      INFO(path);
      CHECK(patterns.name(path, false));
      CHECK(patterns.name(path, true));
    }
    for (const char* path : row.not_named) {
      INFO(path);
      CHECK(!patterns.name(path, false));
    }
  }
}

TEST_CASE("a slash at the end restricts a pattern to directories, and is no part of a path", "[ignore_patterns]") {
  for (const char* text : {"lib/", "l?b/", "web/lib/\nlib/"}) {
    INFO(text);
    const auto patterns = patterns_of(text);
    CHECK(patterns.name("lib", true));
    CHECK(patterns.name("web/lib", true));
    CHECK(!patterns.name("lib", false));
  }
  CHECK(!patterns_of("/lib/").name("web/lib", true));
}

TEST_CASE("what other programs' patterns have and these have not is refused", "[ignore_patterns]") {
  CHECK(fault_of("a\n!b") ==
        "_ignore:2:1: error: '!' is not supported: what one line leaves out, no other can take back");
  CHECK(fault_of("  docs/**") ==
        "_ignore:1:8: error: '**' is not needed: a name without '/' counts at any depth, and that of a directory for "
        "all below it");
  CHECK(fault_of("a b") == "_ignore:1:2: error: one pattern a line; write '?' for a blank in a name");
  CHECK(fault_of("a\\#b") ==
        "_ignore:1:2: error: '\\' is not supported; write '?' for a character that means something "
        "else here");
  CHECK(fault_of("a.{sh,py}") == "_ignore:1:3: error: braces are not supported; write each name on a line of its own");
  CHECK(fault_of("  \"x\"") ==
        "_ignore:1:3: error: quotes are a part of the name here; write it without them, and '?' for a blank in it");
  CHECK(fault_of("'x'").find("quotes are a part of the name here") != std::string::npos);
  CHECK(fault_of("it's") == "no error");
  CHECK(fault_of("[^a]") == "_ignore:1:1: error: '[^' is written '[!' here");
  CHECK(fault_of("a/[b") == "_ignore:1:3: error: '[' is never closed by a ']' in the same name");
  CHECK(fault_of("[a/b]") == "_ignore:1:1: error: '[' is never closed by a ']' in the same name");
  CHECK(fault_of("[]") == "_ignore:1:1: error: nothing stands between '[' and ']'");
  CHECK(fault_of("[z-a]") == "_ignore:1:2: error: 'z-a' runs backwards");
  for (const char* text : {"/", "//", "a//b", "//a", "a//"}) {
    INFO(text);
    CHECK(fault_of(text).find("two '/' in a row, or nothing but '/', name nothing") != std::string::npos);
  }
  for (const char* text : {"./a", "../a", "a/..", "."}) {
    INFO(text);
    CHECK(fault_of(text).find("can't stand in a pattern; a '/' at its beginning stands for this directory") !=
          std::string::npos);
  }
}

TEST_CASE("a pattern that would name nothing, without a sign of it, is refused", "[ignore_patterns]") {
  CHECK(
      fault_of("secret\xC2\xA0") ==
      "_ignore:1:7: error: U+00A0 NO-BREAK SPACE stands where a plain blank belongs; write '*' for it if it belongs to "
      "the name");
  CHECK(fault_of("\xE2\x80\x8B"
                 "a")
            .find("1:1: error: an invisible U+200B ZERO WIDTH SPACE stands here") != std::string::npos);
  CHECK(fault_of("secr\xD0\xB5t").find("1:5: error: U+0435 CYRILLIC SMALL LETTER IE is no 'e'") != std::string::npos);
  CHECK(fault_of("a,b.sh").find("1:2: error: ',' is a part of the name here") != std::string::npos);
  CHECK(fault_of("^a$").find("1:1: error: '^' is a part of the name here") != std::string::npos);
  CHECK(fault_of("a$").find("1:2: error: '$' is a part of the name here") != std::string::npos);
  CHECK(fault_of("a;b").find("1:2: error: ';' is a part of the name here") != std::string::npos);
  for (const char* home : {"~", "~/a"})
    CHECK(fault_of(home).find("1:1: error: '~' is a part of the name here") != std::string::npos);
  for (const char* variable : {"$HOME", "$HOME/a", "a/$x"})
    CHECK(fault_of(variable).find("nothing is expanded in a pattern") != std::string::npos);
  for (const char* good : {"*~", "~$*.docx", "a^b", "a$b", "$1"}) CHECK(fault_of(good) == "no error");
  CHECK(fault_of("*.sh|*.yml").find("1:5: error: '|' is a part of the name here") != std::string::npos);
  CHECK(fault_of("/etc/acron/conf.d/x").find("1:1: error: a '/' at the beginning stands for this directory") !=
        std::string::npos);
  for (const char* text :
       {"\xD0\xBE\xD1\x82\xD1\x87\xD1\x91\xD1\x82.sh", "*,v", "*,", "etc/x", "/web/x", "\xE2\x9D\xA4\xEF\xB8\x8F",
        "a\xE2\x80\x93"
        "b"}) {
    INFO(text);
    CHECK(fault_of(text) == "no error");
  }
}

TEST_CASE("what is no list of patterns is refused, all its faults at once", "[ignore_patterns]") {
  CHECK(fault_of("a\n\xff\n") == "_ignore:2:1: error: this is not UTF-8");
  CHECK(fault_of(std::string("a\0b", 3)) == "_ignore:1:2: error: a control character; patterns are text");
  CHECK(fault_of("a\rb") == "_ignore:1:2: error: a control character; patterns are text");
  CHECK(fault_of(std::string(1001, 'a')).find("a pattern has 1000 bytes at most") != std::string::npos);
  CHECK(fault_of(std::string(largest_job_file + 1, '\n')).find("larger than 1 MiB") != std::string::npos);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "a\n";
  CHECK(fault_of(many) == "no error");
  CHECK(fault_of(many + "a") == "_ignore:1001:1: error: more than 1000 patterns");
  CHECK(parse_ignore_patterns({"_ignore", "!a\nb\n!c\n"}).error().size() == 2);
}
