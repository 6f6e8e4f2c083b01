#include "acron/edges/delivery/courier.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "post.hpp"

using namespace acron;
using namespace acron::test;
using Strings = std::vector<std::string>;
using namespace std::string_literals;

TEST_CASE("mail is brought away in order", "[courier]") {
  Post post;
  post.submit(mail_of("a"));
  post.submit(mail_of("b"));
  post.start();
  post.run_until_empty();
  post.submit(mail_of("c"));
  post.run_until_empty();
  CHECK(post.transport.tries == Strings{"a", "b", "c"});
  CHECK(post.log == Strings{"mail-sent a", "mail-sent b", "mail-sent c"});
  CHECK(post.courier.counters().sent == 3);
  CHECK(post.courier.counters().lost == 0);
  CHECK(post.outbox.texts.empty());
  CHECK(post.outbox.reads.empty());
}

TEST_CASE("that the server is down is said once, and that it is back", "[courier]") {
  Post post;
  post.transport.answers["a"] = {down, down, down};
  post.transport.answers["b"] = {down, down};
  post.submit(mail_of("a"));
  post.submit(mail_of("b"));
  post.start();
  post.run_until_empty();
  CHECK(post.loud == Strings{"mail-server-down"});
  CHECK(post.said("mail-server-up") == 1);
  CHECK(post.said("mail-retry") == 4);
  CHECK(post.said("mail-sent a") == 1);
  CHECK(post.said("mail-sent b") == 1);
  CHECK(post.courier.counters().sent == 2);
  for (std::size_t i = 0; i < post.transport.tries.size(); ++i) {
    CHECK(post.transport.ids[i] == "id." + post.transport.tries[i] + "@web-0001");
  }
}

TEST_CASE("a server that is down again and again is told to be so until it is well for a while", "[courier]") {
  for (const bool unsteady : {true, false}) {
    CourierLimits limits;
    limits.calm = unsteady ? far_off : Duration{0};
    Post post{limits};
    for (int i = 0; i < 4; ++i) {
      const auto job = std::string(1, static_cast<char>('a' + i));
      post.transport.answers[job] = {down};
      post.submit(mail_of(job));
      if (i == 0) post.start();
      post.run_until_empty();
    }
    CHECK(post.courier.counters().sent == 4);
    CHECK(post.said("mail-server-down") == (unsteady ? 2 : 4));
    CHECK(post.said("mail-server-up") == (unsteady ? 1 : 4));
  }
}

TEST_CASE("that it is well is told when the while is over, without any other mail", "[courier]") {
  CourierLimits limits;
  limits.calm = Duration{50};
  Post post{limits};
  for (const auto* job : {"a", "b"}) {
    post.transport.answers[job] = {down};
    post.submit(mail_of(job));
    if (post.log.empty()) post.start();
    post.run_until_empty();
  }
  post.run_until([&] { return post.said("mail-server-up") == 2; });
  CHECK(post.said("mail-server-down") == 2);
}

TEST_CASE("new mail does not hurry a server that is down", "[courier]") {
  Post post{{}, {far_off, far_off, 0}};
  post.transport.answers["a"] = {down};
  post.submit(mail_of("a"));
  post.start();
  post.run_until([&] { return post.said("mail-server-down") == 1; });
  for (int i = 0; i < 10; ++i) post.submit(mail_of("b"));
  post.loop.poll();
  CHECK(post.transport.tries == Strings{"a"});
  CHECK(post.courier.waiting() == 11);
}

TEST_CASE("a message that is put off holds no other", "[courier]") {
  Post post;
  post.transport.answers["a"] = {greylisted, greylisted};
  for (const auto* job : {"a", "b", "c"}) post.submit(mail_of(job));
  post.start();
  post.run_until_empty();
  CHECK(post.transport.tries == Strings{"a", "b", "c", "a", "a"});
  CHECK(post.loud == Strings{"mail-postponed a"});
  CHECK(post.courier.counters().sent == 3);
}

