#include "acron/core/config/warnings.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/config/written_commands.hpp"
#include "fault_rows.hpp"

using namespace acron;
using Catch::Matchers::Contains;

namespace {

struct WarningRow {
  std::string line;
  std::string where;    // `1:5`; empty where nothing is said
  std::string message;  // a part of it
};

void check_warnings(
    const std::vector<WarningRow>& rows,
    Diagnostics (*look)(const SourceFile&) = [](const SourceFile& file) { return warnings_about(file); }) {
  for (const auto& row : rows) {
    INFO(row.line);
    const auto text = row.line + "\n";
    const auto found = look({"job", text});
    if (!found.empty()) INFO(headline(found.front()));
    REQUIRE(found.size() == (row.where.empty() ? 0 : 1));
    if (found.empty()) continue;
    CHECK(found[0].is_warning);
    CHECK_THAT(headline(found[0]), Catch::StartsWith("job:" + row.where + ": warning: "));
    CHECK_THAT(found[0].message, Contains(row.message));
    check_proposals_of(text, found[0]);
  }
}

}  // namespace

TEST_CASE("a value that a shell would expand is told", "[warnings]") {
  const std::string usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  check_warnings({
      {"env PATH=$PATH:/opt/bin", "1:10",
       "'$PATH' is not expanded in 'env', PATH will hold it as it stands; write 'env PATH=" + usual + ":/opt/bin'"},
      {"env PATH=/opt/bin:${PATH}", "1:19", "; write 'env PATH=/opt/bin:" + usual + "'"},
      {"env PATH='$PATH:/opt/bin'", "1:11", "; write 'env PATH=" + usual + ":/opt/bin'"},
      {"env PATH=$HOME/bin:$PATH", "1:10", "'$HOME' is not expanded"},
      {"env LD_LIBRARY_PATH='$LD_LIBRARY_PATH:/x'", "1:22", "is not expanded"},
      {"env A=~/x", "1:7", "'~' is not expanded"},
      {"env A=~", "1:7", "'~' is not expanded"},
      {"env PATH=/bin:~/bin", "1:15", "'~' is not expanded"},
      {"env A=${HOME}", "1:7", "'${HOME}' is not expanded"},
      {"env A=\"$HOME/x y\"", "1:8", "'$HOME' is not expanded"},
      {"env A=$(hostname)", "1:7", "'$(hostname)' is not expanded"},
      {"env A='$(date +%F)'", "", ""},
      {"env A=`hostname`", "1:7", "'`hostname`' is not expanded"},
      {"env A='$HOME'", "", ""},
      {"output /srv/\xD0\xBC\xD0\xB8\xD1\x80/x.log", "", ""},
      {"output /srv/\xD0\xBClog/x.log", "1:13", "U+043C CYRILLIC SMALL LETTER EM is no 'm'"},
      {"env A='5\xF3\xA0\x80\xA0m'", "1:9", "U+E0020 TAG CHARACTER"},
      {"run echo '5\xF3\xA0\x80\xA0m'", "1:12", "U+E0020 TAG CHARACTER"},
      {"run echo '\xE2\x9D\xA4\xEF\xB8\x8F'", "", ""},
      {"output $USER@example.com", "1:8", "'$USER' is not expanded in an address"},
      {"output https://example.com/$HOSTNAME", "1:28", "'$HOSTNAME' is not expanded in an address"},
      {"run echo 5\xF3\xA0\x80\xA0m", "1:11", "an invisible U+E0020 TAG CHARACTER"},
      {"env A=5\xE1\x85\x9Fm", "1:8", "U+115F HANGUL CHOSEONG FILLER"},
      {"env A=5$", "", ""},
      {"env A=a$1", "", ""},
      {"env A=a~b", "", ""},
      {"env FORMAT=+%F", "", ""},
      {"env A=\xE2\x80\x93x", "1:7", "U+2013 EN DASH is no '-'"},
      {"env A=/x\xC2\xA0", "1:9", "U+00A0 NO-BREAK SPACE"},
  });
}

TEST_CASE("a variable that only a cron reads is told, unless a command names it", "[warnings]") {
  check_warnings({
      {"env MAILTO=ops@example.com", "1:5",
       "acron does not read 'MAILTO', which is a cron's: only the command gets it; write 'output ops@example.com'"},
      {"env MAILTO=root", "1:5", "; write 'output root@localhost'"},
      {"env MAILTO=\"\"", "1:5", "; write 'output /dev/null'"},
      {"env MAILTO=a@b.c,d@e.f", "1:5", "; write 'output a@b.c' and 'output d@e.f'"},
      {"env MAILTO='$OPS'", "1:5", "only the command gets it"},
      {"env CRON_TZ=Europe/Berlin", "1:5", "; write 'timezone Europe/Berlin'"},
      {"env MAILFROM=acron@example.com", "1:5", "; the sender of mail is that of the option --mail-from"},
      {"env MAILTO=ops@example.com\nrun a | mail -s b \"$MAILTO\"", "", ""},
      {"env MAILTO=ops@example.com\nif test -n \"$MAILTO\"\nrun a", "", ""},
      {"env MAILTO=ops@example.com\nrun a", "1:5", "write 'output ops@example.com'"},
      {"env MAIL=x", "", ""},
      {"env TZ=Europe/Berlin", "", ""},
      {"env SHELL=/bin/bash", "", ""},
      {"env HOME=/srv", "", ""},
  });
}

TEST_CASE("a placeholder that stands for the command is told", "[warnings]") {
  const std::string what = " is a placeholder that nothing was put in the place of: the shell takes it for a command";
  check_warnings({
      {"run {{ cmd }}", "1:5", "'{{ cmd }}'" + what},
      {"run {{cmd}} --x", "1:5", "'{{cmd}}'" + what},
      {"run {{ dir }}/report", "1:5", "'{{ dir }}'" + what},
      {"run @CMD@", "1:5", "'@CMD@'" + what},
      {"if @BIN_DIR@/check", "1:4", "'@BIN_DIR@'" + what},
      {"run <%= cmd %>", "1:5", "'<%= cmd %>'" + what},
      {"run {% if x %} a", "1:5", "'{% if x %}'" + what},
      {"run %%CMD%%", "1:5", "'%%CMD%%'" + what},
      {"run docker inspect --format '{{.State}}' web", "", ""},
      {"run docker ps --format {{.Names}}", "", ""},
      {"run { a; b; }", "", ""},
      {"run {{a;};}", "", ""},
      {"run echo @HOST@", "", ""},
      {"run @reboot", "", ""},
      {"run <input sort", "", ""},
      {"run awk '{{print}}' x", "", ""},
      {"run ${CMD} x", "", ""},
      {"shell /usr/bin/python3\nrun {{1}}", "", ""},
  });
}

TEST_CASE("the value that is proposed stands in quotes where it needs them", "[warnings]") {
  const std::string usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  check_warnings({
      {"env PATH=\"$PATH:/opt/my tools\"", "1:11", "; write `env PATH='" + usual + ":/opt/my tools'`"},
      {"env PATH=\"$PATH:/a # z\"", "1:11", "; write `env PATH='" + usual + ":/a # z'`"},
      {"env PATH=\"$PATH:/it's\"", "1:11", "; write `env PATH=" + usual + ":/it's`"},
  });
}

