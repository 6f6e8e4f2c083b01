#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "fault_rows.hpp"

using namespace acron;
using namespace std::string_literals;

TEST_CASE("a user that is none is refused, whatever the system would make of it", "[settings_faults]") {
  check_line_faults({
      {"user", {":3:1: error: 'user' says nothing; the form is 'user NAME[:GROUP]'"}},
      {"user 0day", {":3:6: error: '0day' is no name of a user: it begins with neither a letter nor '_'"}},
      {"user -1", {":3:6: error: '-1' is a number; a user is called by its name, which can't be another's"}},
      {"user 4294967295",
       {":3:6: error: '4294967295' is a number; a user is called by its name, which can't be another's"}},
      {"user backup:6", {":3:13: error: '6' is a number; a group is called by its name, which can't be another's"}},
      {"user backup:", {":3:13: error: the name of the group is missing"}},
      {"user " + std::string(33, 'u'), {":3:6: error: the name of a user has 32 bytes at most"}},
      {"user a b", {":3:8: error: 'b' is one word too many; the form is 'user NAME[:GROUP]'"}},
      {"usr backup", {":3:1: error: unknown directive 'usr'; did you mean 'user'?"}},
  });
}

const std::string remedy = "let a symlink without one lead there";

TEST_CASE("surroundings that a run can't have are refused", "[settings_faults]") {
  check_line_faults({
      {"env", {":3:1: error: 'env' says nothing; the form is 'env NAME=VALUE'"}},
      {"env PATH", {":3:5: error: 'PATH' sets no variable; the form is 'env NAME=VALUE'"}},
      {"env 1A=b", {":3:5: error: '1A' is no name of a variable: letters, digits and '_', no digit first"}},
      {"env ACRON_JOB=b", {":3:5: error: names that begin with 'ACRON_' are acron's own"}},
      {"env A=b c",
       {":3:8: error: a value with blanks is written in quotes, and a line has one variable; write `env A='b c'`"}},
      {"env A='b", {":3:7: error: this quote is never closed"}},
      {"cwd", {":3:1: error: 'cwd' says nothing; the form is 'cwd DIRECTORY'"}},
      {"cwd srv",
       {":3:5: error: 'srv' is a relative path, which depends on where acron was started: a path begins with '/'"}},
      {"cwd ~", {":3:5: error: '~' is not a path here, where no shell reads '~': a path begins with '/'"}},
      {"cwd \"/a b\"", {":3:5: error: a path is one word here, and can't hold a blank, not even in quotes; " + remedy}},
      {"cwd '/a b'", {":3:5: error: a path is one word here, and can't hold a blank, not even in quotes; " + remedy}},
      {"cwd /a\\ b", {":3:5: error: a path is one word here, and can't hold a blank, not even in quotes; " + remedy}},
      {"shell '/opt/my sh'",
       {":3:7: error: a path is one word here, and can't hold a blank, not even in quotes; " + remedy}},
      {"output if-error '/a b.log'",
       {":3:17: error: a path is one word here, and can't hold a blank, not even in quotes; " + remedy}},
      {"cwd /a /b", {":3:8: error: '/b' is one word too many; the form is 'cwd DIRECTORY'"}},
      {"umask 028", {":3:7: error: '028' is no mask of permissions, three octal digits such as 027"}},
      {"umask 1000", {":3:7: error: '1000' is no mask of permissions, three octal digits such as 027"}},
      {"umask u=rwx", {":3:7: error: 'u=rwx' is no mask of permissions, three octal digits such as 027"}},
      {"nice", {":3:1: error: 'nice' says nothing; the form is 'nice N'"}},
      {"nice 20", {":3:6: error: '20' is not a niceness, a number from -20 to 19"}},
      {"nice -21", {":3:6: error: '-21' is not a niceness, a number from -20 to 19"}},
      {"nice +5", {":3:6: error: '+5' is not a niceness, a number from -20 to 19; write 'nice 5'"}},
      {"nice 99999999999999999999", {":3:6: error: '99999999999999999999' is not a niceness, a number from -20 to 19"}},
      {"shell bash",
       {":3:7: error: 'bash' is a relative path, which depends on where acron was started: a path begins with '/'; "
        "write 'shell "
        "/bin/bash'"}},
      {"shell /bin/bash -e", {":3:17: error: '-e' is one word too many; the form is 'shell PATH'"}},
      {"description", {":3:1: error: 'description' says nothing; the form is 'description TEXT'"}},
      {"description " + std::string(1001, 'd'), {":3:1013: error: a description has 1000 bytes at most"}},
  });
}

