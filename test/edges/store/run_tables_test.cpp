#include "../src/edges/store/run_tables.hpp"

#include <catch2/catch.hpp>

#include "../src/edges/store/schema.hpp"
#include "store_support.hpp"

using namespace acron;
using namespace acron::test;

namespace {

struct Tables {
  Tables() {
    write_file(directory.path() + "/a.db", "");
    auto opened = Database::open(directory.path() + "/a.db");
    REQUIRE(opened.has_value());
    database = std::move(*opened);
    REQUIRE_FALSE(bring_up_to_date(*database));
  }
  ~Tables() { CHECK_FALSE(database->trouble()); }

  [[nodiscard]] std::vector<std::string> history() const {
    std::vector<std::string> ids;
    for (const PastRun& past : recent_runs(*database, std::nullopt, 1000)) ids.push_back(past.record.identity.id);
    return ids;
  }

  TemporaryDirectory directory;
  std::unique_ptr<Database> database;
};

}  // namespace

TEST_CASE("what is known of a job's last run comes back whole", "[run_tables]") {
  const Tables tables;
  const LastRuns all{
      {"web/cleanup", {at(600), "id-1", at(603), at(604), at(610), {19, at(4)}, at(700)}},
      {"only seen", {at(5), "", {}, {}, {}, {}, at(5)}},
  };
  for (const auto& [job, last] : all) put_last_run(*tables.database, job, last);
  CHECK(all_last_runs(*tables.database) == all);
  put_last_run(*tables.database, "only seen", all.at("web/cleanup"));
  CHECK(all_last_runs(*tables.database).at("only seen") == all.at("web/cleanup"));
  remove_last_run(*tables.database, "web/cleanup");
  CHECK(all_last_runs(*tables.database).size() == 1);
}

TEST_CASE("an open run comes back with its process and its limits, until it is removed", "[run_tables]") {
  const Tables tables;
  const RunRecord late = run_of("b", "id-2", at(20)), early = run_of("a", "id-9", at(10));
  put_open_run(*tables.database, {late.identity, at(15), TimeLimit{Duration(60'000), Duration(5'000)}, {}});
  put_open_run(*tables.database, {early.identity, at(5), {}, {}});
  put_process(*tables.database, "id-2", {4711, 18'446'744'073'709'551'615U, "b8e5-boot"});
  const auto open = all_open_runs(*tables.database);
  REQUIRE(open.size() == 2);
  CHECK(open.at(0).identity.id == "id-9");
  CHECK(open.at(0).identity.scheduled == early.identity.scheduled);
  CHECK(open.at(0).tick == at(5));
  CHECK_FALSE(open.at(0).time_limit);
  CHECK_FALSE(open.at(0).process);
  CHECK(open.at(1).identity.started == at(20));
  CHECK(open.at(1).time_limit == TimeLimit{Duration(60'000), Duration(5'000)});
  CHECK(open.at(1).process == ProcessIdentity{4711, 18'446'744'073'709'551'615U, "b8e5-boot"});
  remove_open_run(*tables.database, "id-2");
  CHECK(all_open_runs(*tables.database).size() == 1);
}

TEST_CASE("the failed attempts of an open run come back in order, and it has no process until the next one",
          "[run_tables]") {
  const Tables tables;
  put_open_run(*tables.database, {run_of("a", "id-1", at(10)).identity, at(5), {}, {}});
  put_open_run(*tables.database, {run_of("a", "id-2", at(20)).identity, at(15), {}, {}});
  put_process(*tables.database, "id-1", {4711, 5, "boot"});
  for (const std::size_t number : {2, 10, 1})
    put_failed_attempt(*tables.database, "id-1", number, {at(10), Duration(number), "exit status 3"});
  const auto open = all_open_runs(*tables.database);
  CHECK_FALSE(open.at(0).process);
  REQUIRE(open.at(0).failed_attempts.size() == 3);
  CHECK(open.at(0).failed_attempts.at(0).duration == Duration(1));
  CHECK(open.at(0).failed_attempts.at(2).duration == Duration(10));
  CHECK(open.at(0).failed_attempts.at(2).started == at(10));
  CHECK(open.at(0).failed_attempts.at(2).reason == "exit status 3");
  CHECK(open.at(1).failed_attempts.empty());
  remove_open_run(*tables.database, "id-1");
  CHECK(tables.database->number("SELECT count(*) FROM failed_attempt") == 0);
  put_open_run(*tables.database, open.at(0));
  CHECK(all_open_runs(*tables.database).at(0).failed_attempts.size() == 3);
  remove_open_runs(*tables.database);
  CHECK(all_open_runs(*tables.database).empty());
  CHECK(tables.database->number("SELECT count(*) FROM failed_attempt") == 0);
}

