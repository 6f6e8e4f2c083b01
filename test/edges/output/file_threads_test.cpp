#include "acron/edges/output/file_threads.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "acron/runtime/loop/task_group.hpp"
#include "support/test_loop.hpp"

namespace acron {
namespace {

/// Threads for files, and what they have answered.
struct ThreadDesk {
  explicit ThreadDesk(Duration patience) : threads(patience) { threads.answer_on(loop.executor()); }
  ~ThreadDesk() { threads.join(); }

  Task<> ask(FileThreads::Order order, std::string directory, std::function<void()> work, std::optional<bool>& answer) {
    answer = co_await threads.carry_out(order, std::move(directory), std::move(work));
  }
  /// Does not wait for the answer.
  void begin(const std::string& directory, std::function<void()> work, std::optional<bool>& answer) {
    tasks.start("work", ask(threads.new_order(), directory, std::move(work), answer));
  }
  /// Whether the file system has answered.
  bool carry_out(const std::string& directory, std::function<void()> work) {
    std::optional<bool> answer;
    begin(directory, std::move(work), answer);
    REQUIRE(loop.run_until([&] { return answer.has_value(); }));
    return *answer;
  }

  FileThreads threads;
  TestLoop loop;
  TaskGroup tasks{loop.executor()};
};

TEST_CASE("a file that does not answer is given up, and its directory until it does", "[file_threads]") {
  ThreadDesk desk(Duration(50));
  std::promise<void> back;
  bool done = false, done_elsewhere = false, done_beside = false, done_later = false;
  CHECK_FALSE(desk.carry_out("/gone/", [&, wait = back.get_future().share()] {
    wait.wait();
    done = true;
  }));
  CHECK(desk.threads.is_silent("/gone/"));
  CHECK(desk.carry_out("/here/", [&] { done_elsewhere = true; }));
  CHECK(done_elsewhere);
  CHECK_FALSE(desk.carry_out("/gone/", [&] { done_beside = true; }));
  back.set_value();
  REQUIRE(desk.loop.run_until([&] { return !desk.threads.is_silent("/gone/"); }));
  CHECK(done);
  CHECK_FALSE(done_beside);
  CHECK(desk.carry_out("/gone/", [&] { done_later = true; }));
  CHECK(done_later);
}

TEST_CASE("files that do not answer hold up no other, however many they are", "[file_threads]") {
  ThreadDesk desk(std::chrono::hours(1));
  std::promise<void> back;
  const auto wait = back.get_future().share();
  std::vector<std::optional<bool>> answers(3 * FileThreads::usual_threads);
  for (auto& answer : answers)
    desk.begin(
        "/gone/", [wait] { wait.wait(); }, answer);
  CHECK(desk.carry_out("/here/", [] {}));
  CHECK(desk.threads.is_waited_for());
  back.set_value();
  REQUIRE(desk.loop.run_until([&] { return !desk.threads.is_waited_for(); }));
  for (const auto& answer : answers) CHECK(answer == true);
}

TEST_CASE("nor do more files of one directory than there can be threads", "[file_threads]") {
  ThreadDesk desk(std::chrono::hours(1));
  std::promise<void> back;
  const auto wait = back.get_future().share();
  for (int i = 0; i < 300; ++i) desk.threads.begin(desk.threads.new_order(), "/gone/", [wait] { wait.wait(); });
  CHECK(desk.carry_out("/here/", [] {}));
  back.set_value();
  CHECK(desk.carry_out("/gone/", [] {}));
}

TEST_CASE("what nobody waits for any more is not done if it has not begun", "[file_threads]") {
  ThreadDesk desk(Duration(50));
  std::promise<void> back;
  bool done = false;
  std::optional<bool> first, second, last;
  const auto order = desk.threads.new_order();
  desk.tasks.start("first", desk.ask(
                                order, "/gone/", [wait = back.get_future().share()] { wait.wait(); }, first));
  desk.tasks.start("second", desk.ask(
                                 order, "/gone/", [&] { done = true; }, second));
  REQUIRE(desk.loop.run_until([&] { return first.has_value() && second.has_value(); }));
  CHECK((first == false && second == false));
  back.set_value();
  REQUIRE(desk.loop.run_until([&] { return !desk.threads.is_silent("/gone/"); }));
  desk.tasks.start("last", desk.ask(
                               order, "/gone/", [] {}, last));
  REQUIRE(desk.loop.run_until([&] { return last == true; }));
  CHECK_FALSE(done);
}

TEST_CASE("who waits for a file that hangs gives up soon once patience is lost", "[file_threads]") {
  ThreadDesk desk(std::chrono::hours(1));
  std::promise<void> back;
  std::optional<bool> answer;
  desk.begin(
      "/gone/", [wait = back.get_future().share()] { wait.wait(); }, answer);
  desk.loop.run_ready();
  desk.threads.lose_patience();
  REQUIRE(desk.loop.run_until([&] { return answer.has_value(); }));
  CHECK(answer == false);
  back.set_value();
}

}  // namespace
}  // namespace acron
