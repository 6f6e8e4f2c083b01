#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/config/warnings.hpp"
#include "fault_rows.hpp"

using namespace acron;
using Catch::Matchers::Contains;

namespace {

/// Of the job's last line.
std::vector<std::string> warnings_of(const std::string& text, const ShellSurroundings& inherited = {},
                                     const std::string& name = "job") {
  const SourceFile file{name, text};
  std::vector<std::string> found;
  for (const Diagnostic& warning : warnings_of_shell(file, surroundings_in(file, inherited))) {
    CHECK(warning.is_warning);
    check_proposals_of(text, warning);
    found.push_back(std::to_string(warning.where.column) + ": " + warning.message);
  }
  return found;
}

struct ShellRow {
  std::string command;
  std::string column;   // empty where nothing is said
  std::string message;  // its beginning
};

void check_shell_warnings(const std::vector<ShellRow>& rows, const ShellSurroundings& inherited = {}) {
  for (const ShellRow& row : rows) {
    INFO(row.command);
    const auto found = warnings_of("run " + row.command + "\n", inherited);
    REQUIRE(found.size() == (row.column.empty() ? 0 : 1));
    if (!found.empty()) CHECK_THAT(found.front(), Catch::StartsWith(row.column + ": " + row.message));
  }
}

}  // namespace

TEST_CASE("a variable that nobody sets is told", "[shell_warnings]") {
  const std::string is_empty = " is empty: neither acron nor an 'env' sets the variable";
  check_shell_warnings({
      {"backup $DB_HOST", "12", "'$DB_HOST'" + is_empty},
      {"backup \"x ${DB_HOST}\"", "15", "'${DB_HOST}'" + is_empty},
      {"backup \"$(cat $LIST)\"", "19", "'$LIST'" + is_empty},
      {"backup ${#LIST}", "12", "'${#LIST}'" + is_empty},
      {"docker run -e DB_HOST=$DB_HOST x", "27", "'$DB_HOST'" + is_empty},
      {"backup ${DB_HOST%.*}", "12", "'${DB_HOST}'" + is_empty},
      {"backup ${DB_HOST:-localhost} ${A-b} ${C:?no} ${D:+d} ${E:=e}", "", ""},
      {"backup '$DB_HOST' \\$DB_HOST \"\\$DB_HOST\"", "", ""},
      {"echo $HOME $PATH $USER $LOGNAME $SHELL $TZ $ACRON_JOB $ACRON_RUN_ID $PWD $PPID $IFS", "", ""},
      {"echo $$ $? $! $1 $@ $# $-; wait", "", ""},
      {"for i in 1 2; do echo $i; done", "", ""},
      {"cat x | while read a b; do echo $a $b; done", "", ""},
      {"A=1; B=\"$A\" export C=$A; echo $A$B$C", "", ""},
      {". /etc/default/x; echo $DB_HOST", "", ""},
      {"test -e /x && eval \"$(x)\"; echo $DB_HOST", "", ""},
      {"echo $((count + 1))", "", ""},
      {"export $(grep -v '^#' .env | xargs) && backup \"$DB_HOST\"", "", ""},
      {"export -- A=1; B=2 readonly B; : ${C:=x} $((D = 5)); echo $A $B $C $D ${E=e} $E", "", ""},
      {"while read -r k v; do export \"$k=$v\"; done <.env; echo $DB_HOST", "", ""},
      {"echo $A; : $((A == 5))", "10", "'$A' is empty"},
      {"echo $A; : $((A <= 5)) $((A >= 5)) $((A + 5)) $((A - -5)) $((A << 5)) $((A && 5))", "10", "'$A' is empty"},
      {"for f in 1 2; do : $((n+=1)); done; echo \"$n files\"", "", ""},
      {"echo $((A *= 2)) $((B-=1)) $((C/=2)) $((D %=2)) $((E|=1)) $((F&=1)) $((G^=1)); echo $A$B$C$D$E$F$G", "", ""},
      {"echo $((A<<=2)) $((B>>=1)) $((C++)) $((D --)) $((++E)) $((-- F)); echo $A$B$C$D$E$F", "", ""},
  });
  const std::string is_late = " is empty: the 'DAY=' before the command sets the variable only after";
  check_shell_warnings({
      {"DAY=$(date +%F)\n    tar czf \"/b/$DAY.tgz\" /etc", "17", "'$DAY'" + is_late},
      {"DAY=1 tar /b/${DAY}", "18", "'${DAY}'" + is_late},
      {"a && (A=2 DAY=\"1 2\" tar \"$(echo $DAY)\")", "37", "'$DAY'" + is_late},
      {"DAY=1;\n  tar $DAY", "", ""},
      {"DAY=1\n  A=$DAY tar x", "", ""},
      {"DAY=1\n  A=$DAY", "", ""},
      {"DAY=1 tar; DAY=2; tar $DAY", "", ""},
      {"DAY=1 2>$DAY", "", ""},
      {"DAY=1; tar $DAY;", "", ""},
      {"DAY=1 sh -c 'tar $DAY'", "", ""},
      {"DAY=1; DAY=2 tar $DAY", "", ""},
      {"X=$(DAY=1; echo $DAY) tar $DAY", "", ""},
      {"DAY=1 tar ${DAY:-2}", "", ""},
      {"test -z \"$SSH_TTY\" && x", "", ""},
      {"[ -z $SSH_TTY ] || x $SSH_TTY", "", ""},
      {"x -z$DAY", "9", "'$DAY' is empty"},
      {"if DAY=1 a; then b $DAY; fi", "", ""},
      {"DAY=1 >$DAY", "", ""},
  });
  CHECK(warnings_of("env DAY=1\nrun DAY=2 tar $DAY\n").empty());
  CHECK(warnings_of("env DB_HOST=x\nrun backup $DB_HOST\n").empty());
  CHECK(warnings_of("run backup $DB_HOST\n", {"", {"DB_HOST"}}).empty());
  CHECK(warnings_of("if test -n \"$ROLE\"\n", {}, "web/_defaults").empty());  // a job may set it
  CHECK(warnings_of("if test -n \"$ROLE\"\n").size() == 1);
  CHECK(warnings_of("shell /bin/zsh\nrun echo $HOST\n").empty());
  CHECK(warnings_of("shell /bin/bash\nrun echo $HOSTNAME $RANDOM $UID\n").empty());
  CHECK(warnings_of("shell /bin/bash\nrun echo $HOSTNMAE\n").size() == 1);
  CHECK(warnings_of("shell /bin/bash\nrun mapfile -t </x; readarray </y; echo \"${MAPFILE[0]}\"\n").empty());
  CHECK(warnings_of("shell /bin/bash\nrun coproc cat; echo >&\"${COPROC[1]}\" $COPROC_PID\n").empty());
  CHECK(warnings_of("shell /bin/bash\nrun declare -x A=1; exec {B}>f; echo $A $B $SHLVL\n").empty());
}