TEST_CASE("quotes around a part of a value are told, since they are a part of it", "[warnings]") {
  check_warnings({
      {"env A=a\"b\"c", "1:8", "quotes are part of the value unless they stand around all of it; write 'env A=abc'"},
      {"env A=-Dx='b'", "1:11", "; write 'env A=-Dx=b'"},
      {"env A={\"a\":\"b\"}", "", ""},
      {"env A=[\"a\",\"b\"]", "", ""},
      {"env A='a\"b\"c'", "", ""},
      {"env A=it's", "", ""},
      {"env A=5'10\"", "", ""},
  });
}

TEST_CASE("the PATH that is proposed is that of the user of the run", "[warnings]") {
  const auto proposed = [](const std::string& user) {
    const auto found = warnings_about({"job", "env PATH=$PATH:/x\n" + user});
    REQUIRE(found.size() == 1);
    return proposed_in(found[0].message);
  };
  const std::vector<std::string> of_root{"env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/x"};
  const std::vector<std::string> of_others{"env PATH=/usr/local/bin:/usr/bin:/bin:/x"};
  CHECK(proposed("") == of_root);
  CHECK(proposed("user root\n") == of_root);
  CHECK(proposed("user root:adm\n") == of_root);
  CHECK(proposed("user backup\n") == of_others);
}

TEST_CASE("a path that is taken as it is written is told where it looks like more", "[warnings]") {
  check_warnings({
      {"output /x/$HOSTNAME.log", "1:11",
       "'$HOSTNAME' is not expanded in a path, which is taken as it is written; let the "
       "command write the file: COMMAND >>\"/x/$(hostname).log\" 2>&1"},
      {"output if-error /x/${USER}.log", "1:20", ">>\"/x/${USER}.log\" 2>&1"},
      {"output /x-%Y%m%d.log", "1:11",
       "'%Y%m%d' stands for no date in a path, which is taken as it is written; let the command "
       "write the file: COMMAND >>\"/x-$(date +%Y%m%d).log\" 2>&1"},
      {"output /x/%Y-%m-%d/x.log", "1:11", "'%Y-%m-%d'"},
      {"output /x-`date`.log", "1:11", "'`date`' is not expanded"},
      {"output /x/{a,b}.log", "1:11", "'{a,b}' is no pattern"},
      {"output /x/{{host}}.log", "1:11", "is no pattern"},
      {"output /x/*.log", "1:11", "'*' is no pattern"},
      {"output /x/[ab].log", "1:11", "'[ab]' is no pattern"},
      {"output /x/%i.log", "1:11", "'%i' stands for no date in a path, which is taken as it is written"},
      {"output /x/50%.log", "", ""},
      {"output /x/a%20b.log", "", ""},
      {"output /x/a~b.log", "", ""},
      {"output a%b@example.com", "", ""},
      {"output https://x.org/$HOME", "1:22", "'$HOME' is not expanded in an address"},
      {"cwd /home/$USER", "1:11", "'$USER' is not expanded in a path"},
      {"cwd /srv/*", "1:10", "'*' is no pattern"},
      {"shell /opt/$X/sh", "1:12", "'$X' is not expanded in a path"},
      {"output /srv/a\xE2\x80\x93"
       "b.log",
       "1:14", "U+2013 EN DASH is no '-'"},
      {"description $HOME ~ %Y", "", ""},
  });
  check_line_faults(
      {{"output $HOME/x.log",
        {":3:8: error: '$HOME/x.log' is not a path here, where no shell reads it: a path begins with '/'"}},
       {"output ${LOG}", {":3:8: error: '${LOG}' is not a path here, where no shell reads it*"}},
       {"output /x-$(date +%F).log",
        {":3:18: error: '+%F).log' is one word too many: outside a command nothing is expanded, such as "
         "'$(date +%F)'"}},
       {"env A=$(date +%F)",
        {":3:13: error: a value with blanks is written in quotes, and a line has one variable: outside a "
         "command nothing is expanded, such as '$(date +%F)'"}},
       {"lock $HOSTNAME", {":3:6: error: '$' can't stand in the name of a lock*"}},
       {"cwd $HOME", {":3:5: error: '$HOME' is not a path here*"}},
       {"output ~/x.log", {":3:8: error: '~/x.log' is not a path here*"}}});
}