TEST_CASE("limits that are none are refused", "[settings_faults]") {
  const auto form = "'limit memory|cpu|files|processes|core AMOUNT|off'"s;
  check_line_faults({
      {"limit", {":3:1: error: 'limit' says nothing; the form is " + form}},
      {"limit memory", {":3:13: error: an amount is missing; the form is " + form}},
      {"limit memori 1G", {":3:7: error: 'memori' is not known here; did you mean 'memory'?"}},
      {"limit stack 1G",
       {":3:7: error: 'stack' is not known here; it may be 'memory', 'cpu', 'files', 'processes' or 'core'"}},
      {"limit memory 512MB", {":3:14: error: '512MB' is no number of bytes; write 'limit memory 512M'"}},
      {"limit memory 512K", {":3:14: error: '512K' of memory is too little for any program: 1M at least"}},
      {"limit memory 512", {":3:14: error: '512' of memory is too little for any program: 1M at least"}},
      {"limit memory 99999999T", {":3:14: error: '99999999T' is more than any machine has"}},
      {"limit memory 1G 2G", {":3:17: error: '2G' is one word too many; the form is " + form}},
      {"limit cpu 30", {":3:*"}},
      {"limit files 7", {":3:13: error: '7' is not a limit of open files, a number from 8 to 1073741824"}},
      {"limit files 1K", {":3:13: error: '1K' is not a limit of open files, a number from 8 to 1073741824"}},
      {"limit processes 0", {":3:17: error: '0' is not a limit of processes, a number from 1 to 4194304"}},
      {"limit core -1", {":3:12: error: '-1' is no number of bytes, such as 512M, with one of K, M, G and T"}},
  });
}

TEST_CASE("policies that are none are refused", "[settings_faults]") {
  const auto retry = "'retry N every D | retry N backoff D | retry off'"s;
  check_line_faults({
      {"overlap", {":3:1: error: 'overlap' says nothing; the form is 'overlap skip|queue|replace|allow'"}},
      {"overlap skp", {":3:9: error: 'skp' is not known here; did you mean 'skip'?"}},
      {"overlap never", {":3:9: error: 'never' is not known here; it may be 'skip', 'queue', 'replace' or 'allow'"}},
      {"overlap skip queue",
       {":3:14: error: 'queue' is one word too many; the form is 'overlap skip|queue|replace|allow'"}},
      {"overlp skip", {":3:1: error: unknown directive 'overlp'; did you mean 'overlap'?"}},
      {"lock a/b", {":3:7: error: '/' can't stand in the name of a lock: letters, digits, '-', '_' and '.'"}},
      {"lock a b", {":3:8: error: 'b' is one word too many; the form is 'lock NAME | lock off'"}},
      {"lock " + std::string(101, 'l'), {":3:6: error: the name of a lock has 100 bytes at most"}},
      {"retry", {":3:1: error: 'retry' says nothing; the form is " + retry}},
      {"retry 3", {":3:8: error: 'every' or 'backoff' is missing; the form is " + retry}},
      {"retry 3 every", {":3:14: error: a duration is missing; the form is " + retry}},
      {"retry 3 in 1m", {":3:9: error: 'in' is not known here; it may be 'every' or 'backoff'"}},
      {"retry 3 backof 1m", {":3:9: error: 'backof' is not known here; did you mean 'backoff'?"}},
      {"retry 0 every 1m",
       {":3:7: error: '0' is not how often to try again, a number from 1 to 100; write 'retry off'"}},
      {"retry 101 every 1m", {":3:7: error: '101' is not how often to try again, a number from 1 to 100"}},
      {"retry every 1m", {":3:7: error: 'every' is not how often to try again, a number from 1 to 100"}},
      {"retry 3 every 1m 2m", {":3:18: error: '2m' is one word too many; the form is " + retry}},
      {"retry 3 backoff 2h", {":3:17: error: a backoff never waits longer than 1h; write 'retry 3 every 2h'"}},
      {"retry 3 every 0s", {":3:15*"}},
      {"retry off 3", {":3:11: error: '3' is one word too many; the form is " + retry}},
  });
}

