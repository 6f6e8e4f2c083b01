#include "acron/edges/delivery/server_news.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace acron;
using namespace std::chrono_literals;

namespace {

/// What is told of a server that is well for a minute before it is steady; `x` is a failure, `.` a success, one each
/// ten seconds: `down` and `up` with their seconds.
std::string told_of(const std::string& course) {
  ServerNews news{60s};
  std::string told;
  const auto say = [&](const std::string& word, std::chrono::seconds at) {
    told += (told.empty() ? "" : ", ") + word + " " + std::to_string(at.count());
  };
  std::chrono::seconds at{0};
  for (const char event : course) {
    const ServerNews::Instant now{at};
    if (news.up_at() <= now) say("up", at), news.tell_up(now);
    if (event == 'x' && news.on_failure(now)) say("down", at);
    if (event == '.') news.on_success(now);
    if (news.up_at() <= now) say("up", at), news.tell_up(now);
    at += 10s;
  }
  return told;
}

}  // namespace

TEST_CASE("that a server is down is told once until it has been well for a while", "[server_news]") {
  struct Row {
    std::string course;
    std::string told;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {"....", ""},
      {"xxx", "down 0"},
      {"xx..", "down 0, up 20"},
      {"x.......x.", "down 0, up 10, down 80, up 90"},
      {"x.x.x.x.x.x.x.x.x.", "down 0, up 10, down 20"},
      {"x.x.x.x........", "down 0, up 10, down 20, up 130"},
      {"x.x.x.x........x.", "down 0, up 10, down 20, up 130, down 150"},
      {"x.x.x.x...............x.", "down 0, up 10, down 20, up 130, down 220, up 230"},
  };
  for (const auto& [course, told] : rows) {
    CAPTURE(course);
    CHECK(told_of(course) == told);
  }
}

TEST_CASE("the failures are those since the server was told to be down", "[server_news]") {
  ServerNews news{60s};
  const ServerNews::Instant now{};
  for (int i = 0; i < 3; ++i) news.on_failure(now);
  news.on_success(now);
  CHECK(news.tell_up(now) == 3);
  news.on_failure(now);
  news.on_success(now);
  news.on_failure(now);
  CHECK(news.tell_up(now) == 2);
}
