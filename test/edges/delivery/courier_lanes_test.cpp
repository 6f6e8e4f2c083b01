// Deliveries that take long hold up no other; a server that is quick never sees two at a time.
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

constexpr Backoff patient{far_off, far_off, 0};

CourierLimits impatient() {
  CourierLimits limits;
  limits.stall = Duration{1};
  return limits;
}

}  // namespace

TEST_CASE("a message that the server says nothing to holds up no other", "[courier_lanes]") {
  Post post{impatient(), patient};
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
  Post post{limits, patient};
  post.transport.mute = {"silent"};
  post.submit(mail_of("silent"));
  post.submit(mail_of("b"));
  post.start();
  post.loop.poll();
  CHECK(post.transport.tries == Strings{"silent"});
  CHECK(post.courier.waiting() == 2);
}

TEST_CASE("four deliveries go on at a time, not more", "[courier_lanes]") {
  Post post{impatient(), patient};
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

TEST_CASE("a server that takes others is not blamed for the message that it says nothing to", "[courier_lanes]") {
  for (const auto& trouble : {dropped, down}) {
    Post post{impatient(), patient};
    post.transport.mute = {"silent"};
    post.transport.answers["silent"] = {trouble};
    const MailId silent = post.submit(mail_of("silent"));
    post.submit(mail_of("b"));
    post.start();
    post.run_until([&] { return post.said("mail-sent b") == 1; });
    post.transport.answer();
    post.run_until([&] { return post.outbox.next_tries.count(silent) > 0; });
    CHECK(post.outbox.next_tries[silent].attempts == 1);
    CHECK(post.outbox.next_tries[silent].server_failures == 0);
    CHECK(post.loud == Strings{"mail-postponed silent"});
    post.submit(mail_of("c"));
    post.run_until([&] { return post.said("mail-sent c") == 1; });
  }
}

TEST_CASE("deliveries that fail together are one failure of the server", "[courier_lanes]") {
  Post post{impatient(), patient};
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
  Post post{limits, patient};
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
  Post post{impatient(), patient};
  post.transport.mute = {"a", "b"};
  for (const auto* job : {"a", "b", "c"}) post.submit(mail_of(job));
  post.start();
  run(post.loop, post.courier.flush(std::chrono::steady_clock::now() + Duration{300}));
  CHECK(post.courier.counters().sent == 1);
  CHECK(post.courier.leave() == 2);
  CHECK(post.courier.waiting() == 0);
  post.stop.emit(boost::asio::cancellation_type::terminal);
  post.loop.restart();
  post.loop.run();  // returns: every lane was told
  CHECK(post.loud.empty());
}