TEST_CASE("a part of the fleet that is none is refused", "[settings_faults]") {
  check_line_faults({
      {"only", {":3:1: error: 'only' says nothing; the form is 'only P% | only on PATTERN,...'"}},
      {"only 5",
       {":3:6: error: '5' is no share of the fleet such as 5%, and names of hosts stand behind 'on'; write 'only 5%'"}},
      {"only 101%", {":3:6: error: a share is at most 100%"}},
      {"only web*",
       {":3:6: error: 'web*' is no share of the fleet such as 5%, and names of hosts stand behind 'on'; write 'only on "
        "web*'"}},
      {"only on", {":3:8: error: a pattern of host names is missing after 'on'"}},
      {"only web*, db*",
       {":3:6: error: 'web*,' is no share of the fleet such as 5%, and names of hosts stand behind 'on'; write 'only "
        "on web*,db*'"}},
      {"only on web*, db*", {":3:15: error: there is no space after a comma here; write 'only on web*,db*'"}},
      {"only on web* db*", {":3:14: error: 'db*' is one word too many; write 'only on web*,db*'"}},
      {"only 5% 6%", {":3:9: error: '6%' is one word too many; the form is 'only P% | only on PATTERN,...'"}},
      {"only on web*,", {":3:14: error: a pattern of host names is empty; write 'only on web*'"}},
      {"only on a,db-0[1-9", {":3:15: error: '[' is never closed by a ']'"}},
      {"only 5% on web*", {":3:9: error: 'on' is one word too many; write 'only 5%' and 'only on web*', a line each"}},
  });
}

TEST_CASE("a word that may mean that a job is not switched off is no reason", "[settings_faults]") {
  const std::string rest = "as the reason; write 'disabled off' to have it scheduled";
  check_line_faults({
      {"disabled no", {":3:10: error: 'disabled no' would disable the job, with 'no' " + rest}},
      {"disabled = no", {":3:10: error: 'disabled = no' would disable the job, with '= no' " + rest}},
      {"disabled \"off\"", {":3:10: error: 'disabled \"off\"' would disable the job, with '\"off\"' " + rest}},
      {"disabled off.", {":3:10: error: 'disabled off.' would disable the job, with 'off.' " + rest}},
      {"disabled off (ticket 5)",
       {":3:10: error: 'disabled off (ticket 5)' would disable the job, with 'off (ticket 5)' " + rest}},
      {"disabled off: fixed", {":3:10: error: 'disabled off: fixed' would disable the job, with 'off: fixed' " + rest}},
      {"disabled off, fixed", {":3:10*"}},
      {"disabled off because fixed", {":3:10*"}},
      {"disabled (off) fixed", {":3:10*"}},
      {"disabled false since monday", {":3:10*"}},
      {"disabled False: fixed", {":3:10*"}},
      {"disabled False", {":3:10: error: 'disabled False' would disable the job, with 'False' " + rest}},
      {"disabled 0", {":3:10: error: 'disabled 0' would disable the job, with '0' " + rest}},
      {"disabled never", {":3:10*"}},
      {"disabled OFF", {":3:10*"}},
      {"disabled off;", {":3:10: error: 'disabled off;' would disable the job, with 'off;' " + rest}},
      {"disabled none", {":3:10: error: 'disabled none' would disable the job, with 'none' " + rest}},
      {"disabled Nein", {":3:10: error: 'disabled Nein' would disable the job, with 'Nein' " + rest}},
      {"disabled non", {":3:10: error: 'disabled non' would disable the job, with 'non' " + rest}},
      {"disabled n", {":3:10: error: 'disabled n' would disable the job, with 'n' " + rest}},
      {"disabled (no)", {":3:10: error: 'disabled (no)' would disable the job, with '(no)' " + rest}},
      {"disabled !true", {":3:10: error: 'disabled !true' would disable the job, with '!true' " + rest}},
      {"disabled not yes", {":3:10: error: 'disabled not yes' would disable the job, with 'not yes' " + rest}},
      {"disabled\ndisabled off", {":4:1: error: 'disabled' is given twice: line 3 has it already"}},
      {"disabled " + std::string(1001, 'x'), {":3:1010: error: a reason has 1000 bytes at most"}},
  });
}

