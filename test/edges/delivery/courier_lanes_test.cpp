// Deliveries that take long hold up no other; a server that is quick never sees two at a time.
#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

#include "acron/edges/delivery/courier.hpp"
#include "loop.hpp"
#include "post.hpp"

using namespace acron;
using namespace acron::test;
using Strings = std::vector<std::string>;

namespace {

OutgoingMail mail_of_job_to(const std::string& recipient, const std::string& job) {
  auto mail = mail_of(job);
  mail.to = recipient;
  return mail;
}

CourierLimits impatient() {
  CourierLimits limits;
  limits.stall = Duration{1};
  return limits;
}

}  // namespace

TEST_CASE("a message that the server says nothing to holds up no other", "[courier_lanes]") {
  Post post{impatient(), patient_backoff};
  post.transport.mute = {"silent"};
  for (const auto* job : {"silent", "b", "c", "d"}) post.submit(mail_of(job));
  post.start();
  post.run_until([&] { return post.courier.waiting() == 1; });
  CHECK(post.transport.tries == Strings{"silent", "b", "c", "d"});
  post.submit(mail_of("e"));
  post.run_until([&] { return post.said("mail-sent e") == 1; });
  post.transport.answer();
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 5);
  CHECK(post.loud.empty());
}

TEST_CASE("no second delivery begins before the first takes too long", "[courier_lanes]") {
  CourierLimits limits;
  limits.stall = far_off;
  Post post{limits, patient_backoff};
  post.transport.mute = {"silent"};
  post.submit(mail_of("silent"));
  post.submit(mail_of("b"));
  post.start();
  post.loop.poll();
  CHECK(post.transport.tries == Strings{"silent"});
  CHECK(post.courier.waiting() == 2);
}

TEST_CASE("four deliveries go on at a time, not more", "[courier_lanes]") {
  Post post{impatient(), patient_backoff};
  post.transport.hangs = true;
  for (const auto* job : {"a", "b", "c", "d", "e", "f"}) post.submit(mail_of(job));
  post.start();
  post.run_until([&] { return post.transport.tries.size() == 4; });
  post.loop.run_for(Duration{20});
  CHECK(post.transport.tries.size() == 4);
  CHECK(post.courier.waiting() == 6);
  post.transport.hangs = false;
  post.transport.answer();
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 6);
}

TEST_CASE("messages that hang because of their recipient starve no other recipient", "[courier_lanes]") {
  Post post{impatient(), patient_backoff};
  for (const auto* job : {"a", "b", "c", "d", "e"}) {
    post.transport.mute.insert(job);
    post.submit(mail_of_job_to("hangs@example.com", job));
  }
  post.submit(mail_of_job_to("mark@example.com", "good"));
  post.start();
  post.run_until([&] { return post.said("mail-sent good") == 1 && post.transport.tries.size() == 5; });
  CHECK(post.transport.tries == Strings{"a", "good", "b", "c", "d"});  // before those that would hang, too
  for (const auto* job : {"f", "g"}) {
    post.submit(mail_of_job_to("mark@example.com", job));
    post.run_until([&] { return post.said("mail-sent " + std::string{job}) == 1; });
  }
  CHECK(post.courier.waiting() == 5);
  post.transport.mute.clear();
  post.transport.answer();
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 8);
}

TEST_CASE("messages that hang because of their recipient leave memory to others", "[courier_lanes]") {
  CourierLimits limits = impatient();
  limits.texts = 100;
  Post post{limits, patient_backoff};
  for (int i = 0; i < 20; ++i) {
    const auto job = std::to_string(i);
    post.transport.mute.insert(job);
    post.submit(mail_of_job_to("hangs@example.com", job));
  }
  post.submit(mail_of_job_to("mark@example.com", "good"));
  post.start();
  post.run_until([&] { return post.said("mail-sent good") == 1 && post.transport.tries.size() == 5; });
  post.submit(mail_of_job_to("mark@example.com", "better"));
  post.run_until([&] { return post.said("mail-sent better") == 1; });
  CHECK(post.courier.waiting() == 20);
  post.transport.mute.clear();
  post.transport.answer();
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 22);
}

TEST_CASE("what waits for a recipient whose messages hang keeps nothing busy", "[courier_lanes]") {
  CourierLimits limits = impatient();
  limits.texts = 100;  // some wait in the outbox alone
  Post post{limits, patient_backoff};
  post.transport.hangs = true;
  for (int i = 0; i < 20; ++i) post.submit(mail_of(std::to_string(i)));
  post.start();
  post.run_until([&] { return post.transport.tries.size() == 4; });
  post.loop.run_for(Duration{50});  // until all that can be read is read
  CHECK(post.loop.poll() < 10);
  CHECK(post.transport.tries.size() == 4);
  post.transport.hangs = false;
  post.transport.answer();
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 20);
}

