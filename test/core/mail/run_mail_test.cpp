#include "acron/core/mail/run_mail.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acron/core/text.hpp"

using namespace acron;

namespace {

RunReport failed_report() {
  RunReport report;
  report.identity = {"web/cleanup", "20260107T000258-1a2b", parse_rfc3339("2026-01-06T23:02:58.213Z").value(),
                     parse_rfc3339("2026-01-06T23:02:58.463Z").value()};
  report.host = "web-0001";
  report.command = "/usr/local/bin/cleanup --all";
  report.outcome.ending = Exited{3};
  report.outcome.stdout_bytes = 8;
  report.outcome.stderr_bytes = 10;
  report.verdict = {true, "exit status 3"};
  report.duration = Duration{1250};
  report.utc_offset = std::chrono::hours{1};
  report.output.append(Stream::out, "cleaned\n");
  report.output.append(Stream::err, "disk full\n");
  return report;
}

const MailParties parties{"root@web-0001", "mark@example.com"};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a failure mail holds what a person can act on", "[run_mail]") {
  const auto mail = mail_about(failed_report(), parties);
  CHECK(mail.from == "root@web-0001");
  CHECK(mail.from_name == "acron on web-0001");
  CHECK(mail.to == "mark@example.com");
  CHECK(mail.subject == "[web-0001] web/cleanup failed: exit status 3");
  CHECK(mail.about == "web/cleanup");
  CHECK(format_rfc3339(mail.date, mail.utc_offset) == "2026-01-07T00:02:59.713+01:00");
  CHECK(mail.body ==
        "web/cleanup on web-0001 failed: exit status 3\n"
        "\n"
        "Command:     /usr/local/bin/cleanup --all\n"
        "Scheduled:   2026-01-07T00:02:58.213+01:00\n"
        "Started:     2026-01-07T00:02:58.463+01:00 (0.250s later)\n"
        "Duration:    1.250s\n"
        "Ended:       exit status 3\n"
        "Output:      8 bytes on stdout, 10 on stderr\n"
        "Run:         20260107T000258-1a2b\n"
        "\n"
        "What it printed (stderr: marks its errors):\n"
        "\n"
        "cleaned\n"
        "stderr: disk full\n");
}

TEST_CASE("a mail shows each byte that was printed, also those that are not UTF-8", "[run_mail]") {
  struct Case {
    std::string printed;
    std::string shown;
  };
  const std::string note = "\\xe4 and the like are bytes that are not UTF-8 text";
  const std::vector<Case> cases = {
      {"na\u00efve \U0001F600\n", "na\u00efve \U0001F600\n"},
      {"K\xe4se\n", "K\\xe4se\n"},                                              // ISO 8859-1
      {"5 \x80 \x93so\x94\n", "5 \\x80 \\x93so\\x94\n"},                        // Windows-1252
      {"\x83\x4b\n", "\\x83K\n"},                                               // Shift JIS
      {std::string("\xff\xfeh\0i\0\n\0", 8), "\\xff\\xfeh\\x00i\\x00\n\\x00"},  // UTF-16
      {"\xed\xa0\x80 \xc0\x80 \xf4\x90\x80\x80", "\\xed\\xa0\\x80 \\xc0\\x80 \\xf4\\x90\\x80\\x80"},
      {"\xe4\xe4\xc3\xa4\n", "\\xe4\\xe4\u00e4\n"},
      {std::string(9, '\xc3') + "\xa4\n", "\\xc3\\xc3\\xc3\\xc3\\xc3\\xc3\\xc3\\xc3\u00e4\n"},
      {std::string(15, '\0') + "\n", "\\x00 (15 times)\n"},
      {"C:\\xe4\\new\n", "C:\\xe4\\new\n"},
  };
  for (const auto& [printed, shown] : cases) {
    CAPTURE(shown);
    for (const auto stream : {Stream::out, Stream::err}) {
      auto report = failed_report();
      report.outcome.stderr_bytes = stream == Stream::err ? printed.size() : 0;
      report.output = OutputCapture{};
      report.output.append(stream, printed);
      const auto body = mail_about(report, parties).body;
      CHECK(is_utf8(body));
      const std::string first = stream == Stream::err ? "stderr: " : "";
      CHECK(contains(body, ":\n\n" + first + shown.substr(0, shown.find('\n'))));
      CHECK(contains(body, note) == (shown != printed));
    }
  }
}

