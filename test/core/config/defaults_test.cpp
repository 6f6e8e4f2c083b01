#include <catch2/catch.hpp>
#include <chrono>
#include <vector>

#include "acron/core/config/job_parser.hpp"
#include "job_texts.hpp"

using namespace acron;
using namespace std::chrono_literals;

TEST_CASE("a job starts from its defaults", "[defaults]") {
  const auto defaults = defaults_of(
      "every 1h\ntimezone UTC\nsplay job 5m\ncatch-up\ntimeout 1m\noutput /log\nerror if-stderr\nif in-service\n");
  CHECK(job_of("run a", defaults) ==
        job_of("every 1h\ntimezone UTC\nsplay job 5m\ncatch-up\ntimeout 1m\noutput /log\nerror if-stderr\n"
               "if in-service\nrun a"));
}

TEST_CASE("what a job settles replaces what it inherits", "[defaults]") {
  const auto defaults = defaults_of("every 1h\nsplay\ntimeout 1m grace 5s\nerror if-stderr\ntimezone Europe/Berlin\n");
  const auto job = job_of("run a\ncron @daily\nsplay off\ntimeout 2m\nerror if-nonzero\ntimezone UTC", defaults);
  CHECK(job == job_of("run a\ncron @daily\ntimeout 2m\ntimezone UTC"));
  const auto limits = defaults_of("every 1h\ntimeout 1m\ncatch-up within 1h\n");
  CHECK(job_of("run a\ntimeout off\ncatch-up off", limits) == job_of("every 1h\nrun a"));
}

TEST_CASE("a job's gates add to those it inherits, the farthest first", "[defaults]") {
  const auto root = defaults_of("if root\n");
  const auto web = defaults_of("if web\n", root);
  CHECK(job_of("every 1h\nrun a\nif job", web).gates == std::vector<std::string>{"root", "web", "job"});
}

TEST_CASE("outputs replace those inherited as a set", "[defaults]") {
  const auto defaults = defaults_of("output /a\noutput if-error root@localhost\n");
  CHECK(job_of("every 1h\nrun a", defaults).outputs.size() == 2);
  const auto job = job_of("every 1h\nrun a\noutput /b\noutput if-error /a", defaults);
  CHECK(job.outputs == std::vector<OutputRoute>{{FileTarget{"/b"}}, {FileTarget{"/a"}, RouteCondition::if_error}});
}

TEST_CASE("the nearer defaults win", "[defaults]") {
  const auto root = defaults_of("every 1h\ntimeout 1m\noutput /root\n");
  const auto web = defaults_of("cron @daily\noutput /web\n", root);
  const auto job = job_of("run a", web);
  CHECK(job.schedule == parse_cron("@daily").value());
  CHECK(job.time_limit == TimeLimit{1min, 1min});
  CHECK(job.outputs == std::vector<OutputRoute>{{FileTarget{"/web"}}});
  CHECK(job_of("run a", root).outputs == std::vector<OutputRoute>{{FileTarget{"/root"}}});
}

TEST_CASE("the texts of defaults, from the root down, give the same as defaults read before", "[defaults]") {
  const std::vector<SourceFile> files{{"_defaults", "every 1h\nif a\n"}, {"web/_defaults", "every 2h\nif b\n"}};
  const auto job = parse_job({"job", "run x"}, files);
  REQUIRE(job.has_value());
  CHECK(*job == job_of("run x", defaults_of(files[1].text, defaults_of(files[0].text))));
}

TEST_CASE("a command is no default: an empty file below it would be a job", "[defaults]") {
  const auto faults = check_defaults({"web/_defaults", "every 10m\nrun true\n"});
  REQUIRE(faults.size() == 1);
  CHECK(headline(faults[0]) == "web/_defaults:2:1: error: 'run' belongs in the file of a job");
  CHECK(headline(faults_of("", defaults_of("every 1h")).front()) ==
        "job: error: the file says nothing; a job needs at least 'every' or 'cron', and 'run'; 'disabled' switches a "
        "job off");
}

TEST_CASE("errors of defaults are told of their own file, whatever the job says", "[defaults]") {
  const std::vector<SourceFile> files{{"_defaults", "timout 1m\n"},
                                      {"web/_defaults", "splay 1m 2m\nevery 1h\nevery 2h"}};
  const auto job = parse_job({"web/job", "rum x"}, files);
  REQUIRE(job.has_error());
  REQUIRE(job.error().size() == 3);
  CHECK(headline(job.error()[0]) == "_defaults:1:1: error: unknown directive 'timout'; did you mean 'timeout'?");
  CHECK(job.error()[1].file == "web/_defaults");
  CHECK(headline(job.error()[2]) == "web/_defaults:3:1: error: 'every' is given twice: line 2 has it already");
}

TEST_CASE("defaults that say nothing are good", "[defaults]") {
  CHECK(check_defaults({"_defaults", ""}).empty());
  CHECK(check_defaults({"_defaults", "# later\n"}).empty());
  CHECK(job_of("every 1h\nrun a", defaults_of("")) == job_of("every 1h\nrun a"));
}
