#include <algorithm>
#include <catch2/catch.hpp>

#include "acron/core/config/job_parser.hpp"
#include "acron/core/plan/upcoming.hpp"
#include "support/times.hpp"

using namespace acron;

namespace {

using Jobs = std::vector<std::shared_ptr<const JobDefinition>>;
using Lines = std::vector<std::string>;

std::shared_ptr<const JobDefinition> job(std::string_view name, std::string_view text) {
  return std::make_shared<const JobDefinition>(
      parse_job({std::string(name), std::string(text) + "\nrun true\n"}).value());
}

/// As `acron --next` prints them: TIME JOB, each time in its job's zone.
Lines next_runs(const Jobs& jobs, const UpcomingQuery& query) {
  Lines lines;
  for (const auto& run : upcoming_runs(jobs, query)) {
    lines.push_back(local_text(run.zone, run.occurrence.due) + " " + std::string(run.job));
  }
  return lines;
}

UpcomingQuery from(std::string_view time, std::size_t count) {
  return {"web1.example.com", TimeZone(), time_at(time), count, false};
}

}  // namespace

TEST_CASE("the runs to come are in the order of time, and of names within one instant", "[upcoming]") {
  const Jobs jobs{job("z", "every 10m"), job("a", "every 20m"), job("m", "every 15m")};
  CHECK(next_runs(jobs, from("2026-03-10T12:01:00Z", 6)) ==
        Lines{"2026-03-10T12:10:00+00:00 z", "2026-03-10T12:15:00+00:00 m", "2026-03-10T12:20:00+00:00 a",
              "2026-03-10T12:20:00+00:00 z", "2026-03-10T12:30:00+00:00 m", "2026-03-10T12:30:00+00:00 z"});
}

TEST_CASE("only runs strictly after the time that was asked for are to come", "[upcoming]") {
  const Jobs jobs{job("a", "every 10m")};
  CHECK(next_runs(jobs, from("2026-03-10T12:10:00Z", 1)) == Lines{"2026-03-10T12:20:00+00:00 a"});
  CHECK(next_runs(jobs, from("2026-03-10T12:09:59.999Z", 1)) == Lines{"2026-03-10T12:10:00+00:00 a"});
}

TEST_CASE("asked for each job, the count is of each", "[upcoming]") {
  const Jobs jobs{job("often", "every 1m"), job("daily", "every day at 02:30"), job("never-listed-first", "every 1h")};
  auto query = from("2026-03-10T12:00:30Z", 2);
  query.per_job = true;
  CHECK(next_runs(jobs, query) == Lines{"2026-03-10T12:01:00+00:00 often", "2026-03-10T12:02:00+00:00 often",
                                        "2026-03-10T13:00:00+00:00 never-listed-first",
                                        "2026-03-10T14:00:00+00:00 never-listed-first",
                                        "2026-03-11T02:30:00+00:00 daily", "2026-03-12T02:30:00+00:00 daily"});
}

TEST_CASE("a job of another zone runs by that zone's clock, others by the machine's", "[upcoming]") {
  const Jobs jobs{job("machine", "every day at 09:00"), job("tokyo", "every day at 09:00\ntimezone Asia/Tokyo"),
                  job("utc", "every day at 09:00\ntimezone UTC")};
  auto query = from("2026-03-10T00:00:00Z", 4);
  query.zone = zone_named("America/New_York");  // summer time there since 8 March
  CHECK(next_runs(jobs, query) == Lines{"2026-03-10T09:00:00+00:00 utc", "2026-03-10T09:00:00-04:00 machine",
                                        "2026-03-11T09:00:00+09:00 tokyo", "2026-03-11T09:00:00+00:00 utc"});
}

TEST_CASE("the runs to come include the splay", "[upcoming]") {
  // printf %s web1.example.com | sha256sum: 306.460 s of ten minutes; web1.example.com:c: 133.718 s.
  const Jobs jobs{job("a", "every 10m\nsplay"), job("c", "every 10m\nsplay job"), job("plain", "every 10m")};
  CHECK(next_runs(jobs, from("2026-03-10T12:00:30Z", 3)) ==
        Lines{"2026-03-10T12:02:13.718+00:00 c", "2026-03-10T12:05:06.460+00:00 a", "2026-03-10T12:10:00+00:00 plain"});
}

TEST_CASE("a hundred thousand runs of many jobs come in order and without a gap", "[upcoming]") {
  Jobs jobs;
  for (int i = 0; i < 100; ++i) jobs.push_back(job("job" + std::to_string(i), "every 1m\nsplay job"));
  const auto runs = upcoming_runs(jobs, from("2026-03-10T12:00:00Z", 100'000));
  REQUIRE(runs.size() == 100'000);
  CHECK(std::is_sorted(runs.begin(), runs.end(), [](const UpcomingRun& a, const UpcomingRun& b) {
    return std::tie(a.occurrence.due, a.job) < std::tie(b.occurrence.due, b.job);
  }));
  CHECK(std::count_if(runs.begin(), runs.end(), [](const UpcomingRun& run) { return run.job == "job7"; }) == 1000);
}

TEST_CASE("a job without a further run is left out, and the rest is listed", "[upcoming]") {
  const Jobs jobs{job("a", "every 1h"), job("b", "every 10m")};
  auto query = from("9999-12-31T22:55:00Z", 10);
  const auto runs = next_runs(jobs, query);
  CHECK(!runs.empty());
  CHECK(runs.size() < 10);
  query.per_job = true;
  CHECK(next_runs(jobs, query).size() == runs.size());
}

TEST_CASE("without jobs, or with a count of none, nothing is to come", "[upcoming]") {
  CHECK(next_runs({}, from("2026-03-10T12:00:00Z", 5)).empty());
  CHECK(next_runs({job("a", "every 1h")}, from("2026-03-10T12:00:00Z", 0)).empty());
}

TEST_CASE("a job that is for other hosts only has no runs on this one", "[upcoming]") {
  const Jobs jobs{job("all", "every 10m"), job("db", "every 10m\nonly on db*"), job("web", "every 10m\nonly on web?")};
  CHECK(next_runs(jobs, from("2026-03-10T12:01:00Z", 3)) ==
        Lines{"2026-03-10T12:10:00+00:00 all", "2026-03-10T12:10:00+00:00 web", "2026-03-10T12:20:00+00:00 all"});
}
