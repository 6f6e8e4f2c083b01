#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "fault_rows.hpp"

using namespace acron;
using namespace std::string_literals;

TEST_CASE("a job without a schedule or a command is none", "[faults]") {
  const auto* nothing =
      ": error: the file says nothing; a job needs at least 'every' or 'cron', and 'run'; 'disabled' switches a job "
      "off";
  const auto* no_run = ": error: no 'run': the job has no command; 'disabled' switches a job off";
  const auto* no_schedule = ": error: no 'every' and no 'cron': the job would never run; 'disabled' switches a job off";
  check_faults({
      {"", {nothing}},
      {"\n# every 10m\n  \n", {nothing}},
      {"\xEF\xBB\xBF", {nothing}},
      {"every 10m\n", {no_run}},
      {"run true\n", {no_schedule}},
      {"splay\n", {no_schedule, no_run}},
      {"run\nevery 10m", {":1:1: error: 'run' says nothing; the form is 'run COMMAND'"}},
      {"run # x\nevery 10m", {":1:1: error: 'run' says nothing; the form is 'run COMMAND'"}},
      {"run true\nevery", {":2:1: error: 'every' says nothing; the form is 'every PERIOD'"}},
      // What else would be missing is no fault of a job that is switched off.
      {"disabled\nsplay 5x", {":2:8: error: *"}},
      {"disabled off\nevery 10m", {no_run}},
      {"rum true\nevery 10m", {":1:1: error: unknown directive 'rum'; did you mean 'run'?"}},
  });
}

TEST_CASE("a file that is not a text is refused where it ceases to be one", "[faults]") {
  const auto* nul = ":2:18: error: a NUL byte; a job file is text";
  const auto* carriage_return = ":1:10: error: a carriage return inside a line; lines end with LF or CRLF";
  check_faults({
      {"every 10m\nrun rm -rf /cache\0/old\n"s, {nul}},
      {"every 10m\nrun echo caf\xE9\n", {":2:13: error: this is not UTF-8"}},
      {"every 10m\nrun true\n# caf\xE9 \0\n"s, {":3:6: error: this is not UTF-8"}},
      {"every 10m\nrun true\r\r\n", {":2:9: error: a carriage return inside a line; lines end with LF or CRLF"}},
      {"every 10m\rrun true\r",
       {carriage_return, ": error: no 'run': the job has no command; 'disabled' switches a job off"}},
      {"every 10m\n" + std::string(1024 * 1024, '\n'), {": error: the file is larger than 1 MiB; that is not a job"}},
      {"\xFF\xFE"
       "e\0v\0e\0r\0y\0"s,
       {":1:1: error: this is not UTF-8", ":1:1: error: unknown directive*", ": error: no 'every'*",
        ": error: no 'run'*"}},
  });
}

TEST_CASE("a line of a megabyte is a long command, and no program takes it", "[faults]") {
  check_line_faults({
      {"if " + std::string(1'000'000, 'x'),
       {":3:4: error: the command is longer than the 128 KiB that can be passed to the shell"}},
      {std::string(1'000'000, 'x'), {":3:1: error: unknown directive '" + std::string(57, 'x') + "...'"}},
  });
  CHECK(job_of("every 10m\nrun true\n# " + std::string(1'000'000, 'x')).command == "true");
}

TEST_CASE("only commands go on over indented lines", "[faults]") {
  const auto refusal = [](const std::string& where, const std::string& rest) {
    return where + " error: an indented line continues the one above, and 'every' takes one line only; " + rest;
  };
  check_faults({
      {"  every 10m\n",
       {":1:3: error: an indented line continues the directive above it, and there is none", ": error: no 'every'*",
        ": error: no 'run'*"}},
      {"every\n  10m\nrun true\n",
       {":1:1: error: 'every' says nothing; the form is 'every PERIOD'", refusal(":2:3:", "it belongs on that line")}},
      {"every 10m\n\ttimeout 1m\n\n  splay\nrun true\n",
       {refusal(":2:2:", "a directive is not indented"), refusal(":4:3:", "a directive is not indented")}},
      {"evry 10m\n  and more\nrun true\n", {":1:1: error: unknown directive 'evry'; did you mean 'every'?"}},
  });
}