TEST_CASE("a variable of bash is told where the shell may be another", "[shell_warnings]") {
  check_shell_warnings({
      {"sleep $((RANDOM % 60))", "14", "'RANDOM' is 0: the variable is bash's"},
      {"sleep $(($RANDOM % 60))", "14", "'$RANDOM' is empty: the variable is bash's"},
      {"test \"$HOSTNAME\" = web1", "11",
       "'$HOSTNAME' is empty: the variable is bash's, and a sh such as dash has none"},
      {"test $UID -eq 0", "10", "'$UID' is empty"},
      {"HOSTNAME=$(hostname); echo $HOSTNAME", "", ""},
      {"bash -c 'echo $RANDOM'", "", ""},
  });
  CHECK(warnings_of("if test $EUID = 0\n", {}, "_defaults").size() == 1);
  CHECK(warnings_of("env HOSTNAME=web1\nrun echo $HOSTNAME\n").empty());
}

TEST_CASE("what only bash reads is told where the shell may be another", "[shell_warnings]") {
  check_shell_warnings({
      {"source /etc/profile", "5",
       "'source' is bash's: a sh such as dash has no such command; write 'run . /etc/profile'"},
      {"cd /srv && source venv/bin/activate", "16", "'source' is bash's"},
      {"source ./env.sh prod && x", "5",
       "'source' is bash's: a sh such as dash has no such command; add 'shell /bin/bash'"},
      {"source /x /y", "5", "'source' is bash's: a sh such as dash has no such command; add 'shell /bin/bash'"},
      {"source ./env.sh && echo -e x", "5", "'source' is bash's: a sh such as dash has no such command; add '"},
      {"shopt -s nullglob; ls", "5", "'shopt' is bash's"},
      {"set -euo pipefail; cat /x | cat", "14", "'pipefail' is bash's"},
      {"echo -e 'a\\tb'", "5", "'echo -e' is bash's: a sh such as dash prints the '-e', too"},
      {"cp /etc/x{,.bak}", "14", "'{,.bak}' is bash's: a sh such as dash leaves it as it is"},
      {"touch {1..3}", "11", "'{1..3}' is bash's"},
      {"rsync -aAX --exclude={\"/dev/*\",\"/proc/*\"} / /mnt", "26", "'{\"/dev/*\",\"/proc/*\"}' is bash's"},
      {"rm {'a','b'}", "8", "'{'a','b'}' is bash's"},
      {"rm {\"a b\",c}", "8", "'{\"a b\",c}' is bash's"},
      {"rm *.{log,gz,'old'}", "10", "'{log,gz,'old'}' is bash's"},
      {"cp x{,\".bak\"}", "9", "'{,\".bak\"}' is bash's"},
      {"A=a; rm {$A,b}", "13", "'{$A,b}' is bash's"},
      {"A=a; rm {${A},b}", "13", "'{${A},b}' is bash's"},
      {"rm {$(date +%F),b}", "8", "'{$(date +%F),b}' is bash's"},
      {"rm {\"$HOME\",b}", "8", "'{\"$HOME\",b}' is bash's"},
      {"rm a{b,{c,d}}", "9", "'{b,{c,d}}' is bash's"},
      {"rm {\"a,b\"} {'a..b'} {} {a}, \\{a,b\\} ${HOME},x", "", ""},
      {"x=\"$(</etc/x)\"", "8", "'$(</etc/x)' is bash's: a sh such as dash puts nothing there"},
      {"echo $(< /etc/x)", "10", "'$(< /etc/x)' is bash's"},
      {"echo $(</etc/x cat) $(cat </etc/x) '$(</etc/x)'", "", ""},
      {"x=a; x+=b", "10", "'x+=' is bash's: a sh such as dash takes it for a command"},
      {"x=a+=b; echo $x+=c x+=d", "", ""},
      {"trap 'rm /x' SIGTERM; y", "18", "'SIGTERM' is bash's: a sh such as dash knows signals without 'SIG'"},
      {"trap 'rm /x' ERR; y", "18", "'ERR' is bash's"},
      {"trap 'kill SIGTERM' EXIT INT TERM; y", "", ""},
      {"kill -SIGHUP 1", "10", "'-SIGHUP' is bash's"},
      {"kill -s SIGHUP 1", "13", "'SIGHUP' is bash's"},
      {"kill -HUP 1; pkill -SIGHUP x; /bin/kill -SIGHUP 1", "", ""},
      {"echo $((2**3))", "10", "'$((2**3))' is bash's: a sh such as dash ends with an error"},
      {"echo $((2*3)) '$((2**3))'", "", ""},
      {"printf -v x '%s' a; echo $x", "12", "'printf -v' is bash's"},
      {"printf '%q\\n' a", "12", "'%q' is bash's"},
      {"IFS=$'\\n'; cat /x", "9", "'$'' is bash's: a sh such as dash puts a '$' before the text"},
      {"echo $[1 + 2]", "10", "'$[' is bash's"},
      {"X=a; echo ${X//a/b}", "15", "'${X//a/b}' is bash's: a sh such as dash ends with 'Bad substitution'"},
      {"X=a; echo \"${X:0:1}\"", "16", "'${X:0:1}' is bash's"},
      {"X=a; echo ${X^^} ", "15", "'${X^^}' is bash's"},
      {"backup >& /dev/null", "12", "'>&' is bash's"},
      {"X=a; echo ${X%%.*} ${X##*/} ${X:-b} ${#X} ${X:+c}", "", ""},
      {"echo -n a; printf 'a\\n' >&2; exec 3>&-", "", ""},
      {"grep -E 'a{1,2}' /x; grep -E a{1,2} /x; find /x -exec ls {} +", "", ""},
      {"{ date; uptime; } | mail -s x root", "", ""},
      {"docker ps --format {{.Names}} ; curl -d {\"a\":1,\"b\":2} h", "", ""},
      {"echo 'source x' \"{a,b}\" '$[x]' \"$'x\"", "", ""},
      {"grep -v '^$' /x | grep 'foo$'; psql -c 'select $$x$$'; sed 's/a$//'\"b\"'$' /x", "", ""},
      {"grep 'foo$' /x | tr $'\\n' ' '", "25", "'$'' is bash's"},
      {"test 'a' = \"$'\" ; bash -c 'source /x'", "", ""},
  });
  for (const std::string command : {"shopt -s extglob", "echo $HOSTNAME", "x {b,c}", "[[ -e /x ]]", "((x = 1))"}) {
    const SourceFile file{"job", "shell /bin/dash\nrun " + command + "\n"};
    auto warnings = warnings_about(file);
    if (warnings.empty()) warnings = warnings_of_shell(file, surroundings_in(file, {}));
    INFO(command);
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0].message, Catch::EndsWith("; let line 1 say 'shell /bin/bash'"));
  }
  CHECK(warnings_of("shell /bin/bash\nrun source /x; echo -e {1..3} $'a' &>/y; set -o pipefail\n").empty());
  CHECK(warnings_of("run source /x\n", {"/bin/bash", {}}).empty());
}

