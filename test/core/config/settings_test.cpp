#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "acron/core/config/effective_directives.hpp"
#include "acron/core/config/job_parser.hpp"
#include "job_texts.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

/// The settings of a job of which only the given lines matter.
RunSettings settings_of(const std::string& lines, const Defaults& defaults = {}) {
  return *job_of("every 10m\nrun true\n" + lines + "\n", defaults).settings;
}

}  // namespace

TEST_CASE("a job that says nothing of its runs has the settings of any other", "[settings]") {
  CHECK(settings_of("") == RunSettings{});
  CHECK(settings_of("").overlap == OverlapPolicy::skip);
}

TEST_CASE("a job may say who its run is and what surrounds it", "[settings]") {
  CHECK(settings_of("user backup").run_as == RunAs{"backup", ""});
  CHECK(settings_of("user svc@corp.example.com").run_as == RunAs{"svc@corp.example.com", ""});
  CHECK(settings_of("user CORP\\svc:CORP\\grp").run_as == RunAs{"CORP\\svc", "CORP\\grp"});
  CHECK(settings_of("user backup:disk  # not root").run_as == RunAs{"backup", "disk"});
  CHECK(settings_of("env B=2\nenv A='1 # one'  # a comment").environment ==
        std::vector<EnvironmentVariable>{{"A", "1 # one"}, {"B", "2"}});
  CHECK(settings_of("env EMPTY=").environment == std::vector<EnvironmentVariable>{{"EMPTY", ""}});
  CHECK(settings_of("cwd /srv/app").working_directory == "/srv/app");
  CHECK(settings_of("cwd /").working_directory == "/");
  CHECK(settings_of("umask 027").umask == 027);
  CHECK(settings_of("umask 0").umask == 0);
  CHECK(settings_of("umask 0777").umask == 0777);
  CHECK(settings_of("nice 10").nice == 10);
  CHECK(settings_of("nice -20").nice == -20);
  CHECK(settings_of("shell /bin/bash").shell == "/bin/bash");
  CHECK(settings_of("description Backs up, \"all\" of it. # not this").description == "Backs up, \"all\" of it.");
}

