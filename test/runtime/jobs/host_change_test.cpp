// The machine is given another name while acron runs.

#include <catch2/catch.hpp>

#include "support/bench.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

/// Of a job without a window, in an interval of 10 minutes.
Duration offset_on(std::string_view host) { return splay_offset(splay_fraction(host, {}, Splay::Key::host), 10min); }

void rename_host(Bench& bench, const std::string& name) {
  bench.site.host = bench.site.called = name;
  bench.scheduler.host_changed();
  bench.loop.run_ready();
}

std::string time_of_day(TimePoint time) { return format_rfc3339(time, 0s).substr(11, 12); }

}  // namespace

TEST_CASE("a job for other hosts is loaded when the machine becomes one of them, and unloaded when it is no more",
          "[host_change]") {
  Bench bench;
  bench.let_all_succeed();
  bench.load("a", "every 10m\nonly on db*\nrun x\n");
  bench.load("b", "every 10m\nonly on web*\nrun x\n");
  bench.load("c", "every 10m\nonly on db*\nrun x\n");
  bench.remove("c");
  CHECK(bench.log.count("event=elsewhere", "job=a") == 1);
  rename_host(bench, "db1.example.com");
  CHECK(bench.log.count("event=load", "job=a") == 1);
  CHECK(bench.log.count("event=elsewhere", "job=b") == 1);
  bench.advance_to("12:10:00");
  CHECK(bench.runs_of("a") == Strings{"12:10:00"});
  CHECK(bench.runs_of("b").empty());
  CHECK(bench.scheduler.size() == 1);
  rename_host(bench, "web1.example.com");
  bench.advance_to("12:20:00");
  CHECK(bench.runs_of("a").size() == 1);
  CHECK(bench.runs_of("b") == Strings{"12:20:00"});
  CHECK(bench.scheduler.size() == 1);
}

TEST_CASE("under another name the gates of a job are asked anew", "[host_change]") {
  Bench bench;
  bench.launcher.answer = [&](const Command& command) {
    return FakeLauncher::exited(command.text != "is it web?" || bench.site.host.starts_with("web") ? 0 : 1);
  };
  rename_host(bench, "ubuntu");
  bench.load("a", "every 10m\nif is it web?\nrun x\n");
  bench.advance_to("12:10:00");
  CHECK(bench.runs_of("a").empty());
  rename_host(bench, "web1");
  bench.advance_to("12:20:00");
  CHECK(bench.runs_of("a") == Strings{"12:20:00"});
  CHECK(bench.log.count("event=gate", "job=a", "result=open") == 1);
}

TEST_CASE("a run of a job that is for other hosts now goes on to its end", "[host_change]") {
  Bench bench;
  bench.load("a", "every 10m\nonly on web*\nrun x\n");
  bench.advance_to("12:10:00");
  rename_host(bench, "db1");
  CHECK(bench.is_running("a"));
  bench.launcher.end(0);
  CHECK(bench.log.count("event=end", "job=a", "result=ok") == 1);
}

TEST_CASE("under another name a job runs at that name's offset, each tick once", "[host_change]") {
  const auto [early, late] = std::pair("h1", "h3");
  REQUIRE((offset_on(early) > 30s && offset_on(early) + 1min < offset_on(late)));
  Bench bench;
  bench.let_all_succeed();
  bench.site.host = late;
  bench.load("a", "every 10m\nsplay\nrun x\n");
  const auto tick = Bench::at("12:00:00");

  SECTION("before either offset") { rename_host(bench, early); }
  SECTION("when the new offset has passed and the old has not: at once") {
    bench.clock.advance_to(tick + offset_on(early) + 30s);
    rename_host(bench, early);
    bench.clock.advance_to(tick + offset_on(early) + 31s);
    CHECK(bench.launcher.launches.size() == 1);
  }
  SECTION("when the tick has run: not again") {
    rename_host(bench, early);
    bench.clock.advance_to(tick + offset_on(early));
    CHECK(bench.launcher.launches.size() == 1);
    rename_host(bench, late);
    bench.clock.advance_to(tick + 9min + 59s);
    CHECK(bench.launcher.launches.size() == 1);
    rename_host(bench, early);
  }
  bench.clock.advance_to(tick + 20min - 1s);
  CHECK(bench.runs_of("a") == Strings{time_of_day(tick + offset_on(early)).substr(0, 8),
                                      time_of_day(tick + 10min + offset_on(early)).substr(0, 8)});
  CHECK(bench.log.count("event=skip") == 0);
}

TEST_CASE("a missed run that waits for its moment still takes place under another name", "[host_change]") {
  Bench bench;
  bench.let_all_succeed();
  bench.journal.ticks["a"] = Bench::at("09:00:00") - 24h;
  bench.load("a", "every day at 09:00\ncatch-up\nsplay 1m\nrun x\n");
  rename_host(bench, "db1");
  bench.advance_to("12:16:00");
  CHECK(bench.runs_of("a").size() == 1);
}