TEST_CASE("a target gets no run twice, and a URL is not repeated where it is wrong", "[settings_faults]") {
  check_line_faults({
      {"output stderr /x",
       {":3:15: error: an output gets what is printed to stdout and to stderr; in the command '2>>FILE' parts them"}},
      {"output if-error if-stderr a@b.c",
       {":3:17: error: 'if-stderr' is of the directive 'error', which says what a failure is; 'if-error' is for all "
        "failures"}},
      {"output if-error if-failed a@b.c", {":3:17: error: 'if-failed' is no target, and a line has one condition"}},
      {"output /var/log/x\noutput /var//log/./x", {":4:8: error: '/var//log/./x' is an output of this job already"}},
      {"output syslog\noutput if-error syslog", {":4:17: error: 'syslog' is an output of this job already"}},
      {"output if-error a@b.c\noutput if-first-error a@b.c",
       {":4:23: error: 'a@b.c' is an output of this job already"}},
      {"output https://b.c/secret\noutput https://b.c/secret",
       {":4:8: error: 'https://b.c/...' is an output of this job already"}},
      {"output ftp://b.c/secret", {":3:8: error: 'ftp' is no scheme known here; it may be 'https' or 'http'"}},
      {"output /a https://b.c/secret", {":3:11: error: each target has an 'output' line of its own"}},
      {"output if-recoverd a@b.c", {":3:8: error: 'if-recoverd' is not known here; did you mean 'if-recovered'?"}},
      {"output if-success", {":3:18: error: a target is missing after 'if-success'"}},
      {"output if-error if-recovered a@b.c", {":3:17*"}},
      {"output sylog", {":3:8: error: 'sylog' is not known here; did you mean 'syslog'?"}},
  });
}

TEST_CASE("a gate of each run needs a command", "[settings_faults]") {
  check_line_faults({{"if each-run", {":3:12: error: a command is missing after 'each-run'"}},
                     {"if each-run  # x", {":3:12: error: a command is missing after 'each-run'"}}});
}

TEST_CASE("a slip in each-run is no command, which would never succeed", "[settings_faults]") {
  const auto refused = [](const std::string& word) {
    return ":3:4: error: '" + word + "' is no command here; write 'if each-run test -f /x'";
  };
  check_line_faults({{"if eachrun test -f /x", {refused("eachrun")}},
                     {"if each-run: test -f /x", {refused("each-run:")}},
                     {"if each_run test -f /x", {refused("each_run")}},
                     {"if Each-run test -f /x", {refused("Each-run")}},
                     {"if each-rum test -f /x", {refused("each-rum")}},
                     {"if each run test -f /x", {refused("each run")}},
                     {"if each-run, test -f /x", {refused("each-run,")}},
                     {"if eachrun", {":3:4: error: 'eachrun' is no command here; the form is 'if each-run COMMAND'"}}});
  const auto before = [](const std::string& negation, const std::string& rest) {
    return ":3:4: error: 'each-run' belongs before '" + negation + "'; " + rest;
  };
  const auto meant = "write 'if each-run ! test -f /x'"s, form = "the form is 'if each-run ! COMMAND'"s;
  check_line_faults(
      {{"if ! each-run test -f /x", {before("!", meant)}},
       {"if !each-run test -f /x", {before("!", meant)}},
       {"if not each-run test -f /x", {before("not", meant)}},
       {"if Unless each-run test -f /x", {before("Unless", meant)}},
       {"if ! eachrun test -f /x", {before("!", meant)}},
       {"if not each-run -f /x", {before("not", meant)}},
       {"if ! each-run ! test -f /x", {before("!", form)}},
       {"if not each-run test -f $(x) && b", {before("not", form)}},
       {"if ! each-run", {before("!", form)}},
       {"if eachrun not test -f /x", {refused("eachrun").replace(refused("eachrun").find("write"), 99, meant)}}});
  for (const std::string command : {"! reach-run x", "!each x", "not x each-run", "reach-run x", "each x",
                                    "./each-run x", "/bin/eachrun", "breach run", "echo run"}) {
    INFO(command);
    CHECK(parse_job({"job", "every 10m\nrun true\nif " + command + "\n"}).has_value());
  }
}

