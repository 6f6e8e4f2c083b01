#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/config/warnings.hpp"
#include "fault_rows.hpp"

using namespace acron;

namespace {

/// The text with other lines in the place of one.
std::string with_lines(const std::string& text, std::size_t number, const std::vector<std::string>& lines) {
  std::string changed;
  std::size_t begin = 0;
  for (std::size_t i = 1; begin < text.size(); ++i) {
    const auto end = text.find('\n', begin);
    if (i == number) {
      for (const auto& line : lines) changed += line + "\n";
    } else {
      changed += text.substr(begin, end + 1 - begin);
    }
    begin = end + 1;
  }
  return changed;
}

bool is_defaults(const std::string& name) { return name == "_defaults"; }

Diagnostics errors_in(const std::string& name, const std::string& text) {
  if (is_defaults(name)) return check_defaults({name, text});
  const auto job = parse_job({name, text});
  return job ? Diagnostics{} : job.error();
}

/// Whether each proposal, written where it is proposed, leaves fewer errors; a warning's may not add one.
void check_beside_others(const std::string& name, const std::string& text) {
  const auto errors = errors_in(name, text);
  auto all = errors;
  for (const auto& warning : warnings_about({name, text})) all.push_back(warning);
  for (const auto& fault : all) {
    if (fault.where.line == 0) continue;
    if (fault.message.find(", in a file of its own") != std::string::npos) continue;
    for (const auto& lines : lines_proposed(text, fault)) {
      const auto changed = with_lines(text, fault.where.line, lines);
      INFO(text << headline(fault) << "\n" << changed);
      CHECK(errors_in(name, changed).size() + (fault.is_warning ? 0 : 1) <= errors.size());
    }
  }
}

const std::vector<std::string> pool{"output if-failure a@x.com",
                                    "output if-error a@x.com",
                                    "output a@x.com",
                                    "output mailto:a@x.com",
                                    "output a@x.com,b@x.com",
                                    "output b@x.com",
                                    "output /var/log/x,",
                                    "output /var/log/x",
                                    "output\xC2\xA0/var/log/x",
                                    "otuput /var/log/x",
                                    "MAILTO=a@x.com",
                                    "env MAILTO=a@x.com",
                                    "env CRON_TZ=UTC",
                                    "CRON_TZ=UTC",
                                    "timezone Europe/Berlin",
                                    "timezone europe/berlin",
                                    "limit nproc 10",
                                    "limit processes 20",
                                    "limit proceses 20",
                                    "only web*",
                                    "only on db*",
                                    "env FOO = a",
                                    "env FOO=b",
                                    "FOO=c",
                                    "Environment=FOO=d",
                                    "timeout 5min",
                                    "timeout 6m",
                                    "timeout: 300",
                                    "timout 7m",
                                    "timeout 7\xC2\xA0m",
                                    "user = backup",
                                    "user root",
                                    "command: x",
                                    "run x",
                                    "run: x",
                                    "Run x",
                                    "rum x",
                                    "ExecStart=/usr/bin/x",
                                    "\xC2\xA0run x",
                                    "@daily x",
                                    "0 5 * * * x",
                                    "cron 0 5 * * * root x",
                                    "every 5 minutes",
                                    "schedule: @daily",
                                    "if [ a == b ]",
                                    "HOME=/srv",
                                    "cwd /srv,"};

}  // namespace

TEST_CASE("what is proposed for a line is accepted beside the other lines of its file", "[proposals]") {
  for (const auto& name : {"job", "_defaults"}) {
    const std::string rest = is_defaults(name) ? "" : "every 10m\nrun true\n";
    for (const auto& one : pool) {
      for (const auto& other : pool) {
        check_beside_others(name, rest + one + "\n" + other + "\n");
        check_beside_others(name, one + "\n" + other + "\n" + rest);
      }
    }
  }
}

TEST_CASE("another line that a proposal would meet is named in its place", "[proposals]") {
  check_line_faults({
      {"output if-failure a@x.com\noutput a@x.com",
       {":3:8: error: 'if-failure' is not known here: 'a@x.com' is an output of this job already"}},
      {"limit nproc 10\nlimit processes 20",
       {":3:7: error: 'nproc' is not known here: line 4 has 'limit processes' already"}},
      {"only web*\nonly on db*",
       {":3:6: error: 'web*' is no share of the fleet such as 5%, and names of hosts stand behind 'on': line 4 has "
        "'only on' already"}},
      {"timeout 5min\ntimeout 6m",
       {":3:11: error: '5min' is not a duration; write 'timeout 5m'",
        ":4:1: error: 'timeout' is given twice: line 3 has it already"}},
  });
  const auto said = [](const std::string& text) { return headline(warnings_about({"job", text}).at(0)); };
  CHECK_THAT(said("env MAILTO=a@x.com\noutput a@x.com\n"),
             Catch::EndsWith(": 'a@x.com' is an output of this job already"));
  CHECK_THAT(said("timezone UTC\nenv CRON_TZ=UTC\n"), Catch::EndsWith(": line 1 has 'timezone' already"));
}

TEST_CASE("a command in a _defaults is told where it belongs", "[proposals]") {
  for (const std::string line : {"command: x", "run: x", "Run x", "rum x", "ExecStart=/usr/bin/x", "@daily x",
                                 "0 5 * * * x", "cron 0 5 * * * root x", "\xC2\xA0run x", "run = x", "command"}) {
    INFO(line);
    const auto faults = check_defaults({"web/_defaults", line + "\n"});
    REQUIRE(faults.size() == 1);
    CHECK(proposed_in(faults[0].message).empty());
    CHECK_THAT(faults[0].message, Catch::Contains("belongs in the file of a job"));
  }
}
