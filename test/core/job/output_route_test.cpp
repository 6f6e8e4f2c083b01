#include "acron/core/job/output_route.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace acron;
using Catch::Matchers::Contains;

TEST_CASE("a target is an absolute path or a mail address", "[output_route]") {
  CHECK(parse_output_target("/var/log/x.log").value() == OutputTarget{FileTarget{"/var/log/x.log"}});
  CHECK(parse_output_target("/dev/null").value() == OutputTarget{FileTarget{"/dev/null"}});
  CHECK(parse_output_target("/var/log/a@b").value() == OutputTarget{FileTarget{"/var/log/a@b"}});
  CHECK(parse_output_target("mark@example.com").value() == OutputTarget{MailTarget{"mark@example.com"}});
  CHECK(parse_output_target("bounce=mark@example.com").value() == OutputTarget{MailTarget{"bounce=mark@example.com"}});
  CHECK(parse_output_target("a/b@example.com").value() == OutputTarget{MailTarget{"a/b@example.com"}});
}

TEST_CASE("a target may be the system log or a URL", "[output_route]") {
  CHECK(parse_output_target("syslog").value() == OutputTarget{SyslogTarget{}});
  CHECK(parse_output_target("https://example.com/x").value() == OutputTarget{HttpTarget{"https://example.com/x"}});
  CHECK(parse_output_target("/https://x").value() == OutputTarget{FileTarget{"/https://x"}});
}

TEST_CASE("a target may be acron's own stdout or stderr, under each of their names", "[output_route]") {
  const std::vector<std::string> out{"stdout",       "/dev/stdout",     "/dev/fd/1",          "/proc/self/fd/1",
                                     "/proc/1/fd/1", "//dev//./stdout", "/dev/../dev/stdout", "/proc/thread-self/fd/1"};
  const std::vector<std::string> err{"stderr", "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2", "/proc/1/fd/2"};
  for (const auto& name : out) {
    INFO(name);
    CHECK(parse_output_target(name).value() == OutputTarget{StreamTarget{Stream::out}});
  }
  for (const auto& name : err) {
    INFO(name);
    CHECK(parse_output_target(name).value() == OutputTarget{StreamTarget{Stream::err}});
  }
  CHECK(describe(OutputTarget{StreamTarget{Stream::out}}) == "stdout");
  CHECK(describe(OutputTarget{StreamTarget{Stream::err}}) == "stderr");
}

TEST_CASE("a device, or another file that keeps nothing, is no target", "[output_route]") {
  for (const std::string name :
       {"/dev/tty", "/dev/console", "/dev/pts/0", "/dev/fd/0", "/dev/fd/11", "/dev/stdin", "/dev/log", "/dev/full",
        "/proc/self/mem", "/proc/42/fd/1", "/sys/power/state", "/x/../dev/tty", "/dev/./kmsg", "/dev/stdout/x",
        "/dev/shm/../tty", "/dev", "/proc", "/sys"}) {
    INFO(name);
    const auto target = parse_output_target(name);
    REQUIRE(target.has_error());
    CHECK_THAT(target.error().message,
               Contains("'" + name + "' is no regular file; besides files, output goes to 'stdout'"));
  }
  CHECK(parse_output_target("/dev//null").value() == OutputTarget{FileTarget{"/dev/null"}});
  for (const std::string name : {"/dev/shm/x.log", "/device/x", "/processes/1", "/../../x"}) {
    INFO(name);
    CHECK(parse_output_target(name).value() == OutputTarget{FileTarget{name}});
  }
}