TEST_CASE("a message that is refused for good is given up and said", "[courier]") {
  Post post;
  post.transport.answers["a"] = {unknown};
  post.submit(mail_of("a"));
  post.submit(mail_of("b"));
  post.start();
  post.run_until([&] { return post.said("mail-lost a") == 1; });
  CHECK(post.reason_of["mail-lost a"] == "550 who?");
  post.run_until_empty();
  CHECK(post.transport.tries == Strings{"a", "b"});
  CHECK(post.loud == Strings{"mail-lost a"});
  CHECK(post.courier.counters().lost == 1);
  CHECK(post.courier.counters().sent == 1);
}

TEST_CASE("a server that bans this host is not stormed", "[courier]") {
  Post post{{}, {far_off, far_off, 0}};
  post.transport.answers["a"] = {banned};
  post.submit(mail_of("a"));
  post.submit(mail_of("b"));
  post.start();
  post.run_until([&] { return post.said("mail-lost a") == 1; });
  post.loop.poll();
  CHECK(post.transport.tries == Strings{"a"});
  CHECK(post.said("mail-server-down") == 1);
  CHECK(post.courier.waiting() == 1);
}

TEST_CASE("a message that makes the server drop the connection holds no other", "[courier]") {
  Post post;
  post.transport.answers["killer"] = {dropped, dropped, dropped};
  for (const auto* job : {"killer", "b", "c"}) post.submit(mail_of(job));
  post.start();
  post.run_until([&] { return post.said("mail-sent c") == 1; });
  CHECK(post.transport.tries.front() == "killer");
  CHECK(post.said("mail-sent b") == 1);
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 3);
}

TEST_CASE("a recipient whose messages break the connection is told apart from a server that is down", "[courier]") {
  Post post;
  auto killer = mail_of("killer");
  killer.to = "filtered@example.com";
  post.transport.answers["killer"] = {dropped, dropped, dropped, dropped, dropped, dropped};
  post.submit(killer);
  post.start();
  post.run_until([&] { return post.said("mail-server-down") == 1; });
  for (int i = 0; i < 3; ++i) {
    post.submit(mail_of("good"));
    post.run_until([&] { return post.said("mail-sent good") == i + 1; });
    post.submit(killer);
  }
  post.run_until_empty();
  CHECK(post.said("mail-server-down") == 1);
  CHECK(post.said("mail-server-up") == 1);
  CHECK(post.said("mail-sent killer") == 4);
  // Who was right again is no longer the first that is blamed.
  post.transport.answers["killer"] = {dropped};
  post.submit(killer);
  post.run_until_empty();
  CHECK(post.said("mail-server-down") == 2);
}

TEST_CASE("a recipient who is refused as if all were is told apart from a server that refuses all", "[courier]") {
  Post post;
  auto filter = mail_of("filter");
  filter.to = "filtered@example.com";
  post.transport.answers["filter"] = {filtered, filtered, filtered};
  post.submit(filter);
  post.start();
  post.run_until([&] { return post.said("mail-server-down") == 1; });
  CHECK(post.said("mail-postponed filter") == 0);
  for (int i = 0; i < 3; ++i) {
    post.submit(mail_of("good"));
    post.run_until([&] { return post.said("mail-sent good") == i + 1; });
  }
  post.run_until_empty();
  CHECK(post.said("mail-server-down") == 1);
  CHECK(post.said("mail-server-up") == 1);
  CHECK(post.said("mail-sent filter") == 1);
}

namespace {

/// `count` messages to as many recipients, who are refused as if all were.
void submit_filtered(Post& post, int count) {
  for (int i = 0; i < count; ++i) {
    auto mail = mail_of("bad" + std::to_string(i));
    mail.to = mail.about + "@example.com";
    post.transport.answers[mail.about].assign(100, filtered);
    post.submit(mail);
  }
}

}  // namespace

