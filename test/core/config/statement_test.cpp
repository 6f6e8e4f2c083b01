#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/config/job_parser.hpp"
#include "job_texts.hpp"

using namespace acron;

namespace {

struct CommandRow {
  std::string lines;
  std::string command;
};

void check_commands(const std::vector<CommandRow>& rows) {
  for (const auto& row : rows) {
    INFO(row.lines);
    CHECK(job_of(row.lines + "\nevery 10m\n").command == row.command);
  }
}

}  // namespace

TEST_CASE("line ends, a byte order mark and a missing last newline make no difference", "[statement]") {
  const auto plain = job_of("every 10m\nrun a\n  b\n");
  CHECK(job_of("every 10m\r\nrun a\r\n  b\r\n") == plain);
  CHECK(job_of("\xEF\xBB\xBF"
               "every 10m\nrun a\n  b\n") == plain);
  CHECK(job_of("every 10m\nrun a\n  b") == plain);
  CHECK(job_of("every\t10m  \nrun  a \t\n\tb\n") == plain);
  CHECK(job_of("\n\n# a comment\n  # another\nevery 10m\n \t \nrun a\n\n#\n  b\n") == plain);
}

TEST_CASE("a command goes on over indented lines, joined by one blank each", "[statement]") {
  check_commands({
      {"run a\n  b\n\tc", "a b c"},
      {"run\n  a", "a"},
      {"run a  b\n     c  d", "a  b c  d"},
      {"run a\n\n# in between\n    # and again\n  b", "a b"},
      {"run a  # first\n  b  # second\n  # third\n  c", "a b c"},
      {"run a\n  timeout 5m", "a timeout 5m"},
  });
}

TEST_CASE("a comment begins where the shell would begin one", "[statement]") {
  check_commands({
      {"run a # b", "a"},
      {"run a\t# b", "a"},
      {"run a#b", "a#b"},
      {"run a #", "a"},
      {"run echo ${x#y} $#", "echo ${x#y} $#"},
      {"run echo 'a # b' # c", "echo 'a # b'"},
      {"run echo \"a # b\" # c", "echo \"a # b\""},
      {"run echo \"a \\\" # b\" # c", "echo \"a \\\" # b\""},
      {"run echo 'a \\' # b", "echo 'a \\'"},
      {"run echo it\\'s # b", "echo it\\'s"},
      {"run echo \\# b # c", "echo \\# b"},
      {"run echo \\ # b", "echo \\ # b"},
      {"run echo `a # b` # c", "echo `a # b`"},
      {"run echo \"it's\" # b", "echo \"it's\""},
      {"run echo '\"' # b", "echo '\"'"},
  });
}

TEST_CASE("quotes inside a substitution inside quotes are the substitution's", "[statement]") {
  check_commands({
      {"run echo \"$(echo \"a # b\")\" # c", "echo \"$(echo \"a # b\")\""},
      {"run echo \"$(echo \"it's\")\" # c", "echo \"$(echo \"it's\")\""},
      {"run echo \"$(echo ')' \" # \")\" # c", "echo \"$(echo ')' \" # \")\""},
      {"run echo \"$( (a; b) ) # c\" # d", "echo \"$( (a; b) ) # c\""},
      {"run echo \"`echo \"a # b\"`\" # c", "echo \"`echo \"a # b\"`\""},
      {"run echo \"\\$(it's\" # b", "echo \"\\$(it's\""},
      {"run echo \"(it's\" # b", "echo \"(it's\""},
  });
}

TEST_CASE("an expansion in braces has quotes of its own and no comment", "[statement]") {
  const std::vector<std::string> commands{"echo \"${x:-\"it's\"}\"",
                                          "echo \"${x:-\"a # b\"}\"",
                                          "echo ${x:-a #b} c",
                                          "echo \"${x:-it's}\" d",
                                          "echo ${x:-\"a } # b\"} c",
                                          "echo \"${x:-\"a } # b\"}\" c",
                                          "echo ${1+\"$@\"}",
                                          "echo ${x:-$(echo '}' \" # \")}",
                                          "echo \"${x:-${y:-\"it's\"}}\"",
                                          "echo ${x:-'it is'} ${y#a}",
                                          "echo ${#x}",
                                          "echo ${x"};
  for (const auto& command : commands) {
    INFO(command);
    CHECK(job_of("every 1m\nrun " + command + " # comment\n").command ==
          command + (command.ends_with("${x") ? " # comment" : ""));
  }
}

TEST_CASE("a program in another language whose quotes are no shell's is sent to a file", "[statement]") {
  const auto job = parse_job({"job", "every 10m\nshell /usr/bin/python3\nrun print('it\\'s')\n"});
  REQUIRE(job.has_error());
  CHECK(
      job.error().front().message ==
      "this quote is never closed: a backslash before a ' inside of '...' is one more character, whatever the shell; a "
      "program in another language belongs in a file");
}

TEST_CASE("a quote may go on over indented lines, and a comment sign in it is none", "[statement]") {
  check_commands({
      {"run awk '{ print }\n  # no comment\n  END { x }' # comment", "awk '{ print } # no comment END { x }'"},
      {"run echo \"a\n\n  b\" # c", "echo \"a b\""},
      {"run echo \"a\n# comment\n  b\"", "echo \"a b\""},
  });
}

TEST_CASE("on other lines than commands a quote inside a word or without an end is an apostrophe", "[statement]") {
  for (const std::string line : {"output /var/log/bob's.log # it is bob's", "output /var/log/bob's.log # ' \" '"}) {
    const auto job = job_of("every 10m\nrun true\n" + line);
    CHECK(job.outputs == std::vector<OutputRoute>{{FileTarget{"/var/log/bob's.log"}}});
  }
  CHECK(headline(faults_of("every 10m\nrun true\nerror if-stderr \" # x").front()) ==
        "job:3:17: error: '\"' is not known here; it may be 'if-nonzero' or 'if-stderr'");
}

TEST_CASE("a fault on a continued line is shown where it stands", "[statement]") {
  const auto faults = faults_of("every 10m\nif a\n  # b\n    \"c\n  d\nrun x\n");
  REQUIRE(faults.size() == 1);
  CHECK(render(faults[0]) ==
        "job:4:5: error: this quote is never closed\n"
        "      \"c\n"
        "      ^");
}