TEST_CASE("a target that could not be written to is refused with the reason", "[output_route]") {
  struct Row {
    std::string text;
    std::string reason;
    std::size_t at = 0;
  };
  const std::vector<Row> rows{
      {"", "missing"},
      {"log/x.log", "relative path"},
      {"./x", "relative path"},
      {"x.log", "relative path"},
      {"~/x.log", "no shell reads '~'"},
      {"sylog", "did you mean 'syslog'"},
      {"stdou", "did you mean 'stdout'"},
      {"sterr", "did you mean 'stderr'"},
      {"ftp://example.com/", "no scheme known here"},
      {"root", "neither an absolute path nor a mail address"},
      {"MAILTO=ops@example.com", "'MAILTO=' is no part of a mail address"},
      {"to=ops@example.com", "'to=' is no part of a mail address"},
      {"\x1b[2J", "'\\x1b[2J'"},
      {"/var/log/", "names a directory"},
      {"/", "names a directory"},
      {"/a\x01", "control character", 2},
      {"/" + std::string(256, 'x'), "255", 1},
      {"/" + std::string(5000, 'x'), "4095"},
      {"a@b@", "can't stand before", 1},
      {"a@", "after the '@'", 1},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    const auto target = parse_output_target(row.text);
    REQUIRE(target.has_error());
    CHECK_THAT(target.error().message, Contains(row.reason));
    CHECK(target.error().at == row.at);
  }
}

TEST_CASE("mail addresses that RFC 5321 writes as dot-atoms are taken", "[output_route]") {
  const std::vector<std::string> good{
      "root@localhost",
      "mark@example.com",
      "a.b+cron@sub.example.co.uk",
      "!#$%&'*+-/=?^_`{|}~@example.com",
      "x@1.example",
      std::string(64, 'l') + "@example.com",
      "x@" + std::string(63, 'd') + ".example",
  };
  for (const auto& address : good) {
    INFO(address);
    const auto parsed = parse_mail_address(address);
    REQUIRE(parsed.has_value());
    CHECK(parsed->address == address);
  }
}

TEST_CASE("mail addresses that could upset a server or a header are refused at the offending byte", "[output_route]") {
  const auto long_domain = std::string(60, 'd') + "." + std::string(60, 'd') + "." + std::string(60, 'd');
  struct Row {
    std::string text;
    std::size_t at;
  };
  const std::vector<Row> rows{
      {"", 0},
      {"root", 0},
      {"@example.com", 0},
      {"mark@", 4},
      {"mark mark@example.com", 4},
      {"mark@exam ple.com", 9},
      {"mark@example.com>", 16},
      {"<mark@example.com>", 0},
      {"mark@example.com\r\nRCPT TO:<x@y>", 4},
      {"mark@example.com\r\n", 16},
      {"\"mark\"@example.com", 0},
      {".mark@example.com", 0},
      {"mark.@example.com", 5},
      {"ma..rk@example.com", 3},
      {"mark@.example.com", 5},
      {"mark@example.com.", 17},
      {"mark@example..com", 13},
      {"mark@-example.com", 5},
      {"mark@[127.0.0.1]", 5},
      {"mark@ex_ample.com", 7},
      {"m\xC3\xA4rk@example.com", 1},
      {"mark,anna@example.com", 4},
      {std::string(65, 'l') + "@example.com", 64},
      {"x@" + std::string(64, 'd') + ".example", 2},
      {std::string(64, 'l') + "@" + long_domain + ".example.com", 0},
      {std::string(300, 'l') + "@example.com", 0},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    const auto parsed = parse_mail_address(row.text);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().at == row.at);
    CHECK_FALSE(parsed.error().message.empty());
  }
}

TEST_CASE("a target is described as it is written", "[output_route]") {
  CHECK(describe(OutputTarget{FileTarget{"/var/log/x.log"}}) == "/var/log/x.log");
  CHECK(describe(OutputTarget{MailTarget{"mark@example.com"}}) == "mark@example.com");
  CHECK(describe(OutputTarget{SyslogTarget{}}) == "syslog");
}

