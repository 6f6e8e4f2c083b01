#include "acron/core/job/run_json.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "acron/core/text.hpp"

using namespace acron;
namespace json = boost::json;

namespace {

RunReport report_of(const Verdict& verdict) {
  RunReport report;
  report.identity = {"web/cleanup", "1a20d81b8db-0000", parse_rfc3339("2026-01-06T23:02:58.213Z").value(),
                     parse_rfc3339("2026-01-06T23:02:58.463Z").value()};
  report.host = "web-0001";
  report.command = "/usr/bin/mysql --password=secret";
  report.verdict = verdict;
  report.duration = Duration{1250};
  report.utc_offset = std::chrono::hours{1};
  report.outcome.stdout_bytes = 8;
  return report;
}

json::object record_of(const RunReport& report) { return json::parse(run_json(report)).as_object(); }

}  // namespace

TEST_CASE("a record of a failed run has all that a program could ask", "[run_json]") {
  auto report = report_of({true, "exit status 3"});
  report.outcome.ending = Exited{3};
  report.outcome.usage = Usage{Duration{420}, 1'048'576, Accounting::process_group};
  report.output.append(Stream::out, "cleaned\n");
  report.failed_attempts.push_back({report.identity.started, Duration{5}, "exit status 2"});
  CHECK(record_of(report) == json::parse(R"({
    "text": "[web-0001] web/cleanup failed: exit status 3",
    "job": "web/cleanup", "host": "web-0001", "run": "1a20d81b8db-0000",
    "result": "failed", "reason": "exit status 3",
    "scheduled": "2026-01-06T23:02:58.213+00:00", "started": "2026-01-06T23:02:58.463+00:00", "duration_ms": 1250,
    "attempts": 2, "exit": 3, "failed_runs": 1, "failing_since": "2026-01-06T23:02:59.713+00:00",
    "stdout_bytes": 8, "stderr_bytes": 0, "cpu_ms": 420, "peak_memory_bytes": 1048576,
    "output": "cleaned\n", "output_cut": false})")
                                 .as_object());
}

TEST_CASE("a record is one line, and does not repeat the command, which may hold a secret", "[run_json]") {
  auto report = report_of({});
  report.output.append(Stream::out, "a\nb\n");
  const auto text = run_json(report);
  CHECK(text.find('\n') == std::string::npos);
  CHECK(text.find("secret") == std::string::npos);
}

TEST_CASE("a record says how the run ended", "[run_json]") {
  auto report = report_of({true, "timed out after 1m, killed by SIGKILL"});
  report.outcome.ending = Signaled{9};
  report.outcome.timed_out_after = std::chrono::minutes{1};
  auto record = record_of(report);
  CHECK(record.at("signal") == "SIGKILL");
  CHECK(record.at("timed_out_after_ms") == 60'000);
  CHECK_FALSE(record.contains("exit"));
  report.outcome.ending = NotStarted{"no such file"};
  CHECK(record_of(report).at("not_started") == "no such file");
}

TEST_CASE("a record of a recovery says so", "[run_json]") {
  auto report = report_of({});
  CHECK_FALSE(record_of(report).contains("recovered"));
  CHECK(record_of(report).at("result") == "ok");
  report.before = {19, parse_rfc3339("2026-01-06T19:50:59Z").value()};
  const auto record = record_of(report);
  CHECK(record.at("recovered") == true);
  CHECK(record.at("failed_runs") == 19);
  CHECK(record.at("failing_since") == "2026-01-06T19:50:59.000+00:00");
  CHECK(record.at("text") == "[web-0001] web/cleanup recovered after 3 h 12 m and 19 failed runs");
}

TEST_CASE("a record holds the end of the output, from a whole line on", "[run_json]") {
  auto report = report_of({});
  std::string printed;
  for (int i = 0; i < 1000; ++i) printed += "line " + std::to_string(i) + "\n";
  report.output.append(Stream::out, printed);
  const auto record = record_of(report);
  const auto output = std::string{record.at("output").as_string()};
  CHECK(record.at("output_cut") == true);
  CHECK(output.starts_with("line "));
  CHECK(output.ends_with("\nline 999\n"));
  CHECK(output.size() <= 4096);
  CHECK(output.size() > 4000);
}

TEST_CASE("a record is UTF-8 whatever is printed and whatever things are called", "[run_json]") {
  auto report = report_of({true, "exit \xFF"});
  report.identity.job = "caf\xE9\"\n";
  report.host = "h\x80";
  report.outcome.ending = NotStarted{"\xC3"};
  report.output.append(Stream::out, std::string("\0\x1b[31m\xE9\xC3\xA4", 9));
  const auto text = run_json(report);
  CHECK(is_utf8(text));
  const auto record = json::parse(text).as_object();
  CHECK(record.at("job") == "caf\xEF\xBF\xBD\"\n");
  CHECK(std::string{record.at("output").as_string()} == std::string("\0\x1b[31m\xEF\xBF\xBD\xC3\xA4", 11));

  auto long_line = report_of({});
  std::string umlauts;
  for (int i = 0; i < 4000; ++i) umlauts += "\xC3\xA4";
  long_line.output.append(Stream::out, "x" + umlauts);
  const auto output = std::string{record_of(long_line).at("output").as_string()};
  CHECK(output == umlauts.substr(0, 4096));
}