TEST_CASE("a placeholder that other programs fill in is told", "[warnings]") {
  check_warnings({
      {"output ops-{{x}}@example.com", "1:12", "'{{x}}' is not expanded in an address"},
      {"output ops-%i@example.com", "1:12", "'%i' is not expanded in an address"},
      {"output %i@example.com", "1:8", "'%i' is not expanded in an address"},
      {"output /x/@HOST@.log", "1:11", "'@HOST@' is not expanded in a path"},
      {"output /x/ops@example.com", "", ""},
      {"output /x/a@b@c", "", ""},
      {"env X={{x}}", "1:7", "'{{x}}' is not expanded in 'env'"},
      {"env X='{{x}}'", "", ""},
      {"env X=@HOST@", "1:7", "'@HOST@' is not expanded in 'env'"},
      {"env X=%H", "", ""},
      {"output /x/{{{x}}}.log", "1:11", "'{{{x}}}' is no pattern"},
      {"output /x/{{x}.log", "1:11", "'{{x}' is no pattern"},
      {"env A=$((1)", "1:7", "'$((1)' is not expanded"},
      {"env A=$((1))", "1:7", "'$((1))' is not expanded"},
      {"env A=$(a$(b))c", "1:7", "'$(a$(b))' is not expanded"},
      {"env A=${x:-${y}}", "1:7", "'${x:-${y}}' is not expanded"},
      {"output /x/$HOST\\.log", "1:11", "'$HOST' is not expanded in a path, which is taken as it is written"},
  });
  const auto found = warnings_about({"job", "output /x/\\$HOST.log\n"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.find("COMMAND") == std::string::npos);
}

TEST_CASE("several targets in one word are told", "[warnings]") {
  check_warnings({
      {"output /x/a,/x/b", "1:12", "',' is part of the path; write 'output /x/a' and 'output /x/b', a line each"},
      {"output if-error /x/a,ops@example.com", "1:21",
       "',' is part of the path; write 'output if-error /x/a' and 'output if-error ops@example.com', a line each"},
      {"output /x/a;/x/b", "1:12", "';' is part of the path; write 'output /x/a' and 'output /x/b', a line each"},
      {"output https://a/x,https://b/y", "1:19", "',' is part of the URL: each target has an 'output' line of its own"},
      {"output https://a/x,ops@example.com", "1:19",
       "',' is part of the URL: each target has an 'output' line of its own"},
      {"output https://a/x;ops@example.com", "1:19",
       "';' is part of the URL: each target has an 'output' line of its own"},
      {"output if-error https://a/x,y,/var/log/z", "1:30",
       "',' is part of the URL: each target has an 'output' line of its own"},
      {"output https://a/x,ops@example.com,b@example.com", "1:19",
       "',' is part of the URL: each target has an 'output' line of its own"},
      {"output https://a/x?cc=a@x.org,b@x.org", "", ""},
      {"output https://me,b@x.org/x", "", ""},
      {"output https://me;b@x.org", "", ""},
      {"output /x/a,b.log", "", ""},
      {"output /x/a,", "1:12", "',' is part of the path; write 'output /x/a'"},
      {"output https://a/x,y", "", ""},
  });
}

TEST_CASE("what is to leave somebody out is told, since it leaves out nobody", "[warnings]") {
  check_warnings({
      {"output !ops@example.com", "1:8", "'!' is part of the address, and leaves nobody out"},
      {"output if-error -ops@example.com", "1:17", "'-' is part of the address, and leaves nobody out"},
      {"output ~ops@example.com", "1:8", "'~' is part of the address, and leaves nobody out"},
      {"output ops-!@example.com", "", ""},
      {"only on web*,-web1", "1:14", "'-web1' leaves no host out, and matches none: no host name begins with '-'"},
      {"only on -web1", "1:9", "'-web1' leaves no host out, and matches none: no host name begins with '-'"},
      {"only on -web*,db", "1:9", "'-web*' leaves no host out"},
      {"only on web-1,db", "", ""},
      {"only on web[!1]", "", ""},
  });
}

TEST_CASE("a sign that ends a line in another language is told at the end of a path", "[warnings]") {
  check_warnings({
      {"cwd /srv/app;", "1:13", "';' is part of the path; write 'cwd /srv/app'"},
      {"cwd /srv/app,", "1:13", "',' is part of the path; write 'cwd /srv/app'"},
      {"output if-error /x.log;", "1:23", "';' is part of the path; write 'output if-error /x.log'"},
      {"shell /bin/sh;", "1:14", "';' is part of the path; write 'shell /bin/sh'"},
      {"cwd /srv/a,b", "", ""},
      {"env PATH=/a:/b;", "1:15", "';' is part of the value; who means it to be writes the value in quotes"},
      {"env A='b;'", "", ""},
      {"env A=b;c", "", ""},
  });
}

TEST_CASE("a line of a crontab behind run is told, since times are no command", "[warnings]") {
  check_warnings({
      {"run 0 5 * * * foo", "1:5",
       "'0' begins a crontab's times, which the shell takes for a command: times belong to "
       "'cron'"},
      {"run */5 * * * * /usr/bin/foo -a", "1:5", "'*/5' begins a crontab's times"},
      {"run @daily root /usr/bin/foo", "1:5", "'@daily' begins a crontab's times"},
      {"run 0 5 * * * git /usr/bin/foo", "1:5", "'0' begins a crontab's times"},
      {"run 7z a /x.7z /srv", "", ""},
      {"run 0 5", "", ""},
      {"run * * * * *", "", ""},
      {"run @daily", "", ""},
      {"run @cmd", "", ""},
      {"run echo 0 5 * * * foo", "", ""},
  });
}

TEST_CASE("a description that begins as a value does is told", "[warnings]") {
  check_warnings({{"description = Cleans up", "1:13", "'=' is part of the description; write 'description Cleans up'"},
                  {"description =", "1:13", "'=' is part of the description"},
                  {"description a = b", "", ""}});
}

TEST_CASE("a value in which a word mixes scripts is told, and one in another language is not", "[warnings]") {
  check_warnings({
      {"env PATH=/usr/l\xD0\xBE"
       "cal/bin",
       "1:16", "U+043E CYRILLIC SMALL LETTER O is no 'o'"},
      {"env PATH=\"/usr/l\xD0\xBE"
       "cal/bin\"",
       "1:17", "U+043E CYRILLIC SMALL LETTER O is no 'o'"},
      {"env A=x\xE2\x80\x93y", "1:8", "U+2013 EN DASH is no '-'"},
      {"env A=x\xE2\x80\x93", "1:8", "U+2013 EN DASH is no '-'"},
      {"env A=it\xE2\x80\x99s", "1:9", "U+2019 RIGHT SINGLE QUOTATION MARK"},
      {"env PATH=/a\xEF\xBC\x9A/b", "1:12", "U+FF1A FULLWIDTH COLON is no ':'"},
      {"env PORT=\xEF\xBC\x98"
       "0",
       "1:10", "U+FF18 FULLWIDTH DIGIT EIGHT is no '8'"},
      {"env A='x\xE2\x80\x93y'", "", ""},
      {"env A=\"done \xE2\x80\x93 ok\"", "", ""},
      {"env A=\xD0\xBC\xD0\xB8\xD1\x80", "", ""},
      {"env A=\xD0\xBC\xD0\xB8\xD1\x80\xE2\x80\x93\xD0\xBC\xD0\xB8\xD1\x80", "", ""},
      {"env DIR=/srv/\xD0\xBC\xD0\xB8\xD1\x80/log", "", ""},
      {"env A=\xE6\x9D\xB1\xE4\xBA\xAC\xEF\xBC\x88Tokyo\xEF\xBC\x89", "", ""},
      {"run echo \"done \xE2\x80\x93 ok\"", "", ""},
  });
}

TEST_CASE("a command is told where a crontab or a typewriter has left its traces", "[warnings]") {
  check_warnings({
      {"run date \"+\\%F\"", "1:12", "here the program gets the backslash, too; write '%'"},
      {"run date '+\\%F'", "1:12", "here the program gets the backslash, too; write '%'"},
      {"run date +\\%F", "1:11", "here a '%' needs no backslash; write '%'"},
      {"if each-run test $(date +\\%u) = 1", "1:26", "needs no backslash"},
      {"run echo \"$(date +\\%F)\"", "1:19", "needs no backslash"},
      {"run date +%F%T; echo 100%", "", ""},
      {"run psql -c \"select 1 where a like '100\\%'\"", "", ""},
      {"run grep -E 'a\\%' /x; date '+\\%F'", "1:30", "here the program gets the backslash, too; write '%'"},
      {"run grep '+\\%' /x", "", ""},
      {"run update '+\\%'", "", ""},
      {"run echo a\xC2\xA0"
       "b",
       "1:11", "U+00A0 NO-BREAK SPACE stands where a plain blank belongs; the shell takes it for a letter"},
      {"run echo 'a\xC2\xA0"
       "b'",
       "", ""},
      {"run echo \xE2\x80\x9Chello world\xE2\x80\x9D", "1:10", "U+201C LEFT DOUBLE QUOTATION MARK is no '\"'"},
      {"run journalctl \xE2\x80\x93since yesterday", "1:16", "U+2013 EN DASH is no '-'"},
      {"run echo a \xE2\x80\x93 b", "1:12", "U+2013 EN DASH"},
      {"run echo a\xE2\x80\x93"
       "b",
       "", ""},
      {"run a \xEF\xBD\x9C b", "1:7", "U+FF5C FULLWIDTH VERTICAL LINE is no '|'"},
      {"run /usr/bin/\xD0\xB5"
       "cho hi",
       "1:14", "U+0435 CYRILLIC SMALL LETTER IE is no 'e'"},
      {"run echo \xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82", "", ""},
      {"if echo\xE2\x80\x8B hi", "1:8", "an invisible U+200B ZERO WIDTH SPACE stands here"},
      {"run server &", "1:12", "'&' lets the run end at once"},
      {"if false &", "1:10", "'&' lets the condition succeed at once, whatever the command answers"},
      {"if each-run false &", "1:19", "'&' lets the condition succeed at once"},
      {"if false && true", "", ""},
      {"run server & wait", "", ""},
      {"run x\x1A", "1:6", "an invisible U+001A SUBSTITUTE stands here"},
      {"run echo '&'", "", ""},
      {"run echo \\&", "", ""},
      {"run x >/dev/null 2>&1", "", ""},
  });
}

TEST_CASE("a condition that begins with a word of a sentence is told", "[warnings]") {
  check_warnings({
      {"if not test -e /x", "1:4", "the shell takes 'not' for a command; write 'if ! test -e /x'"},
      {"if unless test -e /x", "1:4", "write 'if ! test -e /x'"},
      {"if no test x", "1:4", "write 'if ! test x'"},
      {"if each-run not test x", "1:13", "write 'if each-run ! test x'"},
      {"if not -e /x", "1:4", "write 'if ! test -e /x'"},
      {"if !test x", "1:4", "write 'if ! test x'"},
      {"if !-e /x", "1:4", "write 'if ! test -e /x'"},
      {"if -e /x", "1:4", "write 'if test -e /x'"},
      {"if only web01", "1:4", "the form for hosts is 'only on PATTERN,...'"},
      {"if on web01", "1:4", "the form for hosts is"},
      {"if each-time test x", "1:4", "the form is 'if [each-run] COMMAND'"},
      {"if every-run test x", "1:4", "the form is"},
      {"if always true", "1:4", "the form is"},
      {"if once test x", "1:4", "the form is"},
      {"if $HOSTNAME = web01", "1:4", "a comparison begins with 'test'"},
      {"if -e /x && -e /y", "1:4", "write 'if test -e /x && test -e /y'"},
      {"if -e /x && ! -e /y || -d /z", "1:4", "write 'if test -e /x && ! test -e /y || test -d /z'"},
      {"if -e /x && grep -e a /y", "1:4", "write 'if test -e /x && grep -e a /y'"},
      {"if test -e /x && -e /y", "1:18", "the shell takes '-e' for a command; write 'if test -e /x && test -e /y'"},
      {"if [ -e /x ] || -e /y", "1:17", "write 'if [ -e /x ] || test -e /y'"},
      {"if each-run test -e /x && -e /y", "1:27", "write 'if each-run test -e /x && test -e /y'"},
      {"if ! -e /x", "1:6", "the shell takes '-e' for a command; write 'if ! test -e /x'"},
      {"if test -e '/x && -e /y'", "", ""},
      {"shell /bin/bash\nif [[ -e /x && -e /y ]]", "", ""},
      {"if [-e /x]", "1:4", "the shell takes '[-e' for a command; write 'if [ -e /x ]'"},
      {"if [-e /x ]", "1:4", "write 'if [ -e /x ]'"},
      {"if [! -e /x]", "1:4", "write 'if [ ! -e /x ]'"},
      {"if [ -e /x]", "1:4", "'[' needs a blank before its ']'; write 'if [ -e /x ]'"},
      {"if [\"$A\" = b]", "1:4", "the shell takes '[\"$A\"' for a command"},
      {"if \"$HOSTNAME\" = x", "1:4", "a comparison begins with 'test'"},
      {"if HOSTNAME = x", "1:4", "a comparison begins with 'test'"},
      {"if [ \"$A\" = b ]", "", ""},
      {"if expr 1 = 1", "", ""},
      {"if grep -q ']' /x", "", ""},
      {"if ! test -e /x", "", ""},
      {"if [ -e /x ]", "", ""},
      {"if $CHECK -q", "", ""},
      {"if notify", "", ""},
      {"shell /usr/bin/fish\nif not test -e /x", "", ""},
      {"shell /usr/bin/python3\nif not 1", "", ""},
      {"shell /bin/bash\nif not test -e /x", "2:4", "write 'if ! test -e /x'"},
      {"if true", "", ""},
  });
}

TEST_CASE("each command of a condition is looked at, behind its '!' too", "[warnings]") {
  check_warnings({
      {"if test -e /x && not test -e /y", "1:18", "the shell takes 'not' for a command"},
      {"if a && unless b", "1:9", "the shell takes 'unless' for a command"},
      {"if a && !test -e /y", "1:9", "the shell takes '!test' for a command"},
      {"if a || [-f /y]", "1:9", "the shell takes '[-f' for a command"},
      {"if a && on web1", "1:9", "the form for hosts is 'only on PATTERN,...'"},
      {"if a && always", "1:9", "the shell takes 'always' for a command"},
      {"if a && $HOSTNAME = web1", "1:9", "a comparison begins with 'test'"},
      {"if each-run a && on web1", "1:18", "the form for hosts is"},
      {"if a && each-run b", "1:9", "the shell takes 'each-run' for a command; the form is 'if each-run COMMAND'"},
      {"if ! $HOSTNAME = web1", "1:6", "a comparison begins with 'test'"},
      {"if ! hostname = web1", "1:6", "a comparison begins with 'test'"},
      {"if ! on web1", "1:6", "the form for hosts is"},
      {"if ! not a", "1:6", "the shell takes 'not' for a command"},
      {"if ! [-f /y]", "1:6", "the shell takes '[-f' for a command"},
      {"if $(date +%u) -lt 6", "", ""},
      {"if $DAY -lt 6", "1:4", "a comparison begins with 'test'"},
      {"if not grep -q a /x >/dev/null 2>&1", "1:4", "write 'if ! grep -q a /x >/dev/null 2>&1'"},
      {"if case $X in a | on) true;; [0-9]) true;; no) false;; esac", "", ""},
      {"if test $(cat /x | grep -c y) -gt 0", "", ""},
      {"if [ $(cat /x | grep -c y) -gt 0 ]", "", ""},
      {"if [ `a && b` = c ] || [ \"$(on && not)\" = x ]", "", ""},
      {"if grep 'x && on y' /x", "", ""},
  });
}

TEST_CASE("a test whose bracket a sign of the shell cuts is told", "[warnings]") {
  check_warnings({
      {"if [ -f /x && -f /y ]", "1:12",
       "'[' has no ']' before '&&', where its command ends; write 'if [ -f /x ] && [ -f /y ]'"},
      {"if [ -f /x || -f /y ]", "1:12", "before '||', where its command ends; write 'if [ -f /x ] || [ -f /y ]'"},
      {"if [ ! -f /x && ! -f /y ]", "1:14", "write 'if [ ! -f /x ] && [ ! -f /y ]'"},
      {"if [ \"$A\" = b && -f /y ]", "1:15", "write 'if [ \"$A\" = b ] && [ -f /y ]'"},
      {"if [ -f /x && \"$A\" = b ]", "1:12", "write 'if [ -f /x ] && [ \"$A\" = b ]'"},
      {"if each-run [ -f /x && -f /y ]", "1:21", "write 'if each-run [ -f /x ] && [ -f /y ]'"},
      {"if true && [ -f /x && -f /y && -f /z ] && true", "1:20",
       "write 'if true && [ -f /x ] && [ -f /y ] && [ -f /z ] && true'"},
      {"run [ -f /x && -f /y ] && /bin/foo", "1:13", "write 'run [ -f /x ] && [ -f /y ] && /bin/foo'"},
      {"if [ -f /x -a -f /y ]", "", ""},
      {"if [ -f /x ] && [ -f /y ]", "", ""},
      {"if [ \"a && b\" = c ]", "", ""},
      {"if [ 'a;b' = c ] || ([ -f /x ]; [ -f /y ])", "", ""},
      {"if [ -f /x ]&& [ -f /y ]>/dev/null", "", ""},
      {"if [ -f /x \"]\" && true", "", ""},
      {"if [ -f /x", "1:4", "'[' is never closed by a ']'"},
      {"if [ -f /x; true", "1:11", "'[' has no ']' before ';', where its command ends"},
      {"shell /bin/bash\nif [[ -f /x && -f /y ]]", "", ""},
      {"run if [ -f /x ]; then a; fi; while ! [ -f /y ]; do sleep 1; done", "", ""},
      {"run if [ -f /x && -f /y ]; then a; fi", "1:16", "'[' has no ']' before '&&'"},
      {"run case $X in [a-z]*) a;; [0-9]*) b;; esac", "", ""},
      {"shell /usr/bin/python3\nrun [ a && b ]", "", ""},
  });
  for (const std::string condition :
       {"[ -f /x && grep -q a /y ]", "[ -f /x || -f /y && -f /z ]", "! [ -f /x && -f /y ]", "a && [ -f /x || -f /y ]",
        "[ -f /x && [ -f /y ]", "[ -f /x && -f /y", "[ -f /x ; -f /y ]", "[ $A && $B ]", "[ -f /x && on = y z ]",
        "[ -f /x && \"$A\" =~ b ]", "[ -f /x -o -f /y && -f /z ]"}) {
    INFO(condition);
    const auto found = warnings_about({"job", "if " + condition + "\n"});
    REQUIRE_FALSE(found.empty());
    CHECK(proposed_in(found[0].message).empty());
  }
}

TEST_CASE("what bash knows is told where sh gets it and complains of nothing", "[warnings]") {
  check_warnings({
      {"if [[ -f /x ]]", "1:4", "'[[' is bash's: a sh such as dash takes it for a command; add 'shell /bin/bash'"},
      {"if each-run ! [[ -f /x && -f /y ]]", "1:15", "'[[' is bash's"},
      {"run cd /x && [[ -f y ]] && z", "1:14", "'[[' is bash's"},
      {"run if [[ -f /x ]]; then a; fi", "1:8", "'[[' is bash's"},
      {"if (( $(date +%u) < 6 ))", "1:4", "'((' is bash's"},
      {"if [ \"$(hostname)\" == web1 ]", "1:20",
       "'==' is bash's: a sh such as dash knows '=' alone; write 'if [ \"$(hostname)\" = web1 ]'"},
      {"if test a == b", "1:11", "write 'if test a = b'"},
      {"if [ \"$(hostname)\" =~ ^web ]", "1:20", "'=~' is bash's: a sh such as dash ends the test with an error"},
      {"if test -v FOO", "1:9", "'-v' is bash's: a sh such as dash ends the test with an error"},
      {"shell /bin/bash\nif test -v FOO", "", ""},
      {"run backup &>/var/log/x", "1:12",
       "'&>' is bash's: to a sh such as dash it is a '&', which lets the run end at once, and a '>'; write 'run backup "
       ">/var/log/x 2>&1'"},
      {"run backup &>> /var/log/x", "1:12", "write 'run backup >> /var/log/x 2>&1'"},
      {"run a &>\"/x/$(date +%F) y\"; b", "1:7", "write 'run a >\"/x/$(date +%F) y\" 2>&1; b'"},
      {"if ping -c1 h &>/dev/null", "1:15", "which lets the condition succeed at once"},
      {"shell /bin/dash\nrun backup &>/var/log/x", "2:12", "'&>' is bash's"},
      {"run a 2&>/x", "1:8", "the form is '>FILE 2>&1'"},
      {"run a &> 2>&1", "1:7", "the form is '>FILE 2>&1'"},
      {"run a &> & b", "1:7", "the form is '>FILE 2>&1'"},
      {"run a &>", "1:7", "the form is '>FILE 2>&1'"},
      {"if test \"$(a &>/x; echo b)\" = b", "1:14", "the form is '>FILE 2>&1'"},
      {"run a &>/x &>/y", "1:7", "the form is '>FILE 2>&1'"},
      {"shell /bin/bash\nrun backup &>/var/log/x", "", ""},
      {"shell /bin/zsh\nif [[ -f /x ]] && [ a == b ]", "", ""},
      {"shell /bin/ksh93\nrun backup &>>/var/log/x", "", ""},
      {"run a >/x 2>&1; b >&2; c <&3", "", ""},
      {"run a &&>/x b", "", ""},
      {"run echo '&>' \"[[ == ]]\"", "", ""},
      {"run bash -c 'a &>/x'", "", ""},
      {"run grep -q == /x; awk '$1 == 2' /y", "", ""},
      {"run [ -f /x ] && awk '$1 == 2' /y", "", ""},
      {"run echo $((1 << 2)) ((a)", "", ""},
  });
  const SourceFile file{"job", "if [[ -f /x ]]\nrun a &>/x\n"};
  CHECK(warnings_about(file, "/bin/bash").empty());
  CHECK(warnings_about(file, "/bin/sh").size() == 2);
  CHECK(warnings_about({"job", "if not 1\n"}, "/usr/bin/python3").empty());
}

TEST_CASE("signs in quotes and substitutions are not the shell's", "[warnings]") {
  for (const std::string command :
       {"[ -z \"$(awk -F: '$3 == 0 && $1 != \"root\"' /etc/passwd)\" ] || echo second root >&2",
        "test -n \"$(jq '.[]|select(.a == 1)' x)\"",
        "test -n \"$(perl -ne 'print if $. == 1' x)\"",
        "test -n \"$(python3 -c 'print(1 == 1)')\"",
        "test -n \"`python3 -c 'print(1 == 1)'`\"",
        "test $(awk '$1 == 2' x | wc -l) -gt 3",
        "[ \"$A\" = 'it == x' ]",
        "[ \"$A\" = \"it == x\" ]",
        "[ \"${A:-b == c}\" = d ]",
        "[ ${A:-b == c} = d ]",
        "[ ${A:-b &> c} = d ]",
        "[ \"$A\" = it\\ ==\\ x ]",
        "[ $((1 == 1)) -eq 1 ]",
        "[ $(( (1 + (2)) == 3 )) -eq 1 ]",
        "[ $(( $(wc -l <x) == 3 && 4 == 4 )) -eq 1 ]",
        "[ \"$A\" = == ]",
        "[ -n \"$A\" ] && grep -q == x",
        "[ \"a ] && [ b\" = \"$A\" ]",
        "[ \"$(echo ']' && [ -f x ])\" = y ]",
        "[ \"$A\" = '[[ -f x ]]' ]",
        "[ \"$A\" = ']' ]",
        "[ $((2 > 1)) -eq 1 ]",
        "[ \"$(sed -n '1 > 2' x)\" = y ]",
        "[ \"$A\" \\> b ]",
        "[ \"$A\" '>' b ]",
        "[ -e /x 2>/dev/null ]",
        "[ -n \"$(cat x)\" ] > /x",
        "test -e /x > /dev/null",
        "test \"$(stat -c %s /x)\" -gt 100 > /tmp/out",
        "test \"$A\" > out",
        "[ \"$A\">/dev/null ]",
        "[ \"$A\">/x=y ]",
        "[ \"$A>4\" ]",
        "[ -n \"$(cat < x)\" ] && a < x > y",
        "[ \"$(a --b=c)\" ]",
        "[ ${A:+b=c} ]",
        "[ \"$A\" ]",
        "[ \"$(cut -d',' -f1 x)\" ]",
        "[ $(cut -d ',' -f1 x) ]",
        "[ = = = ]",
        "test -n a=b",
        "test \"$A\" = b=c",
        "[ \"$A\" = and ] || [ \"$A\" = or ]",
        "test -e and -a -e or",
        "echo [ a ] and [ b ]",
        "grep -q \"a b\" x && \"/opt/my prog/x\" -y",
        "\"$DIR/my prog\" -y",
        "\"$CMD\" -y",
        "\"my dir/prog\" -y",
        "case $X in \"a b\" | \"c d\") true;; \"e f\") false;; esac",
        "a & b=$!; test -e /x; wait $b",
        "server && [ -e /x ] & client",
        "! (test -e /x)",
        "! test -e /x && ! /bin/y",
        "((test -e /etc/passwd))",
        "((a) && (b))",
        "( (test -e /x) )",
        "((grep -q x < $FILE))",
        "((make > log))"}) {
    INFO(command);
    for (const std::string line : {"run ", "if ", "if each-run "}) {
      const auto found = warnings_about({"job", line + command + "\n"});
      if (!found.empty()) INFO(headline(found.front()));
      CHECK(found.empty());
    }
  }
  for (const std::string command : {"(( a && b == 1 ))", "([[ -f /x && -f /y ]])", "(( x > 3 && !y ))",
                                    "for ((i=0; i<9; i++)); do a; done", "[[ $A > 4 ]]", "[[ $A==b* ]]"}) {
    INFO(command);
    CHECK(warnings_about({"job", "shell /bin/bash\nif " + command + "\n"}).empty());
  }
}

TEST_CASE("a list of words in brackets is no command", "[warnings]") {
  const std::string what = "a command is written without brackets";
  for (const std::string command :
       {"[\"/usr/bin/foo\",\"x\"]", "[\"/usr/bin/foo\", \"x\"]", "['/usr/bin/foo', 'x']", "[/usr/bin/foo]",
        "[/usr/bin/foo x]", "[ /usr/bin/foo]", "[\"foo\",\"x\"]", "[ \"foo\", \"x\" ]", "[\"/usr/bin/foo\"]"}) {
    for (const std::string line : {"run ", "if ", "if each-run "}) {
      INFO(line + command);
      const auto found = warnings_about({"job", line + command + "\n"});
      REQUIRE(found.size() == 1);
      CHECK_THAT(found[0].message, Contains(what));
      CHECK(proposed_in(found[0].message).empty());
    }
  }
  check_warnings({
      {"if [\"$A\" = b]", "1:4", "the shell takes '[\"$A\"' for a command; write 'if [ \"$A\" = b ]'"},
      {"if [-e /x -a -e /y]", "1:4", "write 'if [ -e /x -a -e /y ]'"},
      {"if [$A -gt 5]", "1:4", "write 'if [ $A -gt 5 ]'"},
  });
  for (const std::string condition : {"[$A]", "[foo]", "[\"$A\"]", "[$CMD -x y z]"}) {
    INFO(condition);
    const auto found = warnings_about({"job", "if " + condition + "\n"});
    REQUIRE(found.size() == 1);
    CHECK(proposed_in(found[0].message).empty());
  }
}

TEST_CASE("a test that does not compare what stands in it is told", "[warnings]") {
  const std::string always = "this test always succeeds";
  check_warnings({
      {"if [ 1 > 4 ]", "1:8", "'>' compares nothing here: the shell writes to the file '4'; write 'if [ 1 -gt 4 ]'"},
      {"if [ $(nproc) > 4 ]", "1:15", "write 'if [ $(nproc) -gt 4 ]'"},
      {"if each-run a && ! [ 5 < $(nproc) ]", "1:24", "reads from the file '$(nproc)'; write"},
      {"if [ \"$A\" >= 4 ]", "1:11", "the shell writes to the file '='; write 'if [ \"$A\" -ge 4 ]'"},
      {"if [ $(nproc)>4 ]", "1:14", "the shell writes to the file '4'; write 'if [ $(nproc) -gt 4 ]'"},
      {"if [ $A<=4 ]", "1:8", "the shell reads from the file '=4'; write 'if [ $A -le 4 ]'"},
      {"if test $(nproc) > 4", "1:18", "write 'if test $(nproc) -gt 4'"},
      {"if [ \"$A\" > \"$B\" ]", "1:11", "; numbers are compared by '-gt'"},
      {"run [ $(nproc) > 4 ] && a", "1:16", "write 'run [ $(nproc) -gt 4 ] && a'"},
      {"shell /bin/bash\nif [ 1 > 4 ]", "2:8", "'>' compares nothing"},
      {"if [ $(nproc) => 4 ]", "1:15",
       "'=>' compares nothing here: the shell writes to the file '4'; write 'if [ $(nproc) -ge 4 ]'"},
      {"if [ 4 =< \"$A\" ]", "1:8", "reads from the file '\"$A\"'; write 'if [ 4 -le \"$A\" ]'"},
      {"if [ $(hostname) = web1 -o web2 ]", "1:28", always + ": it asks only whether the text 'web2' is empty"},
      {"if [ $A = web1 -o web2 -o web3 ]", "1:19", always},
      {"if [ $A = web1 -o $B ]", "", ""},
      {"if [ $A = web1 -o web2 -a -e /x ]", "", ""},
      {"if [ $A = -o -o -e /x ]", "", ""},
      {"if [ $A = web1 -o $A = web2 ]", "", ""},
      {"if test \"-e /nope\"", "1:9",
       always + ": it asks only whether the text '\"-e /nope\"' is empty; write 'if test -e /nope'"},
      {"if [ '-d /a b' ]", "", ""},
      {"if [ \"-e $A\" ]", "1:6", always},
      {"if [ -f /a ] -a [ -f /b ]", "1:14",
       "'-a' joins nothing behind ']', and the test always fails; write 'if [ -f /a ] && [ -f /b ]'"},
      {"if [ -f /a ] -o [ -f /b ]", "1:14", "write 'if [ -f /a ] || [ -f /b ]'"},
      {"if [ \"$A\" = \"]\" -a -f /b ]", "", ""},
      {"if [ -f /a ] then", "1:14",
       "the shell takes 'then' for a word of the test, which always fails: this 'if' is acron's; write 'if [ -f /a ]'"},
      {"if if [ -f /a ]; then true; fi", "", ""},
      {"if grep x /f | wc -l", "1:16", "this condition always succeeds, since 'wc' does"},
      {"if a | b | cat", "1:12", "since 'cat' does, whatever stands before the '|'"},
      {"if a && b | cat", "", ""},
      {"if a | cat /x", "", ""},
      {"if a | wc -l | grep -q 3", "", ""},
      {"run a | cat", "", ""},
      {"shell /bin/bash\nif set -o pipefail; a | cat", "", ""},
      {"if test \"$(uname)\"=\"BSD\"", "1:19",
       always + ", since '=' has no blanks around it; write 'if test "
                "\"$(uname)\" = \"BSD\"'"},
      {"if [ \"$x\"=\"y\" ]", "1:10", "write 'if [ \"$x\" = \"y\" ]'"},
      {"if [ ! \"$x\"=\"y\" ] && a", "1:12", "write 'if [ ! \"$x\" = \"y\" ] && a'"},
      {"if [ $x!=y ]", "1:9", "write 'if [ $x != y ]'"},
      {"if [ $x==y ]", "1:8", "write 'if [ $x = y ]'"},
      {"if [ -e /x -a $x=y ]", "1:17", "write 'if [ -e /x -a $x = y ]'"},
      {"if [ \"$x=y\" ]", "1:9", always},
      {"if test HOSTNAME=web1", "1:17", always},
      {"if [ /etc/passwd ]", "1:6", always + ": it asks only whether the text '/etc/passwd' is empty"},
      {"run test /etc/passwd && a", "1:10", always},
      {"if [ -e /x ] and [ -e /y ]", "1:14",
       "the shell takes 'and' for a word of the test; write 'if [ -e /x ] && [ -e /y ]'"},
      {"if [ -e /x ] or grep -q a b", "1:14", "write 'if [ -e /x ] || grep -q a b'"},
      {"if test -e /x AND test -e /y", "1:15", "write 'if test -e /x && test -e /y'"},
      {"if [ -e /x and -e /y ]", "1:12", "; commands are joined by '&&'"},
      {"if test -e /nonexistent & test -e /etc/passwd", "1:25",
       "'&' ignores what the test before it answers; write 'if test -e /nonexistent && test -e /etc/passwd'"},
      {"if [ -e /x ] & [ -e /y ]", "1:14", "write 'if [ -e /x ] && [ -e /y ]'"},
      {"if [ -e /y ] && ! test -e /x & c", "1:30", "write 'if [ -e /y ] && ! test -e /x && c'"},
      {"run test -e /x & /bin/foo", "1:16", "write 'run test -e /x && /bin/foo'"},
      {"if test -e /x &", "1:15", "'&' lets the condition succeed at once"},
      {"if test -e /x & true", "1:15", "'&' lets the condition succeed at once"},
      {"shell /usr/bin/fish\nif test 1 > 4", "", ""},
  });
}

TEST_CASE("a command that is glued to its '!', or stands in quotes with its words, is told", "[warnings]") {
  check_warnings({
      {"if ![ -e /x ]", "1:4", "the shell takes '![' for a command; write 'if ! [ -e /x ]'"},
      {"if each-run ![ -e /x ]", "1:13", "write 'if each-run ! [ -e /x ]'"},
      {"if a && ![ -e /x ]", "1:9", "the shell takes '![' for a command"},
      {"if !/usr/bin/pgrep nginx", "1:4", "write 'if ! /usr/bin/pgrep nginx'"},
      {"if !$CMD", "1:4", "write 'if ! $CMD'"},
      {"if !./x", "1:4", "write 'if ! ./x'"},
      {"if ![-e /x]", "1:4", "the shell takes '![-e' for a command"},
      {"if \"test -e /etc/passwd\"", "1:4",
       "the shell takes '\"test -e /etc/passwd\"' for a command; write 'if test -e /etc/passwd'"},
      {"if '/usr/bin/test -e /etc/passwd'", "1:4", "write 'if /usr/bin/test -e /etc/passwd'"},
      {"if each-run \"pgrep nginx\" && b", "1:13", "write 'if each-run pgrep nginx && b'"},
      {"if a && 'pgrep nginx'", "1:9", "write 'if a && pgrep nginx'"},
      {"run \"systemctl restart nginx\"", "1:5", "write 'run systemctl restart nginx'"},
      {"run \"/opt/my prog\" x", "", ""},
      {"run \"/usr/bin/x -a\"", "1:5", "the shell takes '\"/usr/bin/x -a\"' for a command; write 'run /usr/bin/x -a'"},
      {"run \"/opt/A - B/x\"", "", ""},
      {"run \"/opt/A -B/x\" y", "", ""},
      {"run \"/opt/x - y\"", "", ""},
  });
}

TEST_CASE("a date in the name of a file that a command writes is told", "[warnings]") {
  check_warnings({
      {"run x >/var/log/x-%Y%m%d.log", "1:19",
       "'%Y%m%d' stands for no date in a file's name; the form is >\"/var/log/x-$(date +%Y%m%d).log\""},
      {"run x >> '/x-%F' 2>&1", "1:14", "the form is >\"/x-$(date +%F)\""},
      {"run x >/x-$(date +%F).log", "", ""},
      {"run x >\"/x-$(date '+%Y-%m-%d').log\"", "", ""},
      {"run date +%F >/x; printf '>%Y' 2>&1 >/y%20z", "", ""},
  });
}

TEST_CASE("a first word that belongs to a line of its own is told", "[warnings]") {
  check_warnings({
      {"run command: /x -y", "1:5", "the shell takes 'command:' for a command; write 'run /x -y'"},
      {"if each-run cmd: test -e /x", "1:13", "; write 'if each-run test -e /x'"},
      {"run - /x", "1:5", "the shell takes '-' for a command; write 'run /x'"},
      {"run root /usr/bin/x -y", "1:5",
       "the shell takes 'root' for a command: a user has a line of its own; write 'user root' and 'run /usr/bin/x -y', "
       "a "
       "line each"},
      {"run www-data php x", "1:5", "; write 'user www-data' and 'run php x'"},
      {"if nobody test -e /x", "1:4", "the shell takes 'nobody' for a command: a user has a line of its own"},
      {"run every 5m x", "1:5", "the shell takes 'every' for a command: a schedule has a line of its own"},
      {"run A = 1; x", "1:7", "the shell takes no '=' with blanks around it for that of a variable"},
      {"run export A = 1", "1:14", "the shell takes no '='"},
      {"run root -b -q /x/macro.C", "", ""},
      {"run root /x/macro.C", "", ""},
      {"run : x; user=root x; backup tar -c /x", "", ""},
      {"run -x y", "", ""},
      {"run a = 1", "", ""},
  });
}

TEST_CASE("double brackets are told where no command can stand in them", "[warnings]") {
  for (const std::string inside : {"$(date +%u) < 6", "x == 1", "n++", "1", "2 > 1 && 3 > 2", "x > 5", "$a > $b",
                                   "x += 2", "${x:-1} >= 2", " x = 3 "}) {
    INFO(inside);
    for (const std::string shell : {"/bin/sh", "/bin/dash"}) {
      const auto found = warnings_about({"job", "if ((" + inside + "))\n"}, shell);
      REQUIRE(found.size() == 1);
      CHECK_THAT(found[0].message, Catch::StartsWith("'((' is bash's"));
    }
    CHECK(warnings_about({"job", "if ((" + inside + "))\n"}, "/bin/bash").empty());
  }
}

TEST_CASE("a command of which all goes to the background is told, however it ends", "[warnings]") {
  for (const std::string command :
       {"foo &", "{ foo & }", "(foo &)", "( foo & )", "foo & true", "foo & :", "foo & exit 0", "foo & exit",
        "foo & >/x", "(foo &) >/dev/null 2>&1", "{ foo & } > /dev/null", "if a; then foo & fi",
        "for i in 1 2; do foo $i & done", "foo & exit 1;", "foo & disown", "foo >\"/x-$(date +%F)\" &"}) {
    INFO(command);
    const auto of_run = warnings_about({"job", "run " + command + "\n"});
    REQUIRE(of_run.size() == 1);
    CHECK_THAT(of_run[0].message, Catch::StartsWith("'&' lets the run end at once"));
    CHECK(of_run[0].where.column == 5 + command.rfind(" &") + 1);
    const auto of_if = warnings_about({"job", "if each-run " + command + "\n"});
    REQUIRE(of_if.size() == 1);
    CHECK_THAT(of_if[0].message, Catch::StartsWith("'&' lets the condition succeed at once"));
  }
  for (const std::string command :
       {"foo & wait", "foo & pid=$!; bar; wait $pid", "foo & bar", "foo & bar & wait", "(foo & wait)", "foo && true",
        "foo 2>&1", "foo >&2; exit 0", "x=$(foo &)", "foo; exit 1", "echo '&' true", "echo \\& true", "a `b &`",
        "foo & bar; true", "diff <(a) <(b &)"}) {
    INFO(command);
    CHECK(warnings_about({"job", "shell /bin/bash\nrun " + command + "\n"}).empty());
  }
}

TEST_CASE("no condition is proposed where it is not clear what belongs to it", "[warnings]") {
  for (const std::string condition :
       {"-d /x and -e /y", "-d /x or -e /y", "-e /x; -e /y", "-e /x | -e /y", "-e /x & -e /y", "not -e /x && -e /y",
        "unless test -e /x || test -e /y", "!test a && b", "-e /x && not -e /y", "-e", "a && ! -f", "-q /x"}) {
    INFO(condition);
    const auto found = warnings_about({"job", "if " + condition + "\n"});
    REQUIRE_FALSE(found.empty());
    CHECK(proposed_in(found[0].message).empty());
  }
}

TEST_CASE("a host that has a word for all hosts or for none as its name is told", "[warnings]") {
  check_warnings({
      {"only on all", "1:9", "'all' is the name of a host here; write 'only on *'"},
      {"only on Any", "1:9", "write 'only on *'"},
      {"only on none", "1:9", "with 'disabled' in its file a job runs on no host"},
      {"only on web-[0-9],[0-9a-f]*,db-[a-c1-3]", "", ""},
      {"only on db*,web-[1-20]", "1:17", "'[...]' takes one character, not a number; name several patterns instead"},
      {"only on web-[01-20]", "1:13", "'[...]' takes one character, not a number"},
      {"only on off", "1:9", "'off' is the name of a host here"},
      {"only on mon-fri", "1:9", "'mon-fri' is the name of a host here: days belong to the schedule"},
      {"only on Mon", "1:9", "days belong to the schedule"},
      {"only on sat,sun", "1:9", "days belong to the schedule"},
      {"only on weekdays", "1:9", "days belong to the schedule"},
      {"only on mon1", "", ""},
      {"only on mon,db1", "", ""},
      {"only on all-in-one", "", ""},
      {"only on *", "", ""},
      {"only 5%", "", ""},
  });
}

TEST_CASE("a path in another language is no slip, and one in which a part mixes scripts is", "[warnings]") {
  check_warnings({
      {"run /opt/скрипты/x.sh", "", ""},
      {"run /opt/αρχείο/x.sh", "", ""},
      {"run echo отчёт.sh", "", ""},
      {"run /opt/сас/x.sh", "", ""},
      {"output /var/log/отчёт.log", "", ""},
      {"output /var/log/x-отчёт.log", "", ""},
      {"env FILE=/srv/сас.sh", "", ""},
      {"run /opt/sсripts/x.sh", "1:11", "U+0441 CYRILLIC SMALL LETTER ES is no 'c'"},
      {"output /var/log/mаil.log", "1:18", "U+0430 CYRILLIC SMALL LETTER A is no 'a'"},
  });
}

TEST_CASE("lines that are refused are not also warned about", "[warnings]") {
  check_warnings(
      {{"env D=\xE2\x80\x98"
        "a\xE2\x80\x99",
        "", ""}});
  check_warnings(
      {{"env 1A=$HOME", "", ""}, {"output $HOME", "", ""}, {"outptu /x/$HOME", "", ""}, {"run 'a \\%", "", ""}});
}

TEST_CASE("who asks for more is told of days that must match both fields", "[warnings]") {
  check_warnings(
      {
          {"cron 0 0 */2 * fri", "1:10",
           "a day must match both day fields, not either, since '*/2' begins with '*'; for either write "
           "'cron 0 0 1-31/2 * fri'"},
          {"cron 0 0 1 * */2", "1:14", "for either write 'cron 0 0 1 * 0-6/2'"},
          {"cron seconds 0 0 0 */2 * fri", "1:20", "for either write 'cron seconds 0 0 0 1-31/2 * fri'"},
          {"cron 0 0 */2 * *", "", ""},
          {"cron 0 0 * * fri", "", ""},
          {"cron 0 0 1 * fri", "", ""},
          {"cron 0 0 */1 * fri", "", ""},
          {"cron @monthly", "", ""},
          {"every 10m", "", ""},
      },
      advice_about);
}

TEST_CASE("a here-document has no lines of its own", "[written_commands]") {
  for (const std::string text : {"cat <<EOF hello EOF", "cat <<-EOF a", "a | cat << 'X'", "x $(cat <<X)"}) {
    INFO(text);
    CHECK_FALSE(objection_to({text, {}, true}, "").empty());
  }
  for (const std::string text : {"cat <<<hello", "echo '<<EOF'", "echo \"a << b\"", "echo $((1<<2))", "(( x = 1<<2 ))",
                                 "for ((i=1<<2;i<9;i++)); do :; done", "echo $[1<<2]", "x[1<<2]=3", "echo ${x[1<<2]}",
                                 "echo ${x:1<<2}", "echo ${x:-<<y}", "let x=1<<2", "echo \\<<x", "cat <x"}) {
    INFO(text);
    CHECK(objection_to({text, {}, false}, "/bin/bash").empty());
  }
}

TEST_CASE("what is no shell has no here-document", "[written_commands]") {
  for (const std::string shell :
       {"/usr/bin/python3", "/usr/bin/perl", "/usr/bin/ruby", "/usr/bin/node", "/usr/bin/fish"})
    CHECK(objection_to({"print(1 <<2)", {}, false}, shell).empty());
  for (const std::string shell : {"", "/bin/sh", "/usr/local/bin/bash5", "/bin/ksh93", "/bin/zsh", "/bin/busybox-sh"})
    CHECK_FALSE(objection_to({"cat <<EOF x", {}, false}, shell).empty());
}

TEST_CASE("a quote may be escaped in bash's quotes of a dollar", "[statement]") {
  CHECK(parse_job({"job", "every 10m\nshell /bin/bash\nrun echo $'it\\'s' # x\n"}).has_value());
  CHECK_FALSE(parse_job({"job", "every 10m\nshell /bin/bash\nrun echo 'it\\'s'\n"}).has_value());
}

TEST_CASE("a shell that ends well may have refused a command", "[written_commands]") {
  const std::string bash = "/bin/bash: -c: line 1: ";
  for (const std::string said :
       {"syntax error in conditional expression", "unexpected argument `]]' to conditional unary operator",
        "conditional binary operator expected", "unexpected token `]]', expected `)'"})
    CHECK(is_refusal("bash: warning: setlocale: LC_ALL: cannot change locale (xx)\n" + bash + said + "\n"));
  for (const std::string said : {"", "\n", "bash: warning: setlocale: LC_ALL: cannot change locale (xx)\n",
                                 "/bin/bash: line 1: warning: here-document at line 1 delimited by end-of-file\n"})
    CHECK_FALSE(is_refusal(said));
}

TEST_CASE("the words of a shell are those that tell the fault", "[written_commands]") {
  CHECK(words_of_shell("/bin/sh: 1: Syntax error: \"fi\" unexpected\n") == "Syntax error: \"fi\" unexpected");
  CHECK(words_of_shell("/bin/bash: -c: line 2: syntax error: unexpected end of file\nmore") ==
        "syntax error: unexpected end of file");
  CHECK(words_of_shell("zsh:1: parse error near `fi'") == "parse error near `fi'");
  CHECK(words_of_shell("yash -c:1: syntax error: `fi' is missing\n") == "syntax error: `fi' is missing");
  CHECK(words_of_shell("E: /bin/mksh: syntax error: unmatched 'if'\n") == "syntax error: unmatched 'if'");
  CHECK(words_of_shell("/bin/ksh93: warning: line 1: `...` obsolete, use $(...)\n"
                       "/bin/ksh93: syntax error at line 1: `)' unexpected\n") ==
        "syntax error at line 1: `)' unexpected");
  CHECK(words_of_shell("/bin/ksh93: warning: line 1: old\n") == "warning: line 1: old");
  CHECK(words_of_shell("ash: syntax error: unterminated quoted string") == "syntax error: unterminated quoted string");
}