TEST_CASE("after a recipient who is refused as if all were, others are tried in the same pause", "[courier]") {
  CourierLimits limits;
  limits.texts = GENERATE(std::size_t{1}, std::size_t{1000000});
  Post post{limits, patient_backoff};
  submit_filtered(post, 4);
  post.submit(mail_of("good"));
  post.start();
  post.run_until([&] { return post.said("mail-sent good") == 1; });
  CHECK(post.transport.tries == Strings{"bad0", "bad1", "bad2", "bad3", "good"});
  CHECK(post.said("mail-server-down") == 1);
  CHECK(post.said("mail-server-up") == 1);
  post.submit(mail_of("good"));
  post.run_until([&] { return post.said("mail-sent good") == 2; });
}

TEST_CASE("a server that refuses every recipient is asked for a handful in each pause", "[courier]") {
  Post post{{}, patient_backoff};
  submit_filtered(post, 20);
  post.start();
  post.run_until([&] { return post.transport.tries.size() == 5; });
  for (int i = 0; i < 20; ++i) post.submit(mail_of("other"));
  post.transport.answers["other"].assign(100, filtered);
  post.loop.run_for(Duration{20});
  CHECK(post.transport.tries == Strings{"bad0", "bad1", "bad2", "bad3", "bad4"});
  CHECK(post.loop.poll() < 10);  // what waits keeps nothing busy
  CHECK(post.log == Strings{"mail-server-down"});
}

TEST_CASE("a recipient who was answered before is tried amid any number that are refused as if all were", "[courier]") {
  Post post{{}, patient_backoff};
  post.submit(mail_of("good"));
  post.start();
  post.run_until_empty();
  submit_filtered(post, 50);
  post.run_until([&] { return post.transport.tries.size() == 6; });
  post.loop.run_for(Duration{20});
  CHECK(post.transport.tries.size() == 6);
  post.submit(mail_of("good"));
  post.run_until([&] { return post.said("mail-sent good") == 2; });
  CHECK(post.transport.tries[6] == "good");
}

TEST_CASE("a server that is gone is not asked for other recipients", "[courier]") {
  Post post{{}, patient_backoff};
  submit_filtered(post, 3);
  post.transport.answers["bad1"] = {down};
  post.start();
  post.run_until([&] { return post.transport.tries.size() == 2; });
  post.loop.run_for(Duration{20});
  CHECK(post.transport.tries == Strings{"bad0", "bad1"});
}

TEST_CASE("what is not in memory is read from the outbox before its turn, in order", "[courier]") {
  CourierLimits limits;
  limits.texts = 1000;
  Post post{limits};
  Strings jobs;
  for (int i = 0; i < 100; ++i) {
    jobs.push_back(std::to_string(i));
    post.submit(mail_of(jobs.back(), 100));
  }
  post.start();
  post.run_until_empty();
  CHECK(post.transport.tries == jobs);
  CHECK(post.outbox.reads.size() == 95);  // the young have half of the room
  CHECK(post.outbox.texts.empty());
}

TEST_CASE("a message larger than the memory is brought away all the same", "[courier]") {
  CourierLimits limits;
  limits.texts = 1000;
  Post post{limits};
  for (const auto* job : {"a", "b", "c"}) post.submit(mail_of(job, 5000));
  post.start();
  post.run_until_empty();
  CHECK(post.transport.tries == Strings{"a", "b", "c"});
}

TEST_CASE("an outbox that does not answer holds up only what is in it alone", "[courier]") {
  CourierLimits limits;
  limits.texts = 1000;
  Post post{limits};
  post.outbox.hangs = true;
  for (const auto* job : {"a", "b", "c"}) post.submit(mail_of(job, 400));
  post.start();
  post.run_until([&] { return post.courier.waiting() == 2; });
  post.submit(mail_of("young", 1));
  post.run_until([&] { return post.said("mail-sent young") == 1; });
  CHECK(post.transport.tries == Strings{"a", "young"});
  CHECK(post.courier.waiting() == 2);
}