TEST_CASE("a command that the shell would not read to its end is refused", "[faults]") {
  const auto* backslash = "a command goes on over indented lines without '\\' at the end of a line; remove it";
  check_line_faults({
      {"if echo it's", {":3:11: error: this quote is never closed"}},
      {"if echo \"$(echo 'a\")", {":3:9: error: this quote is never closed"}},
      {"if echo `date", {":3:9: error: this quote is never closed"}},
      {"if a \\\n  b", {":3:6: error: "s + backslash}},
      {"if a\n  b \\", {":4:5: error: "s + backslash}},
      {"if a \\ \n  b", {":3:6: error: "s + backslash}},
      {"if 'a\ntimeout 1q", {":3:4: error: this quote is never closed", ":4:*"}},
  });
  CHECK(job_of("every 10m\nrun echo '\\\n  ' \\\\\n  b").command == "echo '\\ ' \\\\ b");
}

TEST_CASE("unknown directives are met with the word that was meant, if it is near", "[faults]") {
  check_line_faults({
      {"timout 1m", {":3:1: error: unknown directive 'timout'; did you mean 'timeout'?"}},
      {"Splay", {":3:1: error: unknown directive 'Splay'; write 'splay'"}},
      {"output: /x", {":3:1: error: unknown directive 'output:'; write 'output /x'"}},
      {"frobnicate", {":3:1: error: unknown directive 'frobnicate'"}},
      {"*/5 * * * * root x",
       {":3:1: error: unknown directive '*/5'; write 'cron */5 * * * *', 'user root' and 'run x', a line each, in a "
        "file of "
        "its own: line 1 is of another job"}},
      {"MAILTO=root", {":3:1: error: unknown directive 'MAILTO=root'; write 'output root@localhost'"}},
      {"PATH=/bin", {":3:1: error: unknown directive 'PATH=/bin'; write 'env PATH=/bin'"}},
      {";run true", {":3:1: error: unknown directive ';run'; a comment begins with '#'"}},
      {"; run true", {":3:1: error: unknown directive ';'; a comment begins with '#'"}},
      {"//timeout 5m", {":3:1: error: unknown directive '//timeout'; a comment begins with '#'"}},
      {"!disabled", {":3:1: error: unknown directive '!disabled'"}},
      {"timeout=5m", {":3:1: error: unknown directive 'timeout=5m'; write 'timeout 5m'"}},
      {"@daily x",
       {":3:1: error: unknown directive '@daily'; write 'cron @daily' and 'run x', a line each, in a file of its own: "
        "line 1 is of another job"}},
      {"a\\b\x1b[2J", {":3:1: error: unknown directive 'a\\\\b\\x1b[2J'"}},
      {"\xC2\xA0splay", {":3:1: error: U+00A0 NO-BREAK SPACE stands where a plain blank belongs; write 'splay'"}},
  });
}

TEST_CASE("a line of a shell's script is no directive, and near to none", "[faults]") {
  for (const std::string line :
       {"fi", "fi;", "done", "done; x", "esac", "then", "else", "elif x", "do", "for i in 1 2", "while x", "}"}) {
    const auto keyword = line.substr(0, line.find(' '));
    check_line_faults({{line,
                        {":3:1: error: unknown directive '" + keyword +
                         "'; a command begins with 'run' or 'if', and goes on over lines that are indented"}}});
  }
}

TEST_CASE("what a job settles once can't be settled twice in its file", "[faults]") {
  const std::vector<std::string> lines{"every 5m",        "run x",    "timeout 1m",  "splay off",
                                       "error if-stderr", "catch-up", "timezone UTC"};
  for (const auto& line : lines) {
    INFO(line);
    const auto keyword = line.substr(0, line.find(' '));
    const auto rest = (keyword == "every" ? "" : "every 10m\n"s) + (keyword == "run" ? "" : "run true\n");
    const auto faults = faults_of(line + "\n" + rest + "# again:\n" + line + "\n");
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].where.line == (rest.find('\n') + 1 == rest.size() ? 4 : 5));
    CHECK(faults[0].message == "'" + keyword + "' is given twice: line 1 has it already");
  }
  check_line_faults({
      {"cron @daily", {":3:1: error: 'cron' contradicts 'every' on line 1: a job has one schedule"}},
      {"timeout 1q\ntimeout 1m", {":3:*", ":4:1: error: 'timeout' is given twice: line 3 has it already"}},
  });
}

