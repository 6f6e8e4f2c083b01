#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/config/warnings.hpp"
#include "acron/core/proposal.hpp"
#include "fault_rows.hpp"

using namespace acron;
using Catch::Matchers::Contains;

namespace {

/// The warnings of each file, by their places and a part of their words; one that has none is as it should be.
struct DoubtRow {
  std::string text;
  std::vector<std::string> places;
  std::string message;
};

void check_doubts(const std::vector<DoubtRow>& rows) {
  for (const auto& row : rows) {
    INFO(row.text);
    const auto found = warnings_about({"job", row.text});
    if (!found.empty()) INFO(headline(found.front()));
    REQUIRE(found.size() == row.places.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK_THAT(headline(found[i]), Catch::StartsWith("job:" + row.places[i] + ": warning: "));
      CHECK_THAT(found[i].message, Contains(row.message));
      check_proposals_of(row.text, found[i]);
    }
  }
}

}  // namespace

TEST_CASE("a directive that is indented is told to be a part of the command", "[doubts]") {
  const std::string why =
      " is a part of the command: a line that begins with a blank goes on with the command above it";
  check_doubts({
      {"run /usr/bin/report\n    timeout 5m\n    user nobody\n    output ops@example.com\n", {"2:5", "4:5"}, why},
      {"run a\n  disabled\n", {"2:3"}, "'disabled'" + why},
      {"run a\n  only 5%  # a canary\n", {"2:3"}, "'only 5%'" + why},
      {"run a\n\tevery 10m\n", {"2:2"}, "'every 10m'" + why},
      {"run a\n  cron 0 5 * * *\n", {"2:3"}, why},
      {"run a\n  nice 10\n", {"2:3"}, why},
      {"run a\n  retry 3 every 30s\n  overlap queue\n  limit memory 1G\n", {"2:3", "3:3", "4:3"}, why},
      {"if test -e /etc/passwd\n    timeout 5m\n", {"2:5"}, why},
      {"if test -e /etc/passwd\n    run b\n", {"2:5"}, why},
      {"run a\n  run /usr/bin/b\n", {"2:3"}, why},
      // What a command may well go on with.
      {"run a\n  run b\n", {}, ""},
      {"run timeout 10s\n  timeout 5m b\n", {}, ""},
      {"run sudo\n  env A=1\n  nice 10 b\n", {}, ""},
      {"run cd /x &&\n  umask 022\n", {}, ""},
      {"run if a; then\n  umask 022; fi\n", {}, ""},
      {"run a\n  description of it\n  user nobody\n  lock x\n", {}, ""},
      {"run a\n  if b\n", {}, ""},
      {"run a --text='x\n  every 10m\n  y'\n", {}, ""},
      {"run a \"$(b\n  every 10m)\"\n", {}, ""},
      {"run a\n  -timeout 5m\n  timeout\n", {}, ""},
  });
}

TEST_CASE("a reason of disabled that is a time or a condition is told to be only a text", "[doubts]") {
  const std::string why = "the reason is only a text";
  for (const char* reason : {"until 2026-12-01",
                             "until 2026-12-01 08:00",
                             "till 1.12.2026",
                             "for 2h",
                             "for 3 days",
                             "for a week",
                             "on weekends",
                             "on mon-fri",
                             "on sat,sun",
                             "on Monday",
                             "until next monday",
                             "until 18:00",
                             "until tomorrow",
                             "between 22:00-06:00",
                             "between 22:00 and 06:00",
                             "from 2026-12-01 to 2026-12-24",
                             "until 1 December",
                             "until the end of March",
                             "if test -e /x",
                             "IF test -e /x",
                             "after 2026-12-01",
                             "while 08:00-18:00",
                             "on web-*",
                             "only on db*",
                             "except web-*,db-*",
                             "except mon",
                             "unless test -e /x",
                             "unless /usr/bin/x",
                             "unless [ -e /x ]",
                             "10:00-12:00",
                             "22:00:00-06:00:00",
                             "tomorrow",
                             "weekends",
                             "until: 2026",
                             "until: monday"}) {
    INFO(reason);
    check_doubts({{"disabled " + std::string{reason} + "\n", {"1:10"}, why}});
  }
  for (const char* reason : {"until the database has moved",
                             "for now",
                             "until 2026-12-01's move is done",
                             "since 2026-11-01",
                             "while the relay is down",
                             "on web-01 the disk is broken",
                             "for the migration",
                             "until TICKET-12 is closed",
                             "until v2.1",
                             "after the move",
                             "2026-11-28",
                             "until the end",
                             "for testing",
                             "on request of max",
                             "iffy",
                             "during maintenance",
                             "unless somebody asks",
                             "2026-11-28T10:00:00-01:00",
                             "2026-11-28 10:00-12:00",
                             "monday",
                             "on * the disk is broken",
                             "except for the move",
                             "tomorrow's move",
                             "today",
                             "note: monday",
                             "10:00",
                             "no longer needed",
                             "no more disk space",
                             "not any more than before",
                             "not needed"}) {
    INFO(reason);
    check_doubts({{"disabled " + std::string{reason} + "\n", {}, ""}});
  }
  check_doubts({{"disabled\n", {}, ""}});
  for (const char* reason : {"no longer", "No longer.", "no longer (ticket 5)", "no longer: fixed", "not any more",
                             "not anymore, fixed", "no longer disabled", "not disabled"}) {
    INFO(reason);
    check_doubts({{"disabled " + std::string{reason} + "\n", {"1:10"}, "for which the job is disabled"}});
  }
}