TEST_CASE("a condition says after which runs an output gets what was printed", "[output_route]") {
  using When = RouteCondition;
  const Incident well, failing{2, TimePoint{}};
  const Verdict ok, failed{true, "exit status 1"};
  struct Row {
    When condition;
    bool ok_after_ok, failed_after_ok, failed_after_failed, ok_after_failed;
  };
  const std::vector<Row> rows{
      {When::always, true, true, true, true},          {When::if_error, false, true, true, false},
      {When::if_success, true, false, false, true},    {When::if_first_error, false, true, false, false},
      {When::if_recovered, false, false, false, true},
  };
  for (const auto& row : rows) {
    INFO(describe(row.condition));
    CHECK(applies(row.condition, ok, well) == row.ok_after_ok);
    CHECK(applies(row.condition, failed, well) == row.failed_after_ok);
    CHECK(applies(row.condition, failed, failing) == row.failed_after_failed);
    CHECK(applies(row.condition, ok, failing) == row.ok_after_failed);
    // Two conditions overlap if one run in the table satisfies both.
    for (const auto& other : rows) {
      const bool overlap = (row.ok_after_ok && other.ok_after_ok) || (row.failed_after_ok && other.failed_after_ok) ||
                           (row.failed_after_failed && other.failed_after_failed) ||
                           (row.ok_after_failed && other.ok_after_failed);
      CHECK(can_both_apply(row.condition, other.condition) == overlap);
    }
  }
}

TEST_CASE("a mail is sent when there is something to tell", "[output_route]") {
  using When = RouteCondition;
  const Incident well, failing{2, TimePoint{}};
  const Verdict ok, failed{true, "exit status 1"};
  CHECK(is_mailed(When::always, failed, well, false));
  CHECK(is_mailed(When::always, ok, well, true));
  CHECK_FALSE(is_mailed(When::always, ok, well, false));
  CHECK_FALSE(is_mailed(When::always, ok, failing, false));
  CHECK(is_mailed(When::if_recovered, ok, failing, false));
  CHECK_FALSE(is_mailed(When::if_recovered, ok, well, true));
  CHECK_FALSE(is_mailed(When::if_success, ok, well, false));
  CHECK(is_mailed(When::if_success, ok, well, true));
  CHECK_FALSE(is_mailed(When::if_error, ok, well, true));
  CHECK(is_mailed(When::if_first_error, failed, well, false));
  CHECK_FALSE(is_mailed(When::if_first_error, failed, failing, true));
}

TEST_CASE("a target is the same in each of its spellings", "[output_route]") {
  const auto are_same = [](std::string_view a, std::string_view b) {
    return is_same(parse_output_target(a).value(), parse_output_target(b).value());
  };
  for (const char* other : {"/var/log/x", "/var/log//x", "//var/log/x", "/var/./log/x", "/./var//.//log/x"}) {
    INFO(other);
    CHECK(are_same("/var/log/x", other));
    CHECK(are_same(other, "/var/log/x"));
  }
  // Where log is a symlink, this is another file.
  for (const char* other : {"/var/log/../log/x", "/var/log/X", "/var/log/x.", "/var/log/.x", "/var/logx", "syslog"}) {
    INFO(other);
    CHECK_FALSE(are_same("/var/log/x", other));
  }
  CHECK(are_same("ops@example.com", "ops@EXAMPLE.com"));
  CHECK_FALSE(are_same("ops@example.com", "Ops@example.com"));
  for (const char* other : {"HTTPS://Example.com/a?b", "https://example.com:443/a?b", "https://example.com:/a?b"}) {
    INFO(other);
    CHECK(are_same("https://example.com/a?b", other));
  }
  for (const char* other : {"http://example.com/a?b", "https://example.com/A?b", "https://example.com:80/a?b",
                            "https://example.com//a?b", "https://u:p@example.com/a?b"}) {
    INFO(other);
    CHECK_FALSE(are_same("https://example.com/a?b", other));
  }
  CHECK(are_same("https://example.com", "https://example.com/"));
  CHECK(are_same("stdout", "/dev/stdout"));
}