TEST_CASE("absurd durations are refused", "[faults]") {
  for (const std::string duration : {"0s", "0", "-1m", "1.5m", "10", "m", "5124095576030431h", "99999999999d", "4000d",
                                     "1m1h", "1 h", "\x1b[2J", "1000000w", "18446744073709551617s", "0x10s", "1e3s"}) {
    INFO(duration);
    check_faults({{"every " + duration + "\nrun true", {":1:*"}}});
    check_line_faults({
        {"timeout " + duration, {":3:*"}},
        {"timeout 1m grace " + duration, {":3:*"}},
        {"splay " + duration, {":3:*"}},
        {"splay job " + duration, {":3:*"}},
        {"catch-up within " + duration, {":3:*"}},
    });
  }
}

TEST_CASE("words that a directive does not know are pointed at", "[faults]") {
  check_line_faults({
      {"timeout 1m 2m", {":3:12: error: '2m' is not known here; write 'timeout 1m grace 2m'"}},
      {"timeout 1m grase 2m", {":3:12: error: 'grase' is not known here; did you mean 'grace'?"}},
      {"timeout 1m grace", {":3:17: error: a duration is missing; the form is 'timeout D [grace D] | timeout off'"}},
      {"timeout 1m grace 2m 3m",
       {":3:21: error: '3m' is one word too many; the form is 'timeout D [grace D] | timeout off'"}},
      {"timeout", {":3:1: error: 'timeout' says nothing; the form is 'timeout D [grace D] | timeout off'"}},
      {"splay of", {":3:7: error: 'of' is not known here; did you mean 'off'?"}},
      {"splay jobs", {":3:7: error: 'jobs' is not known here; did you mean 'job'?"}},
      {"splay host", {":3:7: error: *"}},
      {"splay off 5m", {":3:11: error: 'splay off' takes no window: the job runs at its ticks"}},
      {"splay 5m job", {":3:10: error: 'job' is one word too many; the form is 'splay [job] [WINDOW] | splay off'"}},
      {"splay job 5m 6m", {":3:14: error: '6m' is one word too many; the form is 'splay [job] [WINDOW] | splay off'"}},
      {"catch-up 6h", {":3:10: error: '6h' is not known here; write 'catch-up within 6h'"}},
      {"timeout off 2m", {":3:13: error: '2m' is one word too many; the form is 'timeout D [grace D] | timeout off'"}},
      {"catch-up within", {":3:16: error: a duration is missing; the form is 'catch-up [within D] | catch-up off'"}},
      {"error", {":3:1: error: 'error' says nothing; the form is 'error if-nonzero|if-stderr ...'"}},
      {"error never", {":3:7: error: 'never' is not known here; it may be 'if-nonzero' or 'if-stderr'"}},
      {"error if-stderr if-nonzer", {":3:17: error: 'if-nonzer' is not known here; did you mean 'if-nonzero'?"}},
      {"error if-stderr if-stderr", {":3:17: error: 'if-stderr' is given twice"}},
      {"timezone Europe/Berlin Europe/Paris",
       {":3:24: error: 'Europe/Paris' is one word too many; the form is 'timezone ZONE'"}},
      {"timezone Mars/Olympus", {":3:10: error: *"}},
  });
  check_faults({{"run true\ncron bad", {":2:*"}}});
}

