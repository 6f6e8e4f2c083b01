#include <catch2/catch.hpp>

#include "support/bench.hpp"

using namespace acron;

TEST_CASE("loading, reloading and unloading a job is logged", "[scheduler]") {
  Bench bench;
  bench.load("web/a", "every 10m\nrun true\n");
  CHECK(bench.log.count("event=load", "job=web/a", "every 10m") == 1);
  bench.load("web/a", "every 20m\nrun true\n");
  CHECK(bench.log.count("event=reload", "job=web/a", "every 20m") == 1);
  bench.remove("web/a");
  CHECK(bench.log.count("event=unload", "job=web/a") == 1);
  CHECK(bench.scheduler.size() == 0);
  CHECK(bench.clock.alarms() == 0);
}

TEST_CASE("a deleted job's run goes on to its end, and no other starts", "[scheduler]") {
  Bench bench;
  bench.load("a", "every 10m\nrun true\n");
  bench.advance_to("12:10:00");
  bench.remove("a");
  CHECK(bench.is_running("a"));
  bench.launcher.end(0);
  CHECK(bench.log.count("event=end", "job=a", "result=ok") == 1);
  CHECK(bench.outputs.closed().size() == 1);
  bench.advance_to("13:00:00");
  CHECK(bench.runs_of("a").size() == 1);
}

TEST_CASE("a job that comes back while its old run goes on does not start a second", "[scheduler]") {
  Bench bench;
  bench.load("a", "every 10m\nrun true\n");
  bench.advance_to("12:10:00");
  bench.remove("a");
  bench.load("a", "every 10m\nrun true\n");
  bench.advance_to("12:20:00");
  CHECK(bench.runs_of("a").size() == 1);
  CHECK(bench.log.count("event=skip", "job=a", "still going") == 1);
  bench.launcher.end(0);
  bench.advance_to("12:30:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00", "12:30:00"});
}

TEST_CASE("the removal of a job that is not loaded changes nothing", "[scheduler]") {
  Bench bench;
  bench.load("a", "every 10m\nrun true\n");
  bench.remove("b");
  CHECK(bench.scheduler.size() == 1);
  CHECK(bench.log.count("event=unload") == 0);
}

TEST_CASE("a thousand edited jobs keep their ticks", "[scheduler]") {
  Bench bench;
  bench.let_all_succeed();
  DefinitionChanges changes;
  for (int i = 0; i < 1000; ++i) changes.loaded.push_back(bench.job(std::to_string(i), "every 10m\nrun old\n"));
  bench.scheduler.apply(changes);
  for (auto& definition : changes.loaded) definition = bench.job(definition->name, "every 10m\nrun new\n");
  bench.scheduler.apply(changes);
  bench.advance_to("12:10:00");
  REQUIRE(bench.launcher.launches.size() == 1000);
  CHECK(bench.launcher.launches[999]->command.text == "new");
}

TEST_CASE("a scheduler that is stopped starts nothing more and leaves its runs alone", "[scheduler]") {
  Bench bench;
  bench.load("a", "every 10m\nrun true\n");
  bench.advance_to("12:10:00");
  bench.scheduler.stop();
  bench.advance_to("13:00:00");
  CHECK(bench.launcher.launches.size() == 1);
  CHECK(bench.runs.size() == 1);
}
