#include "acron/edges/delivery/webhooks.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "fake_outbox.hpp"
#include "fake_web_server.hpp"
#include "loop.hpp"

using namespace acron;
using namespace acron::test;

namespace {

const std::string ok = "HTTP/1.1 204 No Content\r\n\r\n";
constexpr auto long_time = std::chrono::minutes{5};

struct Hooks {
  void post(const std::string& job, const std::string& host) {
    RunReport report;
    report.identity = {job, "run-7", {}, {}};
    auto [owed, text] = outbox.add(webhook_about(report, HttpTarget{"http://me:secret@" + host + "/secret"}));
    webhooks.take(owed, text);
  }
  void run_until_empty() {
    loop.restart();
    while (webhooks.waiting() > 0) loop.run_one();
  }
  [[nodiscard]] std::ptrdiff_t said(const std::string& line) const { return std::count(log.begin(), log.end(), line); }

  boost::asio::io_context loop;
  FakeOutbox outbox{loop};
  std::vector<std::string> log;
  std::string server;  // named last
  Webhooks webhooks{
      loop.get_executor(),
      loop.get_executor(),
      outbox,
      {long_time, long_time, 0},
      [this](Severity, std::string_view event, const LogFields& fields) {
        log.push_back(std::string(event) + (fields.front().first == "job" ? " " + fields.front().second : ""));
        for (const auto& [name, value] : fields) {
          if (name == "server") server = value;
        }
        for (const auto& [name, value] : fields) CHECK(value.find("secret") == std::string::npos);
      },
      {long_time, long_time}};
};

std::string nobody() { return "127.0.0.1:" + std::to_string(free_port()); }

}  // namespace

TEST_CASE("records of one server are posted in order, one after the other", "[webhooks]") {
  Hooks hooks;
  FakeWebServer server{hooks.loop, ok};
  for (const char* job : {"a", "b", "c"}) hooks.post(job, server.host());
  hooks.run_until_empty();
  REQUIRE(server.requests.size() == 3);
  CHECK(server.requests.at(1).find(R"("job":"b")") != std::string::npos);
  CHECK(hooks.log == std::vector<std::string>{"webhook-sent a", "webhook-sent b", "webhook-sent c"});
}

TEST_CASE("a server that hangs and one that is down hold up no other", "[webhooks]") {
  Hooks hooks;
  FakeWebServer hanging{hooks.loop, ""}, good{hooks.loop, ok};
  hooks.post("hangs", hanging.host());
  hooks.post("down", nobody());
  hooks.post("good", good.host());
  hooks.loop.restart();
  while (hooks.webhooks.waiting() > 2 || hooks.said("webhook-server-down") == 0) hooks.loop.run_one();
  CHECK(hooks.said("webhook-sent good") == 1);
  CHECK(hooks.said("webhook-server-down") == 1);
}

TEST_CASE("that a server is down is told with its name, and neither path nor secret", "[webhooks]") {
  Hooks hooks;
  const auto server = nobody();
  hooks.post("down", server);
  hooks.loop.restart();
  while (hooks.said("webhook-server-down") == 0) hooks.loop.run_one();
  CHECK(hooks.server == server);
}

TEST_CASE("at the end all servers are tried at once, and what is left stays in the outbox", "[webhooks]") {
  Hooks hooks;
  FakeWebServer first{hooks.loop, ""}, second{hooks.loop, ""}, good{hooks.loop, ok};
  hooks.post("first", first.host());
  hooks.post("second", second.host());
  hooks.post("down", nobody());
  hooks.post("good", good.host());
  run(hooks.loop, hooks.webhooks.flush(Courier::Instant::clock::now() + Duration{500}));
  CHECK(hooks.said("webhook-sent good") == 1);
  CHECK(hooks.webhooks.leave().size() == 3);
  CHECK(hooks.webhooks.waiting() == 0);
  CHECK(hooks.outbox.texts.size() == 3);
}

TEST_CASE("a flush without anything to deliver ends at once", "[webhooks]") {
  Hooks hooks;
  run(hooks.loop, hooks.webhooks.flush(Courier::Instant::clock::now() + std::chrono::hours{1}));
  CHECK(hooks.log.empty());
}