TEST_CASE("outputs that go nowhere are refused", "[faults]") {
  const auto missing = "a target is missing after 'if-error'"s;
  check_line_faults({
      {"output", {":3:1: error: 'output' says nothing; the form is 'output [CONDITION] TARGET'"}},
      {"output if-error", {":3:16: error: " + missing}},
      {"output if-error=ops@example.com", {":3:8: error: 'if-error' and the target are two words"}},
      {"output if-success|a@b.c", {":3:8: error: 'if-success' and the target are two words"}},
      {"output if-error # x", {":3:16: error: " + missing}},
      {"output if-eror a@b.c", {":3:8: error: 'if-eror' is not known here; did you mean 'if-error'?"}},
      {"output mail a@b.c", {":3:8: error: 'mail' is not known here; write 'output a@b.c'"}},
      {"output a@b.c if-error", {":3:14: error: 'if-error' stands before the target; write 'output if-error a@b.c'"}},
      {"output if-error a@b.c d@e.f",
       {":3:23: error: each target has an 'output' line of its own; write 'output if-error a@b.c' and 'output if-error "
        "d@e.f', a line each"}},
      {"output a@b.c again", {":3:14: error: 'again' is one word too many; the form is 'output [CONDITION] TARGET'"}},
      {"output if-recovered if-success a@b.c",
       {":3:21: error: 'if-success' is a second condition, and a line has one"}},
      {"output log/x",
       {":3:8: error: 'log/x' is a relative path, which depends on where acron was started: a path begins with '/'"}},
      {"output if-error  a@b@c", {":3:19: error: '@' can't stand before the '@'"}},
      {"output a@b..c", {":3:12: error: a part of the domain is empty"}},
      {"output /a\noutput if-error /a", {":4:17: error: '/a' is an output of this job already"}},
  });
}

TEST_CASE("all errors of a file are told at once, in the order of its lines", "[faults]") {
  check_faults({{"# a job\nsplay off 5m\nevery 10m\n  twice\ntimout 1m\nerror x\nif 'a\noutput b\n",
                 {":2:11: error: *", ":4:3: error: *", ":5:1: error: *", ":6:7: error: *", ":7:4: error: *",
                  ":8:8: error: *", ": error: no 'run': the job has no command; 'disabled' switches a job off"}}});
}

