#include "acron/core/config/job_parser.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <vector>

#include "job_texts.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

Schedule every(Duration period) { return IntervalSchedule{period}; }

/// A job of which only the given lines matter.
JobDefinition job_with(const std::string& lines) { return job_of("every 10m\nrun true\n" + lines + "\n"); }

}  // namespace

TEST_CASE("the simplest job is a period and a command", "[job_parser]") {
  const auto job = parse_job({"web/simple", "every 10m\nrun /usr/local/bin/mycommand.sh\n"});
  REQUIRE(job.has_value());
  JobDefinition expected;
  expected.name = "web/simple";
  expected.schedule = every(10min);
  expected.command = "/usr/local/bin/mycommand.sh";
  CHECK(*job == expected);
  CHECK(job->failure == FailurePolicy{.if_nonzero = true, .if_stderr = false});
  CHECK(job->outputs.empty());
}

TEST_CASE("a fully featured job says all that it was written to say", "[job_parser]") {
  const auto job = job_of(R"(every 10m
timeout 1m  # kill if running longer than 60s
splay  # see splay section

output if-error mark@example.com  # output is emailed here if job errors
output /var/log/acron/myjob.log  # all output is appended here
error if-stderr if-nonzero  # conditions for failure

if /usr/local/bin/machine_in_group.sh mygroup

run /usr/local/bin/something.py --with-some-args --and-args
        --and-more-args --and-even-more --you-get-the-idea
)");
  JobDefinition expected;
  expected.name = "job";
  expected.schedule = every(10min);
  expected.splay = {.key = Splay::Key::host, .window = {}};
  expected.time_limit = TimeLimit{.limit = 1min, .grace = 1min};
  expected.outputs = {{MailTarget{"mark@example.com"}, RouteCondition::if_error},
                      {FileTarget{"/var/log/acron/myjob.log"}}};
  expected.failure = {.if_nonzero = true, .if_stderr = true};
  expected.gates = {"/usr/local/bin/machine_in_group.sh mygroup"};
  expected.command =
      "/usr/local/bin/something.py --with-some-args --and-args --and-more-args --and-even-more --you-get-the-idea";
  CHECK(job == expected);
}

TEST_CASE("an indented example, as the manual prints it, is told where its indentation misleads", "[job_parser]") {
  CHECK(headline(faults_of("    every 10m\n    run x\n").front()) ==
        "job:1:5: error: an indented line continues the directive above it, and there is none");
}

TEST_CASE("a splay is off, the host's or the job's, in the period or in a window", "[job_parser]") {
  using Key = Splay::Key;
  struct Row {
    std::string line;
    Splay splay;
  };
  const std::vector<Row> rows{
      {"", {Key::off, {}}},
      {"splay off", {Key::off, {}}},
      {"splay", {Key::host, {}}},
      {"splay 5m", {Key::host, 5min}},
      {"splay hour", {Key::host, 1h}},
      {"splay job", {Key::host_and_job, {}}},
      {"splay job 5m", {Key::host_and_job, 5min}},
      {"splay\tjob\t 90s\t", {Key::host_and_job, 90s}},
  };
  for (const auto& row : rows) {
    INFO(row.line);
    CHECK(job_with(row.line).splay == row.splay);
  }
}

TEST_CASE("a timeout's grace is the timeout again unless it is given", "[job_parser]") {
  CHECK(job_with("").time_limit == std::nullopt);
  CHECK(job_with("timeout 1m").time_limit == TimeLimit{1min, 1min});
  CHECK(job_with("timeout 1m grace 10s").time_limit == TimeLimit{1min, 10s});
  CHECK(job_with("timeout 1h30m").time_limit == TimeLimit{90min, 90min});
}

TEST_CASE("naming one condition of failure turns the other off", "[job_parser]") {
  CHECK(job_with("").failure == FailurePolicy{true, false});
  CHECK(job_with("error if-nonzero").failure == FailurePolicy{true, false});
  CHECK(job_with("error if-stderr").failure == FailurePolicy{false, true});
  CHECK(job_with("error if-nonzero if-stderr").failure == FailurePolicy{true, true});
}

TEST_CASE("a missed run is made up for when the job asks for it", "[job_parser]") {
  CHECK(job_with("").catch_up == std::nullopt);
  CHECK(job_with("catch-up").catch_up == CatchUp{});
  CHECK(job_with("catch-up within 6h").catch_up == CatchUp{6h});
}

TEST_CASE("a job may name the zone that its schedule is read in", "[job_parser]") {
  CHECK(job_with("").zone == std::nullopt);
  CHECK(job_with("timezone Europe/Berlin").zone == TimeZone::named("Europe/Berlin").value());
}

TEST_CASE("the schedule is what parse_every and parse_cron make of the rest of the line", "[job_parser]") {
  CHECK(job_of("every 1h30m # often\nrun true").schedule == parse_every("1h30m").value());
  CHECK(job_of("cron  */15 8-18 * * mon-fri  # office\nrun true").schedule ==
        parse_cron("*/15 8-18 * * mon-fri").value());
}

TEST_CASE("outputs and gates keep their order", "[job_parser]") {
  const auto job = job_with("output /b\noutput /a\noutput if-error a@b.c\nif second\nif first");
  CHECK(job.outputs == std::vector<OutputRoute>{
                           {FileTarget{"/b"}}, {FileTarget{"/a"}}, {MailTarget{"a@b.c"}, RouteCondition::if_error}});
  CHECK(job.gates == std::vector<std::string>{"second", "first"});
}

TEST_CASE("a job read twice is the same job", "[job_parser]") {
  CHECK(job_with("splay\noutput /a\nif x") == job_with("if  x # y\noutput\t/a\nsplay"));
}