TEST_CASE("a TZ that is no zone is told", "[doubts]") {
  check_doubts({
      {"env TZ=Europe/Berln\n", {"1:8"}, "did you mean 'Europe/Berlin'?"},
      {"env TZ=:Europe/Berln\n", {"1:9"}, "did you mean 'Europe/Berlin'?"},
      {"env TZ='Europe/Berln'\n", {"1:9"}, ""},
      {"env TZ=Berlin\n", {"1:8"}, ""},
  });
  for (const char* zone : {"Europe/Berlin", ":Europe/Berlin", "\"Europe/Berlin\"", "CET-1CEST,M3.5.0,M10.5.0/3",
                           "CET-1CEST", "UTC", "utc", "EST5EDT", "<+03>-3", "/usr/share/zoneinfo/Europe/Berlin",
                           ":/etc/localtime", "", ":", "GMT", "posix/Europe/Berlin"}) {
    INFO(zone);
    check_doubts({{"env TZ=" + std::string{zone} + "\n", {}, ""}});
  }
}

TEST_CASE("a first line that names another shell is told to be a comment", "[doubts]") {
  check_doubts({
      {"#!/bin/bash\nevery 1h\nrun a\n", {"1:1"}, "given to /bin/sh: 'shell /bin/bash' names another shell"},
      {"#!/usr/bin/env zsh\nevery 1h\nrun a\n", {"1:1"}, "'shell PATH'"},
      {"#! /bin/bash -e\r\nrun a\n", {"1:1"}, "'shell /bin/bash'"},
      {"#!/bin/sh\nrun a\n", {}, ""},
      {"#!/bin/dash\nrun a\n", {}, ""},
      {"#!/usr/bin/python3\nrun a\n", {}, ""},
      {"#!/bin/bash\nshell /bin/bash\nrun a\n", {}, ""},
      {"#!/bin/bash\nshell /bin/dash\nrun a\n", {}, ""},
      {"# !/bin/bash\nrun a\n", {}, ""},
      {"#!\nrun a\n", {}, ""},
      {"run a\n#!/bin/bash\n", {}, ""},
  });
  CHECK(warnings_about({"job", "#!/bin/bash\nrun a\n"}, "/usr/bin/bash").empty());
  CHECK(warnings_about({"job", "#!/bin/bash\nrun a\n"}, "/bin/dash").size() == 1);
}