TEST_CASE("a command that nobody waits for is told", "[shell_warnings]") {
  check_shell_warnings({
      {"curl -s http://h/?a=1&b=2", "26", "'&' ends the command in the middle of a URL"},
      {"backup >/dev/null 2&1", "24", "'2&1' starts a command that is called '1'; the form is '2>&1'"},
      {"cd /srv & ./update", "13", "nobody waits for what stands before '&'"},
      {"{ a & b; }", "9", "nobody waits"},
      {"a & b & wait", "", ""},
      {"server & pid=$!; check; kill $pid", "", ""},
      {"a && b || c; d 2>&1 | e >&2", "", ""},
      {"curl 'http://h/?a=1&b=2' \"x&y\" z\\&z", "", ""},
  });
  CHECK(warnings_of("if curl -s http://h/?a=1&b=2\n").size() == 1);
  CHECK(warnings_of("shell /usr/bin/python3\nrun print(1 & 2)\n").empty());
}

TEST_CASE("a redirection to a file that is called by a number is told", "[shell_warnings]") {
  check_shell_warnings({
      {"backup >/dev/null 2>1", "24", "'>1' writes a file that is called '1'; the form is '>&1'"},
      {"backup >2; date", "12", "'>2' writes"},
      {"backup >/dev/null 2>&1 3>1x '2>1' >>1", "", ""},
  });
}