TEST_CASE("six deliveries go on at a time to whomever, not more", "[courier_lanes]") {
  Post post{impatient(), patient_backoff};
  post.transport.hangs = true;
  for (const auto* job : {"a", "b", "c", "d", "e", "f", "g", "h"})
    post.submit(mail_of_job_to(std::string{job} + "@x", job));
  post.start();
  post.run_until([&] { return post.transport.tries.size() == 6; });
  post.loop.run_for(Duration{20});
  CHECK(post.transport.tries.size() == 6);
  post.transport.hangs = false;
  post.transport.answer();
  post.run_until_empty();
}

TEST_CASE("recipients whose messages hung have one connection together, and all others go beside it",
          "[courier_lanes]") {
  Post post{impatient(), {Duration{20}, Duration{20}, 0}};
  for (const auto* job : {"a", "b", "c", "d", "e", "f"}) {
    post.transport.mute.insert(job);
    post.transport.answers[job] = {dropped};
    post.submit(mail_of_job_to(std::string{job} + "@x", job));
  }
  post.start();
  post.run_until([&] { return post.transport.tries.size() == 6; });
  post.transport.answer();
  post.run_until([&] { return post.transport.tries.size() == 7; });
  post.loop.run_for(Duration{50});
  CHECK(post.transport.tries.size() == 7);
  for (const auto* job : {"good", "better", "best"}) {
    post.submit(mail_of_job_to("mark@example.com", job));
    post.run_until([&] { return post.said("mail-sent " + std::string{job}) == 1; });
  }
  post.loop.run_for(Duration{50});
  CHECK(post.transport.tries.size() == 10);
  CHECK(post.loop.poll() < 10);  // what waits keeps nothing busy
  post.transport.mute.clear();
  post.transport.answer();
  post.run_until_empty();
  CHECK(post.courier.counters().sent == 9);
}

TEST_CASE("recipients who were answered before wait for none whose message hangs, however many those are",
          "[courier_lanes]") {
  CourierLimits limits = impatient();
  limits.stall = limits.stall_of_one = Duration{20};
  Post post{limits, patient_backoff};
  post.transport.greets = true;
  post.submit(mail_of_job_to("mark@example.com", "known"));
  post.start();
  post.run_until_empty();
  for (int i = 0; i < 9; ++i) {
    const auto job = std::to_string(i);
    post.transport.mute.insert(job);
    post.submit(mail_of_job_to(job + "@x", job));
  }
  post.run_until([&] { return post.transport.tries.size() == 3; });
  for (int i = 0; i < 50; ++i) {
    const auto job = "good" + std::to_string(i);
    const auto begun = post.transport.tries.size();
    post.submit(mail_of_job_to("mark@example.com", job));
    post.run_until([&] { return post.said("mail-sent " + job) == 1; });
    CHECK(post.transport.tries.size() <= begun + 2);  // itself, and at most one that hangs
    post.loop.run_for(Duration{5});
  }
  CHECK(post.courier.waiting() == 9);
  CHECK(post.transport.tries.size() == 1 + 50 + 5);
  post.transport.mute.clear();
  post.transport.answer();
  post.run_until_empty();
}

TEST_CASE("beside a new recipient one who was answered before waits for a moment only", "[courier_lanes]") {
  CourierLimits limits;
  limits.stall = far_off;
  limits.stall_of_one = Duration{1};
  Post post{limits, patient_backoff};
  post.transport.greets = GENERATE(true, false);
  post.submit(mail_of_job_to("mark@example.com", "known"));
  post.start();
  post.run_until_empty();
  post.transport.mute = {"new"};
  post.submit(mail_of_job_to("new@x", "new"));
  post.submit(mail_of_job_to("other@x", "other"));
  post.submit(mail_of_job_to("mark@example.com", "good"));
  post.loop.run_for(Duration{50});
  if (post.transport.greets) CHECK(post.transport.tries == Strings{"known", "new", "good"});
  // The server itself is slow.
  if (!post.transport.greets) CHECK(post.transport.tries == Strings{"known", "new"});
  post.transport.answer();
  post.run_until_empty();
}