TEST_CASE("every way a run can end comes back from the history", "[run_tables]") {
  const Tables tables;
  const std::vector<Ending> endings{Exited{0}, Exited{255}, Signaled{9}, NotStarted{"no such file"}, NotStarted{""}};
  for (const Ending& ending : endings) {
    RunRecord record = run_of("a", "id", at(10), true);
    record.outcome.ending = ending;
    record.outcome.timed_out_after = Duration(60'000);
    record.outcome.output_left_open = true;
    record.outcome.stdout_bytes = std::uint64_t{5} << 40;
    record.outcome.stderr_bytes = 7;
    add_to_history(*tables.database, {at(5), record});
    const auto recent = recent_runs(*tables.database, "a", 1);
    REQUIRE(recent.size() == 1);
    const RunRecord& found = recent.front().record;
    CHECK(recent.front().tick == at(5));
    CHECK(found.outcome.ending == ending);
    CHECK(found.outcome.timed_out_after == Duration(60'000));
    CHECK(found.outcome.output_left_open);
    CHECK(found.outcome.stdout_bytes == std::uint64_t{5} << 40);
    CHECK(found.outcome.stderr_bytes == 7);
    CHECK(found.verdict.failed);
    CHECK(found.verdict.reason == "exit status 3");
    CHECK(found.duration == Duration(250));
    CHECK(found.identity.started == at(10));
  }
}

TEST_CASE("the recent runs are of one job or of all, the youngest first", "[run_tables]") {
  const Tables tables;
  for (const char* id : {"1", "2", "3"}) {
    add_to_history(*tables.database, {at(0), run_of("a", std::string("a") + id, at(0))});
    add_to_history(*tables.database, {at(0), run_of("b", std::string("b") + id, at(0))});
  }
  CHECK(tables.history() == std::vector<std::string>{"b3", "a3", "b2", "a2", "b1", "a1"});
  const auto two = recent_runs(*tables.database, "a", 2);
  REQUIRE(two.size() == 2);
  CHECK(two.at(0).record.identity.id == "a3");
  CHECK(two.at(1).record.identity.id == "a2");
  CHECK(recent_runs(*tables.database, "c", 2).empty());
}

TEST_CASE("a history is cut to its bounds from the old end, a little at a time", "[run_tables]") {
  struct Row {
    HistoryBounds bounds;
    std::size_t at_most;
    std::vector<std::string> left;
  };
  const std::vector<Row> rows{
      {{10, std::chrono::seconds(1000)}, 100, {"5", "4", "3", "2", "1"}},
      {{2, std::chrono::seconds(1000)}, 100, {"5", "4"}},
      {{2, std::chrono::seconds(1000)}, 1, {"5", "4", "3", "2"}},
      {{10, std::chrono::seconds(20)}, 100, {"5", "4", "3"}},  // now is 50: 30 is exactly 20 s old
      {{1, std::chrono::seconds(20)}, 100, {"5"}},
      {{0, std::chrono::seconds(1000)}, 100, {}},
  };
  for (const Row& row : rows) {
    const Tables tables;
    for (int i = 1; i <= 5; ++i) add_to_history(*tables.database, {at(0), run_of("a", std::to_string(i), at(10 * i))});
    prune_history(*tables.database, row.bounds, at(50), row.at_most);
    CHECK(tables.history() == row.left);
  }
}