TEST_CASE("a job has a hundred variables and gates of each run at most", "[settings_faults]") {
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "env A" + std::to_string(i) + "=1\nif each-run x\n";
  CHECK(job_of("every 10m\nrun true\n" + lines).settings->environment.size() == 100);
  check_line_faults(
      {{lines + "env B=1\nif each-run x",
        {":203:5: error: more than 100 variables", ":204:4: error: more than 100 conditions of each run"}}});
}

TEST_CASE("each variable, limit and way to choose hosts is settled once in a file", "[settings_faults]") {
  check_line_faults({
      {"env A=1\nenv B=1\nenv A=2", {":5:1: error: 'env A' is given twice: line 3 has it already"}},
      {"limit files 10\nlimit core 0\nlimit files 11",
       {":5:1: error: 'limit files' is given twice: line 3 has it already"}},
      {"only 5%\nonly on a\nonly 6%\nonly on b",
       {":5:1: error: 'only' is given twice: line 3 has it already",
        ":6:1: error: 'only on' is given twice: line 4 has it already"}},
      {"env A='1'\nenv A='2'", {":4:1: error: 'env A' is given twice: line 3 has it already"}},
      {"user a\nuser b", {":4:1: error: 'user' is given twice: line 3 has it already"}},
  });
}

TEST_CASE("what only root may ask is refused where it is written when acron is not root", "[settings_faults]") {
  const Defaults mark{Privileges{.is_root = false, .user = "mark", .group = "staff"}};
  const auto job = [](const std::string& lines) { return "every 10m\nrun true\n" + lines; };
  for (const std::string line : {"user mark", "user mark:staff", "nice 0", "nice 19", "limit files 100", "umask 0"}) {
    INFO(line);
    CHECK(job_of(job(line), mark) == job_of(job(line)));
  }
  struct Row {
    std::string line, headline;
  };
  const std::vector<Row> rows{
      {"user root", "job:3:6: error: only root may run a job as 'root'; this acron is 'mark'"},
      {"user mark:disk", "job:3:6: error: only root may run a job as 'mark:disk'; this acron is 'mark'"},
      {"nice -1", "job:3:6: error: only root may put a job before others by a negative niceness"},
  };
  for (const auto& row : rows) {
    INFO(row.line);
    const auto faults = faults_of(job(row.line), mark);
    REQUIRE(faults.size() == 1);
    CHECK(headline(faults[0]) == row.headline);
    CHECK_NOTHROW(job_of(job(row.line)));
  }
}

TEST_CASE("privileges hold for all files of a chain", "[settings_faults]") {
  const Privileges mark{.is_root = false, .user = "mark", .group = "staff"};
  const SourceFile below{"job", "every 1h\nrun a"};
  const std::vector<SourceFile> defaults{{"_defaults", "nice 5\n"}, {"web/_defaults", "user root\n"}};
  const auto job = parse_job(below, defaults, mark);
  REQUIRE(job.has_error());
  CHECK(headline(job.error().front()) ==
        "web/_defaults:1:6: error: only root may run a job as 'root'; this acron is 'mark'");
  CHECK(parse_job(below, defaults).has_value());
  CHECK(check_defaults(defaults[1], mark).size() == 1);
  CHECK(check_defaults(defaults[1]).empty());
}
