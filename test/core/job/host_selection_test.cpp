#include "acron/core/job/host_selection.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace acron;
using Catch::Matchers::Contains;

TEST_CASE("a host's rank is what a shell computes of its name", "[host_selection]") {
  // x=$(printf 'only:%s' HOST | sha256sum | cut -c1-8); echo $((0x$x * 1000000 >> 32))
  struct Row {
    std::string host;
    std::uint32_t rank;
  };
  const std::vector<Row> rows{
      {"web-0001.dc1.example.com", 311217},  {"web-0002.dc1.example.com", 386501},
      {"db-17.eu-west.example.net", 330939}, {"web1", 801266},
      {"ip-10-0-0-1.ec2.internal", 487180},  {"WEB-0001.dc1.Example.COM.", 311217},
  };
  for (const auto& row : rows) {
    INFO(row.host);
    CHECK(canary_rank(row.host) == row.rank);
    CHECK(includes({row.rank + 1, {}}, {row.host}));
    CHECK_FALSE(includes({row.rank, {}}, {row.host}));
  }
}

TEST_CASE("a share takes in so many of a fleet, and a larger one all of them and more", "[host_selection]") {
  constexpr int fleet = 10'000;
  std::vector<int> taken_by(4);
  const std::vector<std::uint32_t> shares{5'000, 50'000, 500'000, 1'000'000};
  for (int i = 0; i < fleet; ++i) {
    const auto host = "web-" + std::to_string(i) + ".example.com";
    bool before = false;
    for (std::size_t s = 0; s < shares.size(); ++s) {
      const bool now = includes({shares[s], {}}, {host});
      CHECK((now || !before));
      taken_by[s] += now ? 1 : 0;
      before = now;
    }
  }
  // Within four standard deviations of a binomial distribution.
  CHECK(taken_by[0] == Approx(50).margin(29));
  CHECK(taken_by[1] == Approx(500).margin(88));
  CHECK(taken_by[2] == Approx(5000).margin(200));
  CHECK(taken_by[3] == fleet);
}

TEST_CASE("a pattern matches as a shell's does", "[host_selection]") {
  struct Row {
    std::string pattern, text;
    bool matches;
  };
  const std::vector<Row> rows{
      {"", "", true},
      {"", "a", false},
      {"a", "", false},
      {"*", "", true},
      {"*", "abc", true},
      {"web*", "web", true},
      {"web*", "web-17", true},
      {"web*", "aweb", false},
      {"*web", "aweb", true},
      {"a*b*c", "abc", true},
      {"a*b*c", "axxbc", true},
      {"a*b*c", "acb", false},
      {"a*bc", "abcbc", true},
      {"?", "a", true},
      {"?", "", false},
      {"?", "ab", false},
      {"db-0[1-9]", "db-07", true},
      {"db-0[1-9]", "db-00", false},
      {"db-0[1-9]", "db-0", false},
      {"[abc]x", "bx", true},
      {"[abc]x", "dx", false},
      {"[!abc]x", "dx", true},
      {"[!abc]x", "ax", false},
      {"[a-cx-z]", "y", true},
      {"[a-cx-z]", "d", false},
      {"[a-]", "-", true},
      {"[-a]", "-", true},
      {"*[0-9]", "web-9", true},
      {"*[0-9]", "web-", false},
      {"**a**", "xax", true},
      {"a.b", "axb", false},
  };
  for (const auto& row : rows) {
    INFO(row.pattern << " and " << row.text);
    CHECK(matches_pattern(row.pattern, row.text) == row.matches);
  }
}

TEST_CASE("a pattern of many stars takes no longer than its length times the text's", "[host_selection]") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  // Tried in every way, this would not end in a lifetime.
  CHECK_FALSE(matches_pattern(pattern + "*b", std::string(250, 'a')));
  CHECK(matches_pattern(pattern + "*", std::string(250, 'a')));
}

TEST_CASE("patterns are held against the full name and its first label, in lower case", "[host_selection]") {
  const HostSelection web{{}, parse_host_patterns("WEB*,db-0[1-9]").value()};
  CHECK(includes(web, {"web-1"}));
  CHECK(includes(web, {"Web-1.example.com."}));
  CHECK(includes(web, {"db-03.dc1.example.com"}));
  CHECK_FALSE(includes(web, {"db-10.dc1.example.com"}));
  CHECK_FALSE(includes(web, {"www.web.example.com"}));
  const HostSelection site{{}, parse_host_patterns("*.dc1.example.com").value()};
  CHECK(includes(site, {"db-10.dc1.example.com"}));
  CHECK_FALSE(includes(site, {"db-10.dc2.example.com"}));
}

