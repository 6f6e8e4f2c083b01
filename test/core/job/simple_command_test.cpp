#include "acron/core/job/simple_command.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace acron;
using Words = std::vector<std::string>;

TEST_CASE("a command of plain words needs no shell", "[simple_command]") {
  struct Row {
    std::string text;
    Words words;
  };
  const Row rows[] = {
      {"/usr/local/bin/mycommand.sh", {"/usr/local/bin/mycommand.sh"}},
      {"find /tmp -mtime +7 -print", {"find", "/tmp", "-mtime", "+7", "-print"}},
      {"  rsync\t-a  host:/a,b  /c ", {"rsync", "-a", "host:/a,b", "/c"}},
      {"dd if=/dev/zero of=/dev/null", {"dd", "if=/dev/zero", "of=/dev/null"}},
      {"date +%s", {"date", "+%s"}},
      {"env A=1 printenv", {"env", "A=1", "printenv"}},
      {"/bin/echo hello", {"/bin/echo", "hello"}},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(simple_command(row.text) == row.words);
  }
}

TEST_CASE("whatever a shell would look at twice goes to the shell", "[simple_command]") {
  const std::string texts[] = {
      "",        "  ",      "a | b",   "a > b",   "a < b",     "a; b",      "a & b",    "a && b",  "a $B",
      "a `b`",   "a 'b'",   "a \"b\"", "a \\b",   "a *",       "a ?",       "a [b]",    "a {b,c}", "a ~",
      "~/a",     "a # b",   "! a",     "A=1 b",   "A=1",       "(a)",       "a\nb",     "a ^ b",   "\xc3\xa4",
      "cd /tmp", "echo a",  "exit 3",  "if a",    "time a",    "test -f a", "[ -f a ]", ". /a",    ": a",
      "true",    "sleep 1", "kill 1",  "[[ a ]]", "ulimit -n", "a\vb",      "printf a", "exec a",  "umask 077",
  };
  for (const std::string& text : texts) {
    INFO(text);
    CHECK_FALSE(simple_command(text).has_value());
  }
}

TEST_CASE("no command is an option of the shell that gets it", "[simple_command]") {
  CHECK(operand_of_shell("-f /x && -f /y") == "\n-f /x && -f /y");
  CHECK(operand_of_shell("+x; y") == "\n+x; y");
  CHECK(operand_of_shell("-") == "\n-");
  CHECK(operand_of_shell(" -f") == " -f");
  CHECK(operand_of_shell("a -f | b") == "a -f | b");
}
