#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "acron/runtime/loop/task_group.hpp"
#include "support/recorded_log.hpp"
#include "support/test_loop.hpp"

using namespace acron;

namespace {

Task<> count(int& counter) {
  ++counter;
  co_return;
}

Task<> fail() {
  throw std::runtime_error("disk on fire");
  co_return;
}

Task<> wait_for_ever(TestLoop& loop) {
  boost::asio::steady_timer timer(loop.context());
  timer.expires_at(boost::asio::steady_timer::time_point::max());
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace

TEST_CASE("a task that throws is logged with its name and ends alone", "[task_group]") {
  RecordedLog log;
  TestLoop loop;
  TaskGroup tasks(loop.executor());
  int counter = 0;
  tasks.start("doomed", fail());
  tasks.start("counter", count(counter));
  loop.run_ready();
  CHECK(counter == 1);
  CHECK(tasks.size() == 0);
  CHECK(log.count("event=fault", "task=doomed", "disk on fire") == 1);
}

TEST_CASE("the failure of a task is told to who wants to know, behind its log line", "[task_group]") {
  RecordedLog log;
  TestLoop loop;
  TaskGroup tasks(loop.executor());
  int counter = 0, failures = 0;
  const auto failed = [&] { failures += log.count("event=fault", "task=doomed") == 1 ? 1 : 100; };
  tasks.start("counter", count(counter), failed);
  tasks.start("waiter", wait_for_ever(loop), failed);
  loop.run_ready();
  tasks.cancel();
  loop.run_ready();
  CHECK(failures == 0);
  tasks.start("doomed", fail(), failed);
  loop.run_ready();
  CHECK(failures == 1);
}

TEST_CASE("cancelling a group ends its tasks in silence", "[task_group]") {
  RecordedLog log;
  TestLoop loop;
  TaskGroup tasks(loop.executor());
  for (int i = 0; i < 3; ++i) tasks.start("waiter", wait_for_ever(loop));
  loop.run_ready();
  REQUIRE(tasks.size() == 3);
  tasks.cancel();
  loop.run_ready();
  CHECK(tasks.size() == 0);
  CHECK(log.lines().empty());
}

TEST_CASE("the tasks of a group that is gone end when the loop next runs", "[task_group]") {
  RecordedLog log;
  TestLoop loop;
  {
    TaskGroup tasks(loop.executor());
    tasks.start("waiter", wait_for_ever(loop));
    loop.run_ready();
  }
  loop.context().restart();
  CHECK(loop.context().run_for(std::chrono::seconds(60)) > 0);
  CHECK(loop.context().stopped());  // out of work: nobody waits any more
}