TEST_CASE("a line that becomes words of the line above is told", "[shell_warnings]") {
  const auto said = [](const std::string& text) { return warnings_of(text).size(); };
  const auto found = warnings_of("run cd /srv/app\n    ./update\n");
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], Catch::StartsWith("5: this line is only more words of 'cd', since lines are joined by blanks"));
  for (const char* first : {"set -e", ". /etc/profile", "true", ":", "umask 077", ">"}) {
    INFO(first);
    CHECK(said("run " + std::string{first} + "\n  /usr/bin/backup\n") == 1);
  }
  CHECK(said("if cd /srv/app\n  test -e x\n") == 1);
  for (const char* bad : {"run echo start\n  /bin/echo WORKED", "run mkdir -p d\n  /bin/cp a b", "run export A=1\n  /x",
                          "run sleep 5\n  /srv/x", "run cp a b\n  /usr/bin/x", "run rm -f a\n  /usr/local/bin/x"}) {
    INFO(bad);
    CHECK(said(std::string{bad} + "\n") == 1);
  }
  for (const char* bad :
       {"[ -e /tmp ]\n  [ -e /etc ]", "! [ -e /tmp ]\n  ! [ -e /etc ]", "[ -e /tmp ]\n  grep -q a /x",
        "test -e /tmp\n  test -e /etc", "test -e /tmp\n  /bin/x", "each-run test -e /x\n  test -e /y"}) {
    INFO(bad);
    const auto warnings = warnings_of("if " + std::string{bad} + "\n");
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], Catch::EndsWith("since lines are joined by blanks; end the line above with '&&'"));
  }
  for (const char* bad : {"set -e;\n  cd /srv/app\n  ./deploy",
                          "date;\n  cd /srv\n  make",
                          "date &&\n  cd /srv\n  make",
                          "A=b;\n  cd /srv\n  make",
                          "umask 077;\n  cd /srv\n  make",
                          "test -d /srv || exit 0;\n  cd /srv\n  make",
                          "(cd /srv\n  make)",
                          "{ cd /srv\n  make; }",
                          "[ -d /srv ] && cd /srv\n  make",
                          "for d in a b; do cd /srv/$d\n  make; done",
                          "if a; then cd /srv\n  make; fi",
                          "cd -P /srv\n  make",
                          "cd /srv >/dev/null\n  make",
                          "cd \"/srv/a b\" 2>&1\n  make",
                          "cd \"$(dirname \"$0\")\"\n  make",
                          "set -euo pipefail\n  /usr/bin/backup",
                          "a || true\n  b",
                          "a | b; [ -e /x ]\n  test -e /y",
                          "date; echo a\n  /usr/bin/b",
                          "[ -e /x ] || exit 0\n  /usr/local/bin/y",
                          "cd /srv || exit 1\n  make",
                          "pgrep -x y && exit\n  /x/y",
                          "for d in a; do a && continue\n  b; done"}) {
    INFO(bad);
    const auto warnings = warnings_of("shell /bin/bash\nrun " + std::string{bad} + "\n");
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], Contains("this line is only more words of '"));
    CHECK_THAT(warnings[0], Catch::EndsWith(std::string{bad}.find("exit 0\n") == std::string::npos ? "'" : "with ';'"));
  }
  for (const char* good : {"date;\n  cd /srv &&\n  make",
                           "(cd /srv;\n  make)",
                           "a || exit\n  1",
                           "a || exit\n  $?",
                           "a || exit 1\n  ; b",
                           "a && exit 1\n  >/x",
                           "sh -c 'cd /x;\n  make'",
                           "echo \"cd /x\n  b\"",
                           "x=$(cd /x\n  && pwd)",
                           "cd /srv\n  >/dev/null && make",
                           "cd /srv\n  2>/dev/null || exit 1",
                           "while true\n  do a; done",
                           "{ cd /srv; }\n  && a",
                           "if cd /srv\n  then a; fi",
                           "cd -P\n  /srv && a",
                           "set -o\n  pipefail; a",
                           "set -- a\n  b; c",
                           "a; find /x\n  -delete",
                           "printf x; echo a\n  b",
                           "a >\n  /x",
                           "true >\n  /x"}) {
    INFO(good);
    CHECK(warnings_of("shell /bin/bash\nrun " + std::string{good} + "\n").empty());
  }
  for (const char* good :
       {"cd /srv/app &&\n  ./update", "cd /srv/app\n  && ./update", "cd /srv/app; ./a\n  -v",
        "set\n  -e; /usr/bin/backup", "cd\n  /srv && ./a", "set -e\n  -u; ./a", "find /x\n  -delete",
        "[ -e /x ]\n  && ./a", "[ -e /x ]\n  2>/dev/null", "[\n  -e /x ]", "test -e /x\n  -a -e /y",
        "test -e\n  /bin/x", "rm -f /usr/bin/a\n  /usr/bin/b", "cp a\n  /usr/local/bin/", "cp a b\n  /usr/local/bin/",
        "mkdir -p\n  /usr/bin/a", "cp a\n  /usr/bin/a", "chmod 755\n  /usr/bin/a", "rsync -a /x\n  /usr/bin/y"}) {
    INFO(good);
    CHECK(said("run " + std::string{good} + "\n") == 0);
  }
}