TEST_CASE("a character that can't be seen is told in quotes, too, unless it shapes its neighbours", "[doubts]") {
  for (const char* hidden : {"\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xA8",
                             "\xE2\x80\xA9", "\xE1\x85\x9F", "\xE1\x85\xA0", "\xE3\x85\xA4", "\xEF\xBE\xA0",
                             "\xE2\xA0\x80", "\xEF\xB8\x8F", "\x1B", "\b", "\a", "\x7F", "\f"}) {
    INFO(hidden);
    const std::string name = "/srv/a" + std::string{hidden} + "b";
    check_doubts({{"run rm -rf \"" + name + "\"\n", {"1:19"}, ""},
                  {"run rm -rf '" + name + "'\n", {"1:19"}, ""},
                  {"env A=\"" + name + "\"\n", {"1:14"}, ""}});
  }
  for (const char* control : {"\x1B", "\b", "\a", "\x7F"}) {
    const std::string path = "/srv/a" + std::string{control} + "b\n";
    check_doubts({{"run rm " + path, {"1:14"}, "control character"}, {"env A=" + path, {"1:13"}, "control character"}});
  }
  check_doubts({
      {"run echo \"a\tb\"\n", {}, ""},
      // Persian, Devanagari, emoji, Braille.
      {"run echo \"\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE\xD9\x88\xD8\xA7\xD9\x87\xD9\x85\"\n", {}, ""},
      {"run echo \"\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7\"\n", {}, ""},
      {"run echo \"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB\"\n", {}, ""},
      {"run echo \"\xE2\x9D\xA4\xEF\xB8\x8F\xE2\x80\x8D\xF0\x9F\x94\xA5 1\xEF\xB8\x8F\xE2\x83\xA3\"\n", {}, ""},
      {"run echo \"\xE2\xA0\x8B\xE2\xA0\x80\"\n", {}, ""},
  });
}

TEST_CASE("tests and conditions that always answer the same are told", "[doubts]") {
  check_doubts({
      {"if [ ! $x=y ]\n",
       {"1:10"},
       "this test always fails, since '=' has no blanks around it; write 'if [ ! $x = y ]'"},
      {"if [ ! /x ]\n", {"1:8"}, "this test always fails"},
      {"if [ $x=y ]\n", {"1:8"}, "this test always succeeds"},
      {"if [ -n $X ]\n", {"1:9"}, "; write 'if [ -n \"$X\" ]'"},
      {"if test -n ${X}\n", {"1:12"}, "this test always succeeds, also where '${X}' is empty"},
      {"if [ ! -n $X ]\n", {"1:11"}, "this test always fails"},
      {"if [ -n $(cat /x) ]\n", {"1:9"}, "this test always succeeds"},
      {"run [ -n $X ] && a\n", {"1:10"}, "always succeeds"},
      {"if [ !-e /x ]\n",
       {"1:6"},
       "the test takes '!-e' for a text: '!' needs a blank behind it; write 'if [ ! -e /x ]'"},
      {"if a && test !-d \"/x y\"\n", {"1:14"}, "write 'if a && test ! -d \"/x y\"'"},
      {"run [ -e /x -a !-e /y ] || a\n", {"1:16"}, "write 'run [ -e /x -a ! -e /y ] || a'"},
      {"if [ a = !-e ]\n", {}, ""},
      {"if [ -n \"$X\" ]\n", {}, ""},
      {"if [ -n \"$(cat /x)\" ]\n", {}, ""},
      {"if [ -z $X ]\n", {}, ""},
      {"if [ -n $# ]\n", {}, ""},
      {"if [ -n a$X ]\n", {}, ""},
      {"if [ -e /x ]; [ -e /y ]\n",
       {"1:13"},
       "';' ignores what the test before it answers; write 'if [ -e /x ] && [ -e /y ]'"},
      {"if [ -e /x ] ; [ -e /y ]\n", {"1:14"}, "write 'if [ -e /x ] && [ -e /y ]'"},
      {"if test -e /x; test -e /y\n", {"1:14"}, "'if test -e /x && test -e /y'"},
      {"if [ -e /x ];\n", {}, ""},
      {"if set -e; [ -e /x ]; [ -e /y ]\n", {}, ""},
      {"if [ -e /x ]; # a comment\n", {}, ""},
      {"if test -e /x; exit $?\n", {}, ""},
      {"if test -e /x; exit\n", {}, ""},
      {"if test -e /x; r=$?; exit $r\n", {}, ""},
      {"if test -e /x; r=\"${?}\"; exit $r\n", {}, ""},
      {"if test -e /x; if [ $? = 0 ]; then a; fi\n", {}, ""},
      {"if test -e /x; case $? in 0) a;; esac\n", {}, ""},
      {"if test -e /x; (exit $?)\n", {}, ""},
      {"if test -e /x; test -e /y; exit $?\n", {"1:14"}, "write 'if test -e /x && test -e /y; exit $?'"},
      {"if test -e /x; echo '$?'\n", {"1:14"}, "';' ignores what the test before it answers"},
      {"if test -e /x & wait $!\n", {}, ""},
      {"if while [ -e /x ]; do sleep 1; done\n", {}, ""},
      {"if for i in 1 2; do [ -e /$i ]; a; done\n", {}, ""},
      {"if case x in x) [ -e /x ]; a;; esac\n", {}, ""},
      {"if f(){ [ -e /x ]; }; f\n", {}, ""},
      {"if [ -e /x ]; then\n", {"1:15"}, "this 'if' is acron's; write 'if [ -e /x ]'"},
      {"if test -e /x ; then\n", {"1:17"}, "write 'if test -e /x'"},
      {"if grep -q a /x && ! b; then\n", {"1:25"}, "write 'if grep -q a /x && ! b'"},
      {"if each-run test -e /x; then\n", {"1:25"}, "write 'if each-run test -e /x'"},
      {"if if [ -e /x ]; then true; fi\n", {}, ""},
      {"run [ -e /x ]; b\n", {}, ""},
      {"if yes\n", {"1:4"}, "prints without end"},
      {"if [ $(hostname) = web* ]\n",
       {"1:20"},
       "a test compares texts, and takes 'web*' for the names of files; 'case' knows patterns, and 'only on' those of "
       "hosts"},
      {"if [ $(hostname) == web* ]\n", {"1:21"}, "'only on'"},
      {"if test ! web* != \"$X\"\n", {"1:11"}, "'case' knows patterns"},
      {"shell /bin/bash\nrun [ $X == [ab]* ] && a\n", {"2:13"}, "takes '[ab]*' for the names of files"},
      {"run [ $? = 0 ] && [ \"$X\" = '*' ] && [ $* = \\* ] && [ ${X#*a} = $((2*3)) ] && [ $(ls *) = a ]\n", {}, ""},
      {"if echo $(test -f /x)\n", {"1:4"}, "'echo' always succeeds, whatever the commands within it answer"},
      {"if each-run printf %s \"$(test -f /x)\"\n", {"1:13"}, "'printf' always succeeds"},
      {"if echo $(test -f /x) | grep -q y\n", {}, ""},
      {"if echo $(date) >/mnt/x\n", {}, ""},
      {"if [ -e /x ] && echo $(date)\n", {}, ""},
      {"if yes | a\n", {}, ""},
  });
}