TEST_CASE("mail that can't be read now comes later, and that is said once", "[courier]") {
  CourierLimits limits;
  limits.texts = 1;
  Post post{limits, {Duration{1}, Duration{16}, 0x80000000U}};
  for (const auto* job : {"a", "b", "c"}) post.submit(mail_of(job));
  post.outbox.unreadable = true;
  post.start();
  post.run_until([&] { return post.said("mail-postponed b") > 1; });
  CHECK(post.reason_of.contains("mail-postponed b"));
  CHECK(post.loud == Strings{"mail-postponed b"});
  post.outbox.unreadable = false;
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 3);
}

TEST_CASE("mail whose text is gone is lost, and said", "[courier]") {
  Post post;
  auto [owed, text] = post.outbox.add(mail_of("a"));
  post.outbox.texts.clear();
  post.courier.take(owed);
  post.start();
  post.run_until([&] { return post.said("mail-lost a") == 1; });
  CHECK(post.reason_of["mail-lost a"] == "its text was lost with the state file");
  CHECK(post.courier.waiting() == 0);
}

TEST_CASE("mail is not too old for a courier that has just begun", "[courier]") {
  CourierLimits limits;
  limits.longest_stay = Duration{0};
  Post post{limits};
  post.transport.answers["a"] = {down, greylisted};
  post.submit(mail_of("a"));
  post.start();
  post.run_until([&] { return post.said("mail-sent a") == 1; });
  CHECK(post.said("mail-lost a") == 0);
}

TEST_CASE("mail that is not taken for too long is given up", "[courier]") {
  CourierLimits limits;
  limits.longest_stay = limits.first_hour = Duration{0};
  for (const auto& trouble : {down, greylisted}) {
    Post post{limits};
    post.transport.answers["a"] = {trouble, trouble, trouble, trouble, trouble};
    post.submit(mail_of("a"));
    post.start();
    post.run_until([&] { return post.said("mail-lost a") == 1; });
    CHECK(post.reason_of["mail-lost a"] == (trouble.reason == down.reason ? "" : "451 later; ") + "not taken for 0s"s);
    CHECK(post.courier.waiting() == 0);
  }
}

TEST_CASE("a refusal that may pass holds up no other, is told once and tried again", "[courier]") {
  Post post;
  post.transport.answers["a"] = {greylisted, unclear, unclear};
  for (const auto* job : {"a", "b"}) post.submit(mail_of(job));
  post.start();
  post.run_until_empty();
  CHECK(post.transport.tries == Strings{"a", "b", "a", "a", "a"});
  CHECK(post.loud == Strings{"mail-postponed a", "mail-postponed a"});  // when it becomes so, too
  CHECK(post.said("mail-postponed a") == 3);
  CHECK(post.courier.counters().sent == 2);
}

TEST_CASE("connections that break for some recipients hold up no other, if the server took nothing yet", "[courier]") {
  Post post{{}, {Duration{20}, far_off, 0}};
  for (int i = 0; i < 15; ++i) {
    const auto job = std::to_string(i);
    post.transport.answers[job] = {dropped, dropped, dropped, dropped};
    auto mail = mail_of(job);
    mail.to = job + "@x";
    post.submit(mail);
  }
  post.submit(mail_of("good"));
  post.start();
  post.run_until([&] { return post.said("mail-sent good") == 1; });
  CHECK(post.transport.tries.size() <= 16);
  CHECK(post.said("mail-server-down") + post.said("mail-retry") <= 4);
}

TEST_CASE("the connection is closed after a short idle time", "[courier]") {
  CourierLimits limits;
  limits.idle = Duration{1};
  Post post{limits};
  post.submit(mail_of("a"));
  post.start();
  post.run_until([&] { return post.transport.closed == 1; });
  CHECK(post.transport.tries == Strings{"a"});

  Post busy{{}, {Duration{1}, Duration{1}, 0}};
  busy.submit(mail_of("a"));
  busy.start();
  busy.run_until_empty();
  busy.loop.poll();
  CHECK(busy.transport.closed == 0);
}
