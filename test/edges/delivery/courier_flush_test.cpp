#include "acron/edges/delivery/courier.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "loop.hpp"
#include "post.hpp"

using namespace acron;
using namespace acron::test;
namespace asio = boost::asio;
using Strings = std::vector<std::string>;

TEST_CASE("a flush brings away what waits and ends the courier", "[courier]") {
  Post post{{}, {far_off, far_off, 0}};
  post.transport.answers["a"] = {down};
  post.submit(mail_of("a"));
  post.submit(mail_of("b"));
  post.start();
  post.run_until([&] { return post.said("mail-server-down") == 1; });
  run(post.loop, post.courier.flush(std::chrono::steady_clock::now() + far_off));
  CHECK(post.courier.counters().sent == 2);
  CHECK(post.courier.leave().size() == 0);
}

TEST_CASE("a flush that finds nothing to do ends the courier at once", "[courier]") {
  Post post;
  post.start();
  post.loop.poll();
  run(post.loop, post.courier.flush(std::chrono::steady_clock::now() + far_off));
  post.loop.restart();
  post.loop.run();  // returns: nothing is left to wait for
  CHECK(post.transport.closed == 1);
}

TEST_CASE("what a flush can't bring away stays in the outbox", "[courier]") {
  Post post{{}, {far_off, far_off, 0}};
  post.transport.answers["a"] = {down, down};
  post.transport.answers["b"] = {down, down};
  post.submit(mail_of("a"));
  post.submit(mail_of("b"));
  post.start();
  // Not until then: the next try would come later.
  run(post.loop, post.courier.flush(std::chrono::steady_clock::now() + std::chrono::minutes{15}));
  CHECK(post.transport.tries.size() == 2);  // one before the flush, one by it
  CHECK(post.courier.leave().size() == 2);
  CHECK(post.courier.waiting() == 0);
  CHECK(post.courier.counters().lost == 0);
  CHECK(post.outbox.texts.size() == 2);
  post.loop.restart();
  post.loop.run();
}

TEST_CASE("a message that hangs at a stop leaves time for the others", "[courier]") {
  CourierLimits limits;
  limits.stall = far_off;
  limits.stall_at_stop = Duration{1};
  Post post{limits, {far_off, far_off, 0}};
  post.transport.mute = {"silent"};
  for (const auto* job : {"silent", "b", "c"}) post.submit(mail_of(job));
  post.start();
  run(post.loop, post.courier.flush(std::chrono::steady_clock::now() + Duration{500}));
  CHECK(post.courier.counters().sent == 2);
  CHECK(post.courier.leave().size() == 1);
  post.stop.emit(asio::cancellation_type::terminal);
  post.loop.restart();
  post.loop.run();
}

TEST_CASE("a flush does not wait for a server that hangs", "[courier]") {
  Post post;
  post.transport.hangs = true;
  post.submit(mail_of("a"));
  post.submit(mail_of("b"));
  post.start();
  run(post.loop, post.courier.flush(std::chrono::steady_clock::now() + std::chrono::milliseconds{10}));
  CHECK(post.courier.leave().size() == 2);
  CHECK(post.courier.leave().size() == 0);
  post.stop.emit(asio::cancellation_type::terminal);
  post.loop.restart();
  post.loop.run();
  CHECK(post.loud.empty());
  // Taken after all, at the last moment: it is not to be sent again. The other one is.
  CHECK(post.outbox.texts.size() == 1);
}

TEST_CASE("a courier that is cancelled keeps what it had in hand and blames no server", "[courier]") {
  Post post;
  post.transport.hangs = true;
  post.transport.answers["a"] = {down};
  post.submit(mail_of("a"));
  post.start();
  post.run_until([&] { return !post.transport.tries.empty(); });
  post.stop.emit(asio::cancellation_type::terminal);
  post.loop.restart();
  post.loop.run();
  CHECK(post.log.empty());
  CHECK(post.courier.waiting() == 1);
  CHECK(post.courier.leave().size() == 1);
  CHECK(post.outbox.texts.size() == 1);
}
