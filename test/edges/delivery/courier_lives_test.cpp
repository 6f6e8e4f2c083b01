#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/edges/delivery/courier.hpp"
#include "loop.hpp"
#include "post.hpp"

using namespace acron;
using namespace acron::test;
using Strings = std::vector<std::string>;

namespace {

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

/// What an earlier life left: queued for `age`, due `wait` from now.
OwedMail left(Post& post, const std::string& job, Duration age, Duration wait) {
  auto [owed, text] = post.outbox.add(mail_of(job));
  owed.queued = wall_clock() - age;
  owed.due = wall_clock() + wait;
  return owed;
}

}  // namespace

TEST_CASE("what an earlier life left is read and brought away, under the same id", "[courier_lives]") {
  Post post;
  for (const auto* job : {"a", "b", "c"}) post.courier.take(left(post, job, far_off, -far_off));
  post.start();
  post.run_until_empty();
  CHECK(post.transport.tries == Strings{"a", "b", "c"});
  CHECK(post.transport.ids.front() == "id.a@web-0001");
  CHECK(post.outbox.texts.empty());
}

TEST_CASE("a restart does not hurry a message that was put off", "[courier_lives]") {
  Post post{{}, patient_backoff};
  post.courier.take(left(post, "a", far_off, std::chrono::minutes{30}));
  post.courier.take(left(post, "b", far_off, Duration{0}));
  post.start();
  post.run_until([&] { return post.said("mail-sent b") == 1; });
  CHECK(post.transport.tries == Strings{"b"});
  CHECK(post.courier.waiting() == 1);
}

TEST_CASE("how often a message was tried lasts, and its wait grows on", "[courier_lives]") {
  Post post{{}, {std::chrono::seconds(1), far_off, 0xffffffffU}};
  post.transport.answers["a"] = {greylisted};
  auto owed = left(post, "a", far_off, Duration{0});
  owed.attempts = 4;
  const auto begin = wall_clock();
  post.courier.take(owed);
  post.start();
  post.run_until([&] { return post.outbox.next_tries.count(owed.id) > 0; });
  const NextTry next = post.outbox.next_tries[owed.id];
  CHECK(next.attempts == 5);
  CHECK(next.server_failures == 0);
  CHECK(next.due >= begin + std::chrono::seconds(15));
  CHECK(next.due <= wall_clock() + std::chrono::seconds(17));
}

TEST_CASE("a restart does not hurry a server that was down, and its wait grows on", "[courier_lives]") {
  MailId first = 0;
  NextTry next;
  {
    Post post{{}, {std::chrono::seconds(64), far_off, 0}};
    post.transport.answers["a"] = {down};
    first = post.submit(mail_of("a"));
    post.submit(mail_of("b"));
    post.start();
    post.run_until([&] { return post.said("mail-server-down") == 1; });
    next = post.outbox.next_tries[first];
    CHECK(next.attempts == 0);
    CHECK(next.server_failures == 1);
    CHECK(next.due > wall_clock() + std::chrono::seconds(16));
  }
  Post post{{}, {std::chrono::seconds(64), far_off, 0}};
  auto a = left(post, "a", Duration{10}, std::chrono::seconds(32));
  a.server_failures = 3;
  post.courier.take(left(post, "b", Duration{5}, Duration{0}));
  post.courier.take(a);
  post.submit(mail_of("new"));
  post.start();
  post.loop.poll();
  CHECK(post.transport.tries.empty());
  CHECK(post.courier.waiting() == 3);

  post.transport.answers["b"] = {down};
  post.transport.answers["a"] = {down};
  post.transport.answers["new"] = {down};
  run(post.loop, post.courier.flush(std::chrono::steady_clock::now() + std::chrono::seconds(1)));
  REQUIRE(post.outbox.next_tries.size() == 1);
  CHECK(post.outbox.next_tries.begin()->second.server_failures == 4);
}

/// Of a courier whose first hour is over.
CourierLimits later() {
  CourierLimits limits;
  limits.first_hour = Duration{0};
  return limits;
}

TEST_CASE("five days are counted over all lives, but the server is asked once more first", "[courier_lives]") {
  const Duration long_ago = std::chrono::hours(6 * 24);
  {
    Post post{later(), patient_backoff};
    post.courier.take(left(post, "old", long_ago, -far_off));
    post.start();
    post.run_until_empty();
    CHECK(post.courier.counters().sent == 1);
  }
  Post post{later(), patient_backoff};
  post.transport.answers["old"] = {down};
  post.courier.take(left(post, "old", long_ago, -far_off));
  post.courier.take(left(post, "older", long_ago, -far_off));
  post.courier.take(left(post, "young", far_off, -far_off));
  post.start();
  post.run_until([&] { return post.courier.waiting() == 1; });
  CHECK(post.said("mail-lost old") == 1);
  CHECK(post.said("mail-lost older") == 1);
  CHECK(post.outbox.texts.size() == 1);
}

TEST_CASE("what may pass is given up after a day over all lives, with the server's words", "[courier_lives]") {
  Post post{later(), patient_backoff};
  post.transport.answers["old"] = {unclear};
  post.transport.answers["young"] = {unclear};
  post.courier.take(left(post, "old", std::chrono::hours(25), -far_off));
  const auto young = left(post, "young", std::chrono::hours(23), -far_off);
  post.courier.take(young);
  post.start();
  post.run_until([&] { return post.outbox.next_tries.count(young.id) > 0; });
  CHECK(post.reason_of["mail-lost old"] == "550 who?; not taken for 1d");
  CHECK(post.loud == Strings{"mail-lost old", "mail-postponed young"});
  CHECK(post.reason_in["mail-postponed young"] ==
        "550 who?; acron does not know whether this is final, and tries until " +
            in_utc(young.queued + std::chrono::hours(24)));
}

TEST_CASE("a clock that was set back keeps no message for longer than the longest wait", "[courier_lives]") {
  Post post;
  post.courier.take(left(post, "a", -far_off * 1000, far_off * 1000));
  post.start();
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 1);
}