TEST_CASE("output of nothing but one strange byte makes no long mail", "[run_mail]") {
  for (const auto& [byte, shown] : {std::pair('\0', "\\x00"), {'\xff', "\\xff"}, {'\xe4', "\\xe4"}}) {
    auto report = failed_report();
    report.output = OutputCapture{};
    report.output.append(Stream::out, std::string(1'000'000, byte));
    const auto body = mail_about(report, parties).body;
    CHECK(is_utf8(body));
    CHECK(contains(body, std::string(shown) + " (6553"));  // some fewer where they might be torn characters
    CHECK(contains(body, " times)\n[... 8689"));
    CHECK(body.size() < 2000);
  }
}

TEST_CASE("a mail says how the run ended", "[run_mail]") {
  auto report = failed_report();
  report.outcome.ending = Signaled{9};
  report.outcome.timed_out_after = std::chrono::minutes{1};
  report.outcome.output_left_open = true;
  report.verdict.reason = "timed out after 1m, killed by SIGKILL";
  const auto body = mail_about(report, parties).body;
  CHECK(contains(body, "\nEnded:       killed by SIGKILL\n"));
  CHECK(contains(body, "\nTime limit:  1m, overrun\n"));
  CHECK(contains(body, "\nLeft open:   a process that the job left behind still held its output"));

  report.outcome.ending = NotStarted{"no such file"};
  CHECK(contains(mail_about(report, parties).body, "\nEnded:       not started: no such file\n"));
}

TEST_CASE("a mail about a silent failure says that nothing was printed", "[run_mail]") {
  auto report = failed_report();
  report.output = OutputCapture{};
  report.outcome.stdout_bytes = report.outcome.stderr_bytes = 0;
  CHECK(mail_about(report, parties).body.ends_with("\n\nIt printed nothing.\n"));
}

TEST_CASE("a mail says what was cut from its output", "[run_mail]") {
  auto report = failed_report();
  report.output = OutputCapture{4};
  report.output.append(Stream::out, "abcdefghijkl\n");
  report.outcome.stdout_bytes = 13;
  report.outcome.stderr_bytes = 0;
  const auto body = mail_about(report, parties).body;
  CHECK(contains(body, "\nOutput:      13 bytes on stdout, 0 on stderr; 5 left out below\n"));
  CHECK(body.ends_with("\nWhat it printed:\n\nabcd\n[... 5 bytes left out ...]\njkl\n"));
}

TEST_CASE("a success mail says so", "[run_mail]") {
  auto report = failed_report();
  report.outcome.ending = Exited{0};
  report.verdict = {};
  const auto mail = mail_about(report, parties);
  CHECK(mail.subject == "[web-0001] web/cleanup succeeded");
  CHECK(mail.body.starts_with("web/cleanup on web-0001 succeeded\n"));
}

TEST_CASE("a mail about a recovery says how long it took", "[run_mail]") {
  auto report = failed_report();
  report.outcome.ending = Exited{0};
  report.verdict = {};
  report.before = {19, parse_rfc3339("2026-01-06T19:50:59Z").value()};
  const auto mail = mail_about(report, parties);
  CHECK(mail.subject == "[web-0001] web/cleanup recovered after 3 h 12 m and 19 failed runs");
  CHECK(mail.body.starts_with("web/cleanup on web-0001 recovered after 3 h 12 m and 19 failed runs\n"));
  CHECK(contains(compose(mail).text, "\r\nX-Acron-Result: recovered\r\n"));
}

TEST_CASE("a mail about a failure that is not the first says since when", "[run_mail]") {
  auto report = failed_report();
  CHECK_FALSE(contains(mail_about(report, parties).body, "\nFailing:"));
  report.before = {19, parse_rfc3339("2026-01-06T19:50:59Z").value()};
  CHECK(contains(mail_about(report, parties).body,
                 "\nFailing:     since 2026-01-06T20:50:59.000+01:00, 20 runs in a row\n"));
}

TEST_CASE("a mail has a line for each attempt of the run", "[run_mail]") {
  auto report = failed_report();
  report.failed_attempts = {{report.identity.started, Duration{1250}, "exit status 3"},
                            {report.identity.started + Duration{31250}, Duration{20}, "could not be started: \x1b"}};
  CHECK(contains(mail_about(report, parties).body,
                 "\nAttempts:    3\n"
                 "  1. 2026-01-07T00:02:58.463+01:00, 1.250s: exit status 3\n"
                 "  2. 2026-01-07T00:03:29.713+01:00, 0.020s: could not be started: \\x1b\n"
                 "  3. exit status 3\n\n"));
  report.verdict = {};
  CHECK(contains(mail_about(report, parties).body, "\n  3. succeeded\n"));
}