TEST_CASE("a line in quotes that is another program when it is joined is told", "[shell_warnings]") {
  struct Program {
    std::string command;
    std::string place;  // empty where nothing is said
    std::string message;
  };
  const std::string more = "this line is only more words of the line above to ";
  const std::string comment = "this line is a part of the comment above it to ";
  for (const auto& [command, place, message] : std::vector<Program>{
           {"bash -c '\n  set -euo pipefail\n  echo WORKED\n  '", "3:3", more + "'bash', since lines are joined"},
           {"sh -c \"umask 077\n  touch F\"", "2:3", more + "'sh'"},
           {"/bin/bash -lc 'cd /srv\n  ./update'", "2:3", more + "'bash'"},
           {"sh -c '(cd /srv\n  ./update)'", "2:3", more + "'sh'"},
           {"sh -c 'test -e /x || exit 0\n  ./update'", "2:3", more + "'sh'"},
           {"su - backup -c 'echo a\n  echo b'", "2:3", more + "'su'"},
           {"sudo -u x sh -c 'echo a\n  /usr/bin/b'", "2:3", more + "'sh'"},
           {"ssh host 'echo a\n  A=1 b'", "2:3", more + "'ssh'"},
           {"a && ssh -p 22 host '\n  make # all of it\n  b'", "3:3", comment + "'ssh'"},
           {"psql --command='delete from a -- note\n  and y'", "2:3", comment + "'psql'"},
           {"sh -c 'if a\n  then b; fi'", "2:3", more + "'sh'"},
           {"perl -e 'use strict; # always\n  print 1;'", "2:3", comment + "'perl'"},
           {"psql -c \"delete from a -- note\n  where y\"", "2:3", comment + "'psql'"},
           {"sqlite3 /x '\n  -- note\n  delete from a'", "3:3", comment + "'sqlite3'"},
           {"mysql -e 'delete from a # note\n  where y'", "2:3", comment + "'mysql'"},
           {"su x -c 'pg_dump a >/x\n  gzip /x'", "2:3", more + "'su'"},
           {"su x -c 'pg_dump a -f b\n  pg_dump c -f d'", "2:3", more + "'su'"},
           {"python3 -c 'import os\n  print(1)'", "2:3", more + "'python'"},
           {"ruby -e 'puts 1\n  puts 2'", "2:3", more + "'ruby'"},
           {"sh -c 'set -e;\n  echo a &&\n  echo b |\n  cat; if a; then\n  b\n  ; fi'", "", ""},
           {"sh -c 'rsync -a\n  --delete /x\n  /y\n  >/z'", "", ""},
           {"sh -c 'a >\n  /x'", "", ""},
           {"sh -c 'a >/x\n  2>&1'", "", ""},
           {"psql -c 'select 1 # 2\n  from c'", "", ""},
           {"sh -c 'exec sudo\n  rm /x'", "", ""},
           {"sh -c '\n  set -e\n  '", "", ""},
           {"sh -c 'echo \"a\n  # b\n  echo c\"'", "", ""},
           {"sh -c 'case x in\n  x)\n  echo a;; esac'", "", ""},
           {"sh -c 'a # the last line'", "", ""},
           {"sh -c 'a' 'set -e\n  echo b'", "", ""},
           {"bash -x 'set -e\n  echo b'", "", ""},
           {"echo 'umask 077\n  touch F # x\n  y'", "", ""},
           {"perl -e 'print 1,\n  2 # x\n  '", "", ""},
           {"perl -e 'print \" # x\",\n  2'", "", ""},
           {"psql -c 'select a --b\n  from c'", "", ""},
           {"psql -c \"select '-- x'\n  from c\"", "", ""},
           {"python3 -c 'print(1,\n  [2,\n  3])'", "", ""},
           {"python3 -c 'import os;\n  print(1)'", "", ""},
           {"awk '{ a = 1\n  b = 2 }' /x", "", ""},
       }) {
    INFO(command);
    const SourceFile file{"job", "run " + command + "\n"};
    const auto found = warnings_of_shell(file, {"/bin/bash", {}});
    REQUIRE(found.size() == (place.empty() ? 0 : 1));
    if (place.empty()) continue;
    CHECK(std::to_string(found[0].where.line) + ":" + std::to_string(found[0].where.column) == place);
    CHECK_THAT(found[0].message, Catch::StartsWith(message));
  }
}

TEST_CASE("what is too long to be judged keeps nobody waiting", "[shell_warnings]") {
  const auto times = [](const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text + std::to_string(i);
    return all;
  };
  const std::string open(50000, '('), shut(50000, ')');
  for (const std::string& text :
       {"run x" + times(" -e A= $A #", 500), "run " + open + " true " + shut, "run echo" + times(" $A", 18000),
        "run a" + times("\n  b", 18000),
        times("if echo $A$B\n  $C; cd /x\n  [ a ] and b #\nif " + open.substr(0, 8000) + "\nrun ", 100)}) {
    const SourceFile file{"job", text + "\n"};
    CHECK(warnings_about(file).size() + warnings_of_shell(file, {}).size() < 100);
  }
}

TEST_CASE("a long command with many faults is read in one go", "[shell_warnings]") {
  for (const std::string fault : {"source /x; ", "[ a == b ]; ", "sh -c 'a b'; "}) {
    std::string command;
    for (int i = 0; i < 3000; ++i) command += fault;
    const SourceFile file{"job", "run " + command + "\n"};
    CHECK(warnings_about(file).size() + warnings_of_shell(file, {}).size() <= 1);
  }
}