TEST_CASE("of a shell's construct, no part is joined with a test by a proposal", "[warnings]") {
  for (const std::string behind : {"; then a",
                                   "; then a; fi",
                                   "; do",
                                   "; do a; done",
                                   "; fi",
                                   "; done",
                                   "; else",
                                   "; elif a",
                                   "; esac",
                                   "; }",
                                   "; true; then",
                                   "; if a; then b; fi",
                                   "; for i in 1; do a; done",
                                   "; while a; do b; done",
                                   "; case x in x) a;; esac",
                                   "; { a; }",
                                   "; exit 1",
                                   " & then",
                                   " & if a; then b; fi",
                                   " and then",
                                   " or if a"}) {
    for (const std::string test : {"[ -e /x ]", "test -e /x"}) {
      const auto line = "if " + test + behind + "\n";
      INFO(line);
      for (const auto& warning : warnings_about({"job", line})) CHECK(proposals_in(warning.message).empty());
    }
  }
}

TEST_CASE("a mode that stands in the place of a mask is told", "[doubts]") {
  check_doubts({
      {"umask 644\n",
       {"1:7"},
       "a mask says what new files lack, and this one takes reading and writing from their owner; write 'umask 022'"},
      {"umask 0755\n", {"1:7"}, "; write 'umask 022'"},
      {"umask 640\n", {"1:7"}, "; write 'umask 027'"},
      {"umask 700\n", {"1:7"}, "; write 'umask 077'"},
      {"umask 022\n", {}, ""},
      {"umask 0027\n", {}, ""},
      {"umask 077\n", {}, ""},
      {"umask 066\n", {}, ""},
      {"umask 177\n", {}, ""},
  });
}