TEST_CASE("a mail says what the run used", "[run_mail]") {
  auto report = failed_report();
  report.outcome.usage = Usage{Duration{420}, 36'175'872, Accounting::cgroup};
  CHECK(contains(mail_about(report, parties).body,
                 "\nUsed:        0.420s of processor time, at most 34.5 MiB of memory\n"));
  report.outcome.usage->peak_memory = 524'288;
  CHECK(contains(mail_about(report, parties).body, "at most 512 KiB of memory\n"));
}

TEST_CASE("a mail says what was held back before it", "[run_mail]") {
  const auto report = failed_report();
  CHECK(mail_about(report, parties, 1).body.starts_with("Before this one, 1 mail to this address was held back: "));
  CHECK(mail_about(report, parties, 12).body.starts_with("Before this one, 12 mails to this address were held back: "));
  CHECK(mail_about(report, parties, 0).body == mail_about(report, parties).body);
}

TEST_CASE("mails about one job are one thread and one list, from whatever host", "[run_mail]") {
  auto report = failed_report();
  const auto first = mail_about(report, parties);
  report.host = "web-0002";
  report.identity.id = "other";
  const auto second = mail_about(report, {"root@web-0002", parties.to});
  CHECK(first.message_id != second.message_id);
  CHECK(first.thread_id == second.thread_id);
  CHECK(first.list_id == second.list_id);
  CHECK(first.thread_id.ends_with("@example.com"));
  const auto text = compose(second).text;
  CHECK(contains(text, "\r\nIn-Reply-To: <" + first.thread_id + ">\r\n"));
  CHECK(contains(text, "\r\nReferences: <" + first.thread_id + ">\r\n"));
  CHECK(contains(text, "\r\nList-Id: <cleanup.web.acron.example.com>\r\n"));
  report.identity.job = "web/cleanup2";
  CHECK(mail_about(report, parties).thread_id != first.thread_id);
}

TEST_CASE("a list is called by the job's path, and no two jobs share one", "[run_mail]") {
  CHECK(list_id_of("a", "root@localhost") == "a.acron.localhost");
  CHECK(list_id_of("fleet/web/disk_1", "x@example.com") == "disk_1.web.fleet.acron.example.com");
  std::set<std::string> ids;
  const std::vector<std::string> jobs{"a b",
                                      "a-b",
                                      "a.b",
                                      "A-b",
                                      "a/b",
                                      "b/a",
                                      "caf\xC3\xA9",
                                      "//",
                                      "",
                                      "a\r\nb",
                                      "..",
                                      std::string(300, 'j'),
                                      std::string(64, 'j'),
                                      std::string(65, 'j')};
  for (const auto& job : jobs) {
    const auto id = list_id_of(job, "x@example.com");
    ids.insert(id);
    CHECK(id.size() <= 255);
    CHECK(id.ends_with("acron.example.com"));
    CHECK(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz.-_") == std::string::npos);
    CHECK(id.find("..") == std::string::npos);
    CHECK_FALSE(id.starts_with('.'));
  }
  CHECK(ids.size() == jobs.size());
}

TEST_CASE("names of any bytes stay in their place", "[run_mail]") {
  auto report = failed_report();
  report.identity.job = "a\r\nBcc: x@example.com\n" + std::string(400, 'j');
  report.host = "h\"\r\n<" + std::string(400, 'h');
  report.command = "true\nEnded:       exit status 0";
  const auto mail = mail_about(report, parties);
  const auto text = compose(mail).text;
  const auto header = text.substr(0, text.find("\r\n\r\n"));
  CHECK_FALSE(contains(header, "\nBcc:"));
  CHECK_FALSE(contains(header, "true"));
  CHECK_FALSE(contains(mail.body, "\nEnded:       exit status 0"));
  CHECK(mail.subject.size() < 600);
}

TEST_CASE("a run's Message-ID is the same on every try and differs from all others", "[run_mail]") {
  const auto report = failed_report();
  const auto id = mail_about(report, parties).message_id;
  CHECK(mail_about(report, parties).message_id == id);
  CHECK(id.starts_with("acron.20260107T000258-1a2b."));
  CHECK(id.ends_with("@web-0001"));

  std::set<std::string> ids;
  for (const auto* run : {"1", "2", "a b", "a  b", ".1", "1\r\n"}) {
    for (const auto* to : {"a@example.com", "b@example.com"}) {
      for (const auto* host : {"web-0001", "web-0002", "",
                               "w\xc3\xa9"
                               "b"}) {
        RunIdentity identity = report.identity;
        identity.id = run;
        ids.insert(message_id_of(identity, host, to));
      }
    }
  }
  CHECK(ids.size() == 6 * 2 * 4);
  for (const auto& one : ids) {
    CHECK(one.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_@") ==
          std::string::npos);
  }
}