TEST_CASE("a file of rubbish does not fill the log", "[faults]") {
  std::string rubbish;
  for (int i = 0; i < 100'000; ++i) rubbish += "rubbish\n";
  const auto faults = faults_of(rubbish);
  REQUIRE(faults.size() == 51);
  // 100,000 lines, no schedule and no command; 50 are shown.
  CHECK(headline(faults.back()) == "job: error: 99952 more errors are not shown");
}

TEST_CASE("a job has a hundred outputs and gates at most", "[faults]") {
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "if x\noutput /" + std::to_string(i) + "\n";
  CHECK(job_of("every 10m\nrun true\n" + lines).gates.size() == 100);
  check_line_faults({{lines + "if y\noutput /x",
                      {":203:4: error: more than 100 conditions", ":204:8: error: more than 100 outputs"}}});
}

TEST_CASE("proposals of one file can be written beside each other, or it is said that they can't", "[faults]") {
  const std::string own = ", in a file of its own: line 1 is of another job";
  check_faults({
      {"0 5 * * * /x\n0 6 * * * /y\n",
       {":1:1: error: unknown directive '0'; write 'cron 0 5 * * *' and 'run /x', a line each",
        ":2:1: error: unknown directive '0'; write 'cron 0 6 * * *' and 'run /y', a line each" + own}},
      {"OnCalendar=daily\nOnCalendar=hourly\nExecStart=/x\n",
       {":1:1: error: unknown directive 'OnCalendar=daily'; write 'every day'",
        ":2:1: error: unknown directive 'OnCalendar=hourly': line 1 has the job's one schedule already",
        ":3:1: error: unknown directive 'ExecStart=/x'; write 'run /x'"}},
      {"every: 300\nevery: 5m\nrun x\n",
       {":1:1: error: unknown directive 'every:'; write 'every 300s' or 'every 300m'",
        ":2:1: error: unknown directive 'every:': line 1 has the job's one schedule already"}},
      {"0 6 * * * /y\nevery day\nrun a\n",
       {":1:1: error: unknown directive '0'; write 'cron 0 6 * * *' and 'run /y', a line each, in a file of its own: "
        "line "
        "2 is of another job"}},
      {"User=a\nevery day\nrun a\nuser b\n", {":1:1: error: unknown directive 'User=a': line 4 has 'user' already"}},
      {"every day\nrun a\n0 6 * * * /y\n",
       {":3:1: error: unknown directive '0'; write 'cron 0 6 * * *' and 'run /y', a line each" + own}},
  });
  check_faults({{"run true\nOnUnitActiveSec=1h\n",
                 {":2:1: error: unknown directive 'OnUnitActiveSec=1h': here the clock sets the rhythm, not the last "
                  "start; write 'every 1h'"}}});
  check_line_faults({
      {"timeout=5m\ntimeout=6m",
       {":3:1: error: unknown directive 'timeout=5m'; write 'timeout 5m'",
        ":4:1: error: unknown directive 'timeout=6m': line 3 has 'timeout' already"}},
      {"timeout 5m\ntimeout=6m", {":4:1: error: unknown directive 'timeout=6m': line 3 has 'timeout' already"}},
      {"output ops@x.org\nMAILTO=ops@x.org",
       {":4:1: error: unknown directive 'MAILTO=ops@x.org': 'ops@x.org' is an output of this job already"}},
      {"MAILTO=ops@x.org\noutput ops@x.org",
       {":3:1: error: unknown directive 'MAILTO=ops@x.org': 'ops@x.org' is an output of this job already"}},
      {"MAILTO=ops@x.org\nmail: ops@x.org",
       {":3:1: error: unknown directive 'MAILTO=ops@x.org'; write 'output ops@x.org'",
        ":4:1: error: unknown directive 'mail:': 'ops@x.org' is an output of this job already"}},
      {"A=b\nC=d",
       {":3:1: error: unknown directive 'A=b'; write 'env A=b'",
        ":4:1: error: unknown directive 'C=d'; write 'env C=d'"}},
  });
}

namespace {

std::string not_for(std::size_t line) {
  return ": in a crontab it counts for the lines below it only, not for line " + std::to_string(line);
}

std::string unknown(std::size_t line, const std::string& keyword) {
  return ":" + std::to_string(line) + ":1: error: unknown directive '" + keyword + "'";
}

}  // namespace

TEST_CASE("a crontab's setting is proposed for the jobs below it only, and the last of its name", "[faults]") {
  const std::string own = ", in a file of its own: line ";
  const std::string with_settings = " is of another job; the settings above belong there, too, or in a _defaults";
  check_faults({
      {"MAILTO=a@x.com\n0 5 * * * /x\nMAILTO=b@x.com\nCRON_TZ=Asia/Tokyo\nPATH=/opt/bin:/bin\n0 6 * * * /y\n",
       {unknown(1, "MAILTO=a@x.com") + "; write 'output a@x.com'",
        unknown(2, "0") + "; write 'cron 0 5 * * *' and 'run /x', a line each",
        unknown(3, "MAILTO=b@x.com") + not_for(2), unknown(4, "CRON_TZ=Asia/Tokyo") + not_for(2),
        unknown(5, "PATH=/opt/bin:/bin") + not_for(2),
        unknown(6, "0") + "; write 'cron 0 6 * * *' and 'run /y', a line each" + own + "2" + with_settings}},
      {"0 5 * * * /x\nMAILTO=b@x.com\n",
       {unknown(1, "0") + "; write 'cron 0 5 * * *' and 'run /x', a line each",
        unknown(2, "MAILTO=b@x.com") + not_for(1)}},
      {"MAILTO=a@x.com\nFOO=1\nMAILTO=b@x.com\nFOO=2\n@daily /x\n",
       {unknown(1, "MAILTO=a@x.com") + ": line 3 sets it again, and the last one counts",
        unknown(2, "FOO=1") + ": line 4 sets it again, and the last one counts",
        unknown(3, "MAILTO=b@x.com") + "; write 'output b@x.com'", unknown(4, "FOO=2") + "; write 'env FOO=2'",
        unknown(5, "@daily") + "; write 'cron @daily' and 'run /x', a line each"}},
      {"cron 0 5 * * *\nrun /x\nMAILTO=b@x.com\n0 6 * * * /y\n",
       {unknown(3, "MAILTO=b@x.com") + not_for(1),
        unknown(4, "0") + "; write 'cron 0 6 * * *' and 'run /y', a line each" + own + "1" + with_settings}},
      {"SCHEDULE=daily\nRUN=/y\nINTERVAL=5m\n0 5 * * * /x $RUN\n",
       {unknown(1, "SCHEDULE=daily") + "; write 'env SCHEDULE=daily'", unknown(2, "RUN=/y") + "; write 'env RUN=/y'",
        unknown(3, "INTERVAL=5m") + "; write 'env INTERVAL=5m'",
        unknown(4, "0") + "; write 'cron 0 5 * * *' and 'run /x $RUN', a line each"}},
      {"ENVIRONMENT=A=1\nENVIRONMENT=A=2\n@daily /x\n",
       {unknown(1, "ENVIRONMENT=A=1") + ": line 2 sets it again, and the last one counts",
        unknown(2, "ENVIRONMENT=A=2") + "; write 'env ENVIRONMENT=A=2'",
        unknown(3, "@daily") + "; write 'cron @daily' and 'run /x', a line each"}},
      {"RUN=/y\n", {unknown(1, "RUN=/y") + "; write 'env RUN=/y'", ": error: no 'every'*", ": error: no 'run'*"}},
      {"every 10m\nrun true\nMAILTO=b@x.com\n", {unknown(3, "MAILTO=b@x.com") + "; write 'output b@x.com'"}},
      {"1 5 cron.daily run-parts /etc/cron.daily\nPATH=/bin\n",
       {unknown(1, "1") +
            "; of an anacrontab's line the period becomes 'every', beside 'catch-up', and the command 'run COMMAND'",
        unknown(2, "PATH=/bin") + not_for(1), ": error: no 'every'*", ": error: no 'run'*"}},
      {"CRON_TZ=UTC 0 5 * * * /x\nhttp_proxy=http://p:1/\n%hourly 5 /y\n",
       {unknown(1, "CRON_TZ=UTC") + "; write 'timezone UTC', 'cron 0 5 * * *' and 'run /x', a line each",
        unknown(2, "http_proxy=http://p:1/") + not_for(1),
        unknown(3, "%hourly") + "; a crontab line becomes 'cron TIMES' and 'run COMMAND'"}},
  });
}

TEST_CASE("of a unit's commands none is proposed alone, and nothing that the unit takes back", "[faults]") {
  const auto follows = [](int line) {
    return ": line " + std::to_string(line) +
           " is of the same job, whose commands follow each other; one 'run' joins them by '&&'";
  };
  const std::string reset = ": it takes back what stands above it, which needs no line here";
  check_faults({
      {"every day\nExecStart=/a\nExecStart=/b\n",
       {unknown(2, "ExecStart=/a") + follows(3), unknown(3, "ExecStart=/b") + follows(2)}},
      {"every day\nExecStartPre=/a\nExecStart=/b\n",
       {unknown(2, "ExecStartPre=/a") + follows(3), unknown(3, "ExecStart=/b") + follows(2)}},
      {"every day\nExecStart=/a\nExecStart=\nExecStart=/b\n",
       {unknown(2, "ExecStart=/a") + ": line 3 takes it back", unknown(3, "ExecStart=") + reset,
        unknown(4, "ExecStart=/b") + "; write 'run /b'"}},
      {"every day\nExecStartPre=/a\nExecStartPre=\nExecStart=/b\n",
       {unknown(2, "ExecStartPre=/a") + ": line 3 takes it back", unknown(3, "ExecStartPre=") + reset,
        unknown(4, "ExecStart=/b") + "; write 'run /b'"}},
      {"run x\nOnUnitActiveSec=5m\nOnCalendar=\nOnCalendar=hourly\nUser=a\nUser=b\n",
       {unknown(2, "OnUnitActiveSec=5m") + ": line 3 takes it back", unknown(3, "OnCalendar=") + reset,
        unknown(4, "OnCalendar=hourly") + "; write 'every hour'",
        unknown(5, "User=a") + ": line 6 sets it again, and the last one counts",
        unknown(6, "User=b") + "; write 'user b'"}},
      {"every day\nrun x\nEnvironment=A=1\nEnvironment=B=2\nEnvironment=A=3\n",
       {unknown(3, "Environment=A=1") + ": line 5 sets it again, and the last one counts",
        unknown(4, "Environment=B=2") + "; write 'env B=2'", unknown(5, "Environment=A=3") + "; write 'env A=3'"}},
  });
}

TEST_CASE("steps of one job are not taken for jobs, and those of other sections are", "[faults]") {
  const auto too = [](int line) { return ": line " + std::to_string(line) + " has a command, too, and a job has one"; };
  const std::string own = ", in a file of its own: line 1 is of another job";
  check_faults({
      {"every day\nFROM debian\nRUN a\nRUN b\nCMD c\n",
       {unknown(2, "FROM"), unknown(3, "RUN") + too(4), unknown(4, "RUN") + too(3), unknown(5, "CMD") + too(3)}},
      {"every day\nrun: a\ncommand: b\n", {unknown(2, "run:") + too(3), unknown(3, "command:") + too(2)}},
      {"every day\nrun a\ncommand: b\n", {unknown(3, "command:") + ": line 2 has 'run' already"}},
      {"schedule: @daily\ncommand: /x\n---\nschedule: @hourly\ncommand: /y\ntimezone: UTC\n",
       {unknown(1, "schedule:") + "; write 'cron @daily'", unknown(2, "command:") + "; write 'run /x'",
        unknown(3, "---") + "; a job file has directives only",
        unknown(4, "schedule:") + "; write 'cron @hourly'" + own, unknown(5, "command:") + "; write 'run /y'" + own,
        unknown(6, "timezone:") + ": line 3 begins another job, which has a file of its own"}},
      {"schedule = @daily\ncommand = /x\n[b]\nschedule = @hourly\ncommand = /y\nlimit = memory 5G\n",
       {unknown(1, "schedule") + "; write 'cron @daily'", unknown(2, "command") + "; write 'run /x'",
        unknown(3, "[b]") + "; a job file has no sections", unknown(4, "schedule") + "; write 'cron @hourly'" + own,
        unknown(5, "command") + "; write 'run /y'" + own,
        ":6:1: error: not of this job: line 3 begins another job, which has a file of its own"}},
      {"[Unit]\n[Timer]\nOnCalendar=daily\n[Service]\nExecStart=/x\nUser=b\n",
       {unknown(1, "[Unit]") + "; a job file has no sections", unknown(2, "[Timer]") + "; a job file has no sections",
        unknown(3, "OnCalendar=daily") + "; write 'every day'",
        unknown(4, "[Service]") + "; a job file has no sections", unknown(5, "ExecStart=/x") + "; write 'run /x'",
        unknown(6, "User=b") + "; write 'user b'"}},
  });
}

TEST_CASE("words of other languages are no slips of a directive", "[faults]") {
  check_line_faults({
      {"CMD [\"/usr/bin/report\"]", {unknown(3, "CMD") + "; the form is 'run COMMAND'"}},
      {"end", {unknown(3, "end") + "; a command begins with 'run' or 'if', and goes on over lines that are indented"}},
      {"use strict", {unknown(3, "use")}},
      {"return 0", {unknown(3, "return")}},
      {"flock -n /x", {unknown(3, "flock")}},
      {"cat /x", {unknown(3, "cat")}},
      {"evn A=b", {unknown(3, "evn") + "; did you mean 'env'?"}},
  });
}

TEST_CASE("a crontab's line with times that acron has not is met with what it has", "[faults]") {
  const std::string becomes = "; a crontab line becomes 'cron TIMES' and 'run COMMAND'";
  const std::string splay = becomes + "; for a time of the host's own use `splay`";
  check_line_faults({
      {"2 3 * * * git cd /srv && make",
       {unknown(3, "2") + becomes + "; 'git' may be a user, who becomes 'user NAME', or begin the command"}},
      {"@daily deploy cleanup",
       {unknown(3, "@daily") + becomes + "; 'deploy' may be a user, who becomes 'user NAME', or begin the command"}},
      {"H 5 * * *", {unknown(3, "H") + splay}},
      {"H/15 * * * * /x", {unknown(3, "H/15") + splay}},
      {"~ 5 * * * /x", {unknown(3, "~") + splay}},
      {"0~30 5 * * * /x", {unknown(3, "0~30") + splay}},
      {"0 5 L * * /x", {unknown(3, "0") + becomes + "; last, nearest and n-th days are not known here"}},
  });
  check_faults({{"cron 2 3 * * * git cd /srv && make\nrun true\n",
                 {":1:16: error: 'git' follows the five fields; a command belongs in `run`; 'git' may be a user, who "
                  "becomes 'user NAME', or begin the command"}}});
  const std::string command = "/x " + std::string(300, 'a');
  check_faults(
      {{"0 5 * * * " + command + "\n",
        {unknown(1, "0") + "; write 'cron 0 5 * * *', and the command as it is in a line that begins with run"}},
       {"0 5 * * * root " + command + "\n",
        {unknown(1, "0") + "; write 'cron 0 5 * * *' and 'user root', a line each, and the command as it is "
                           "in a line that begins with run"}}});
}

TEST_CASE("a number without a unit is answered alike in every notation", "[faults]") {
  const std::string either = "; write 'timeout 300s' or 'timeout 300m'";
  const std::string reason = "error: '300' is not a duration: a unit is missing";
  check_line_faults({
      {"timeout 300", {":3:12: " + reason + either}},
      {"timeout: 300", {unknown(3, "timeout:") + either}},
      {"timeout=300", {unknown(3, "timeout=300") + either}},
      {"timeout = 300", {":3:14: " + reason + either}},
      {"splay: 300", {unknown(3, "splay:") + "; write 'splay 300s' or 'splay 300m'"}},
      {"splay = 300", {":3:12: " + reason + "; write 'splay 300s' or 'splay 300m'"}},
      {"catch-up: within 300", {unknown(3, "catch-up:") + "; write 'catch-up within 300s' or 'catch-up within 300m'"}},
      {"retry: 3 every 30", {unknown(3, "retry:") + "; write 'retry 3 every 30s' or 'retry 3 every 30m'"}},
      {"timeout: 300\ntimeout: 5m",
       {unknown(3, "timeout:") + either, unknown(4, "timeout:") + ": line 3 has 'timeout' already"}},
      {"TimeoutStartSec=300", {unknown(3, "TimeoutStartSec=300") + "; write 'timeout 300s'"}},
      {"timeout 1m grace 0", {":3:18: error: '0' is too short: at least 1s"}},
  });
}

TEST_CASE("a file of nothing but variables is read in one go", "[faults]") {
  std::string text;
  for (int i = 0; text.size() < largest_job_file - 20; ++i) text += "env A" + std::to_string(i) + "=1\n";
  const auto faults = faults_of(text);
  REQUIRE(faults.size() > 1);
  CHECK(faults.front().message == "more than 100 variables");
  CHECK(faults.front().where.line == 101);
}

TEST_CASE("a line of an anacrontab is told as one", "[faults]") {
  for (const std::string line :
       {"1 5 cron.daily nice run-parts /etc/cron.daily", "@monthly 15 cron.monthly nice x", "7 10 backup y"}) {
    INFO(line);
    CHECK_THAT(faults_of(line + "\n").front().message,
               Catch::Contains("; of an anacrontab's line the period becomes 'every'"));
  }
  for (const std::string line : {"1 5 * * * frobnicate a", "1 5 1 cron.daily x", "1 5 x", "0 5 L * * /x"}) {
    INFO(line);
    CHECK_THAT(faults_of(line + "\n").front().message, !Catch::Contains("anacrontab"));
  }
}