TEST_CASE("a job may say what its run may use, each thing on a line", "[settings]") {
  ResourceLimits expected;
  expected.memory = 536'870'912;
  expected.cpu = 30s;
  expected.files = 1024;
  expected.processes = 64;
  expected.core = 0;
  CHECK(settings_of("limit memory 512M\nlimit cpu 30s\nlimit files 1024\nlimit processes 64\nlimit core 0").limits ==
        expected);
  CHECK(settings_of("limit cpu 1h30m").limits.cpu == 5400s);
  CHECK(settings_of("limit core 1G").limits.core == 1'073'741'824);
}

TEST_CASE("a job may say what becomes of runs that overlap or fail", "[settings]") {
  CHECK(settings_of("overlap skip").overlap == OverlapPolicy::skip);
  CHECK(settings_of("overlap queue").overlap == OverlapPolicy::queue);
  CHECK(settings_of("overlap replace").overlap == OverlapPolicy::replace);
  CHECK(settings_of("overlap allow").overlap == OverlapPolicy::allow);
  CHECK(settings_of("lock disk-1.a_B").lock == "disk-1.a_B");
  CHECK(settings_of("retry 3 every 30s").retry == RetryPolicy{3, 30s, false});
  CHECK(settings_of("retry 100 every 2h").retry == RetryPolicy{100, 2h, false});
  CHECK(settings_of("retry 1 backoff 10s").retry == RetryPolicy{1, 10s, true});
  CHECK(settings_of("retry 1 backoff 1h").retry == RetryPolicy{1, 1h, true});
}

TEST_CASE("a job may be for a part of the fleet", "[settings]") {
  CHECK(settings_of("only 5%").only == HostSelection{50'000, {}});
  CHECK(settings_of("only on Web*,db-0[1-9]").only == HostSelection{{}, {"web*", "db-0[1-9]"}});
  CHECK(settings_of("only on web*\nonly 0.5%").only == HostSelection{5'000, {"web*"}});
}

TEST_CASE("a job may be switched off, with a reason or without", "[settings]") {
  using Reason = std::optional<std::string>;
  CHECK(settings_of("").disabled == Reason{});
  CHECK(settings_of("disabled").disabled == Reason{""});
  CHECK(settings_of("disabled   # until the move is over").disabled == Reason{""});
  CHECK(settings_of("disabled until the move is over # says ops").disabled == Reason{"until the move is over"});
  CHECK(settings_of("disabled off the net").disabled == Reason{"off the net"});
  for (const std::string reason : {"no disk space yet", "not needed", "no longer needed", "false alarms all night",
                                   "false positives", "offline", "falsely reported", "off-by-one in the report"})
    CHECK(settings_of("disabled " + reason).disabled == Reason{reason});
  CHECK(settings_of("disabled nobody needs it").disabled == Reason{"nobody needs it"});
  CHECK(settings_of("disabled none of it works").disabled == Reason{"none of it works"});
  CHECK(settings_of("disabled off").disabled == Reason{});
  CHECK(is_switched_off(settings_of("disabled")));
  CHECK(is_switched_off(settings_of("only 0%")));
  CHECK(is_switched_off(settings_of("only 0%\nonly on web*")));
  CHECK(!is_switched_off(settings_of("only 0.0001%")));
  CHECK(!is_scheduled_on({"web1"}, settings_of("only on web1\ndisabled")));
  CHECK(is_scheduled_on({"web1"}, settings_of("only on web1\ndisabled off")));
}

TEST_CASE("a job inherits that it is switched off, and may say otherwise", "[settings]") {
  const auto root = defaults_of("disabled while the relay is down\n");
  CHECK(settings_of("", root).disabled == "while the relay is down");
  CHECK(settings_of("disabled by me", root).disabled == "by me");
  CHECK(settings_of("disabled", root).disabled == "");
  CHECK(!settings_of("disabled off", root).disabled);
  CHECK(!settings_of("", defaults_of("disabled off\n", root)).disabled);
}

TEST_CASE("a gate asked before each run is kept apart from those that schedule the job", "[settings]") {
  const auto job =
      job_of("every 1h\nrun a\nif each-run  test -e /a  # now\n  && true\nif b\nif each-runner\nif each-run c");
  CHECK(job.gates == std::vector<std::string>{"b", "each-runner"});
  CHECK(job.settings->run_gates == std::vector<std::string>{"test -e /a && true", "c"});
}

TEST_CASE("an output line has one condition, and one target may have several lines that exclude each other",
          "[settings]") {
  using When = RouteCondition;
  const auto job = job_of(
      "every 1h\nrun a\noutput if-first-error a@b.c\noutput if-recovered a@b.c\noutput if-success https://b.c/ok\n"
      "output if-error https://b.c/ok\noutput syslog");
  CHECK(job.outputs == std::vector<OutputRoute>{{MailTarget{"a@b.c"}, When::if_first_error},
                                                {MailTarget{"a@b.c"}, When::if_recovered},
                                                {HttpTarget{"https://b.c/ok"}, When::if_success},
                                                {HttpTarget{"https://b.c/ok"}, When::if_error},
                                                {SyslogTarget{}}});
}

TEST_CASE("variables, limits and hosts are inherited one by one", "[settings]") {
  const auto root = defaults_of(
      "env A=root\nenv B=root\nlimit memory 1G\nlimit files 100\nonly 5%\nonly on web*\nif each-run root\n"
      "retry 3 every 1m\nlock disk\nuser backup\n");
  const auto web = defaults_of("env B=web\nlimit memory 2G\nonly 10%\nif each-run web\n", root);
  const auto settings = settings_of("env B=job\nenv C=job\nlimit files off\nretry off\nlock off\nuser root", web);
  CHECK(settings.environment == std::vector<EnvironmentVariable>{{"A", "root"}, {"B", "job"}, {"C", "job"}});
  CHECK(settings.limits.memory == 2'147'483'648);
  CHECK(settings.limits.files == std::nullopt);
  CHECK(settings.only == HostSelection{100'000, {"web*"}});
  CHECK(settings.run_gates == std::vector<std::string>{"root", "web"});
  CHECK(settings.retry == std::nullopt);
  CHECK(settings.lock.empty());
  CHECK(settings.run_as == RunAs{"root", ""});
  // What one job changes is nobody else's.
  CHECK(settings_of("", root).environment == std::vector<EnvironmentVariable>{{"A", "root"}, {"B", "root"}});
}

TEST_CASE("jobs that only inherit their settings share them", "[settings]") {
  const auto defaults = defaults_of("limit memory 1G\nnice 10\n");
  const auto a = job_of("every 1h\nrun a", defaults);
  const auto b = job_of("every 2h\nrun b", defaults);
  CHECK(&*a.settings == &*b.settings);
}

TEST_CASE("of variables, limits and hosts, those that a nearer file replaces are not shown", "[settings]") {
  const std::vector<SourceFile> defaults{
      {"_defaults", "env A=root\nenv B=root\nlimit memory 1G\nlimit files 10\nonly 5%\nonly on a*\nif each-run x\n"}};
  std::vector<std::string> shown;
  for (const auto& directive :
       effective_directives({"job", "env B=job\nlimit files off\nonly on b*\nif each-run y\n"}, defaults)) {
    shown.push_back(directive.text);
  }
  CHECK(shown == std::vector<std::string>{"env A=root", "limit memory 1G", "only 5%", "if each-run x", "env B=job",
                                          "limit files off", "only on b*", "if each-run y"});
}