TEST_CASE("while a message hangs, those that were not tried yet come first, also after a restart", "[courier_lanes]") {
  Post post{impatient(), patient_backoff};
  post.transport.greets = true;
  post.transport.mute = {"a", "b"};
  const auto a = post.submit(mail_of_job_to("a@x", "a"));
  post.submit(mail_of_job_to("b@x", "b"));
  post.start();
  post.run_until([&] { return post.transport.tries.size() == 2; });
  CHECK(post.outbox.next_tries[a].attempts == 1);  // hung
  for (const auto* job : {"old", "older"}) {
    auto [owed, text] = post.outbox.add(mail_of_job_to(std::string{job} + "@x", job));
    owed.attempts = 1;
    post.courier.take(owed, text);
  }
  post.submit(mail_of_job_to("new@x", "new"));
  post.run_until([&] { return post.courier.waiting() == 2; });
  CHECK(post.transport.tries == Strings{"a", "b", "new", "old", "older"});
  post.transport.mute.clear();
  post.transport.answer();
  post.run_until_empty();
}

TEST_CASE("nobody waits for a recipient whose messages went wrong before", "[courier_lanes]") {
  CourierLimits limits;
  limits.stall = far_off;
  Post post{limits, {Duration{20}, Duration{20}, 0}};
  post.transport.answers["a"] = {dropped};
  post.submit(mail_of_job_to("a@x", "a"));
  post.start();
  post.run_until([&] { return post.said("mail-server-down") == 1; });
  post.transport.mute = {"a"};
  post.run_until([&] { return post.transport.tries.size() == 2; });
  post.submit(mail_of_job_to("mark@example.com", "good"));
  post.run_until([&] { return post.said("mail-sent good") == 1; });
  CHECK(post.transport.tries == Strings{"a", "a", "good"});
  post.transport.mute.clear();
  post.transport.answer();
  post.run_until_empty();
}

TEST_CASE("a recipient whose message is answered again is one like others", "[courier_lanes]") {
  Post post{impatient(), {Duration{20}, Duration{20}, 0}};
  for (const auto* job : {"a", "b"}) {
    post.transport.answers[job] = {dropped};
    post.submit(mail_of_job_to(std::string{job} + "@x", job));
  }
  post.start();
  post.run_until_empty();
  post.transport.hangs = true;
  for (const auto* job : {"a", "b"}) post.submit(mail_of_job_to(std::string{job} + "@x", job));
  post.run_until([&] { return post.transport.tries.size() == 6; });
  post.transport.hangs = false;
  post.transport.answer();
  post.run_until_empty();
}

TEST_CASE("a server that takes others is not blamed for the message that it says nothing to", "[courier_lanes]") {
  for (const auto& trouble : {dropped, down}) {
    Post post{impatient(), patient_backoff};
    post.transport.mute = {"silent"};
    post.transport.answers["silent"] = {trouble};
    const MailId silent = post.submit(mail_of("silent"));
    post.submit(mail_of("b"));
    post.start();
    post.run_until([&] { return post.said("mail-sent b") == 1; });
    post.transport.answer();
    post.run_until([&] { return post.said("mail-postponed silent") == 1; });
    CHECK(post.outbox.next_tries[silent].attempts == 1);
    CHECK(post.outbox.next_tries[silent].server_failures == 0);
    CHECK(post.loud == Strings{"mail-postponed silent"});
    post.submit(mail_of("c"));
    post.run_until([&] { return post.said("mail-sent c") == 1; });
  }
}

TEST_CASE("deliveries that fail together are one failure of the server", "[courier_lanes]") {
  Post post{impatient(), patient_backoff};
  post.transport.hangs = true;
  for (const auto* job : {"a", "b", "c"}) {
    post.transport.answers[job] = {down};
    post.submit(mail_of(job));
  }
  post.start();
  post.run_until([&] { return post.transport.tries.size() == 3; });
  post.transport.answer();
  post.run_until([&] { return post.outbox.next_tries.size() == 3; });
  CHECK(post.log == Strings{"mail-server-down"});
  for (const auto& [id, next] : post.outbox.next_tries) CHECK(next.server_failures == 1);
}

TEST_CASE("a server that is down gets one try at a time, however long that takes", "[courier_lanes]") {
  Post post{impatient(), {Duration{20}, Duration{20}, 0}};
  post.transport.answers["a"] = {down};
  for (const auto* job : {"a", "b", "c"}) post.submit(mail_of(job));
  post.start();
  post.run_until([&] { return post.said("mail-server-down") == 1; });
  post.transport.hangs = true;
  post.run_until([&] { return post.transport.tries.size() == 2; });
  post.loop.run_for(Duration{20});
  CHECK(post.transport.tries.size() == 2);
  post.transport.hangs = false;
  post.transport.answer();
  post.run_until_empty();
  CHECK(post.said("mail-server-up") == 1);
  CHECK(post.courier.counters().sent == 3);
}