TEST_CASE("a dot at the end of a full name counts as little in a pattern", "[host_selection]") {
  const HostSelection dotted{{}, parse_host_patterns("web-1.,*.example.com.").value()};
  CHECK(includes(dotted, {"web-1"}));
  CHECK(includes(dotted, {"web-1."}));
  CHECK(includes(dotted, {"db.example.com"}));
  CHECK_FALSE(includes(dotted, {"db"}));
}

TEST_CASE("patterns are of names, and a share is of what stands in for a shared one", "[host_selection]") {
  const std::string_view identity = "3d0ffc1ba1ee4d0d8b1b2c1a2f3e4d5c";
  const HostSelection localhost{{}, {"localhost"}}, hexadecimal{{}, {"3d*"}};
  CHECK(includes(localhost, {identity, "localhost"}));
  CHECK_FALSE(includes(hexadecimal, {identity, "localhost"}));
  CHECK_FALSE(includes({canary_rank(identity), {}}, {identity, "localhost"}));
  CHECK(includes({canary_rank(identity) + 1, {}}, {identity, "localhost"}));
}

TEST_CASE("of a share and patterns both must hold", "[host_selection]") {
  CHECK(includes({}, {"any"}));
  CHECK(includes({320'000, {"web*"}}, {"web-0001.dc1.example.com"}));
  CHECK_FALSE(includes({320'000, {"web*"}}, {"web-0002.dc1.example.com"}));
  CHECK_FALSE(includes({320'000, {"db*"}}, {"web-0001.dc1.example.com"}));
}

TEST_CASE("a share is a percentage with a point", "[host_selection]") {
  CHECK(parse_share("5%").value() == 50'000);
  CHECK(parse_share("0.5%").value() == 5'000);
  CHECK(parse_share("0.0001%").value() == 1);
  CHECK(parse_share("33.3333%").value() == 333'333);
  CHECK(parse_share("0%").value() == 0);
  CHECK(parse_share("0.0000%").value() == 0);
  CHECK(parse_share("100%").value() == 1'000'000);
  CHECK(parse_share("100.0%").value() == 1'000'000);
  for (const std::string text : {"", "%", "5", "5 %", "-5%", "+5%", ".5%", "5.%", "5,5%", "1e1%", "5%%", "five%"}) {
    INFO(text);
    REQUIRE(parse_share(text).has_error());
    CHECK_THAT(parse_share(text).error().message, Contains("no share of the fleet"));
  }
  for (const std::string text : {"101%", "100.0001%", "1000%", "99999999999999999999%"}) {
    INFO(text);
    CHECK_THAT(parse_share(text).error().message, Contains("at most 100%"));
  }
  CHECK(parse_share("0.00001%").error().at == 2);
}

TEST_CASE("patterns that no host name could match are refused at the offending byte", "[host_selection]") {
  struct Row {
    std::string text, reason;
    std::size_t at;
  };
  const std::vector<Row> rows{
      {"", "empty", 0},
      {"web*,", "empty", 5},
      {"web*,,db*", "empty", 5},
      {"db-0[1-9", "never closed", 4},
      {"db-0[]", "nothing stands between", 4},
      {"db-0[!]", "nothing stands between", 4},
      {"db-0[9-1]", "runs backwards", 5},
      {"db-0[a/b]", "can't stand in '[...]'", 6},
      {"db]", "can't stand in a pattern", 2},
      {"w\xC3\xA4", "can't stand in a pattern", 1},
      {"web-{1,2}", "can't stand in a pattern", 4},
      {"a," + std::string(256, 'x'), "longer than 255", 2},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    const auto patterns = parse_host_patterns(row.text);
    REQUIRE(patterns.has_error());
    CHECK_THAT(patterns.error().message, Contains(row.reason));
    CHECK(patterns.error().at == row.at);
  }
  std::string many = "a";
  for (int i = 0; i < 1000; ++i) many += ",a";
  CHECK_THAT(parse_host_patterns(many).error().message, Contains("more than 1000"));
  CHECK(parse_host_patterns(many.substr(2)).value().size() == 1000);
}

TEST_CASE("a selection is described as it is written", "[host_selection]") {
  CHECK(describe(HostSelection{}).empty());
  CHECK(describe(HostSelection{50'000, {}}) == "5%");
  CHECK(describe(HostSelection{5'100, {"web*", "db"}}) == "0.51% on web*,db");
  CHECK(describe(HostSelection{{}, {"web*", "db"}}) == "on web*,db");
  CHECK(describe(HostSelection{1'000'000, {}}) == "100%");
  CHECK(describe(HostSelection{0, {}}) == "0%");
}