TEST_CASE("a try of a server that is down holds up other recipients no longer than any delivery", "[courier_lanes]") {
  CourierLimits limits = impatient();
  limits.texts = GENERATE(std::size_t{1}, std::size_t{1000000});
  Post post{limits, {Duration{20}, Duration{20}, 0}};
  post.transport.answers["drop"] = {dropped};
  post.transport.mute = {"hang"};
  for (const auto* job : {"drop", "hang", "a", "b"}) post.submit(mail_of_job_to(std::string{job} + "@x", job));
  post.start();
  post.run_until([&] { return post.courier.waiting() == 1; });
  CHECK(post.said("mail-server-up") == 1);
  CHECK(post.courier.counters().sent == 3);
}

TEST_CASE("a try that hangs does not hold up recipients who were refused as if all were", "[courier_lanes]") {
  for (const bool hung_before : {false, true}) {
    Post post{impatient(), {Duration{20}, Duration{20}, 0}};
    for (const auto* job : {"a", "b", "c"}) post.transport.answers[job] = {filtered};
    if (hung_before) post.transport.answers["hang"] = {dropped};
    for (const auto* job : {"hang", "a", "b", "c"}) post.submit(mail_of_job_to(std::string{job} + "@x", job));
    if (!hung_before) post.transport.mute = {"hang"};
    post.start();
    post.run_until([&] { return post.transport.tries.size() >= 4; });
    post.transport.mute = {"hang"};
    post.run_until([&] { return post.courier.waiting() == 1; });
    CHECK(post.courier.counters().sent == 3);
    CHECK(post.said("mail-server-up") == 1);
  }
}

TEST_CASE("a server that is down and silent gets two tries at a time, one that greets as many as any other",
          "[courier_lanes]") {
  for (const bool greets : {false, true}) {
    Post post{impatient(), {Duration{20}, Duration{20}, 0}};
    post.transport.greets = greets;
    post.transport.answers["drop"] = {dropped};
    post.submit(mail_of_job_to("drop@x", "drop"));
    post.start();
    post.run_until([&] { return post.said("mail-server-down") == 1; });
    post.transport.hangs = true;
    for (int i = 0; i < 4; ++i) {
      for (const auto* job : {"a", "b", "c", "d", "e", "f", "g"})
        post.submit(mail_of_job_to(std::string{job} + "@x", job));
    }
    const std::size_t tries = 1 + (greets ? 6 : 2);
    post.run_until([&] { return post.transport.tries.size() == tries; });
    post.loop.run_for(Duration{50});
    CHECK(post.transport.tries.size() == tries);
    CHECK(std::set<std::string>(post.transport.tries.begin(), post.transport.tries.end()).size() == tries);
    CHECK(post.loop.poll() < 10);  // what waits keeps nothing busy
    post.transport.hangs = false;
    post.transport.answer();
    post.run_until_empty();
    CHECK(post.said("mail-server-up") == 1);
  }
}

TEST_CASE("a try that began before the server went down does not hold up the next", "[courier_lanes]") {
  Post post{impatient(), {Duration{20}, Duration{20}, 0}};
  post.transport.mute = {"silent"};
  post.transport.answers["b"] = {down};
  for (const auto* job : {"silent", "b", "c"}) post.submit(mail_of(job));
  post.start();
  post.run_until([&] { return post.courier.waiting() == 1; });
  CHECK(post.said("mail-server-up") == 1);
  CHECK(post.courier.counters().sent == 2);
}

TEST_CASE("all connections are closed after a short idle time, and are had again", "[courier_lanes]") {
  auto limits = impatient();
  limits.idle = Duration{1};
  Post post{limits, patient_backoff};
  post.transport.mute = {"silent"};
  post.submit(mail_of("silent"));
  post.submit(mail_of("b"));
  post.start();
  post.run_until([&] { return post.transport.closed == 1; });
  post.transport.answer();
  post.run_until([&] { return post.transport.closed == 2; });
  post.submit(mail_of("silent"));
  post.submit(mail_of("c"));
  post.run_until([&] { return post.said("mail-sent c") == 1; });
  CHECK(post.courier.waiting() == 1);
}

TEST_CASE("a flush ends with what hangs in the outbox, and all that hangs is let go", "[courier_lanes]") {
  Post post{impatient(), patient_backoff};
  post.transport.mute = {"a", "b"};
  for (const auto* job : {"a", "b", "c"}) post.submit(mail_of(job));
  post.start();
  run(post.loop, post.courier.flush(std::chrono::steady_clock::now() + Duration{300}));
  CHECK(post.courier.counters().sent == 1);
  CHECK(post.courier.leave().size() == 2);
  CHECK(post.courier.waiting() == 0);
  post.stop.emit(boost::asio::cancellation_type::terminal);
  post.loop.restart();
  post.loop.run();  // returns: every lane was told
  CHECK(post.loud.empty());
}
