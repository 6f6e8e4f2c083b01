#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <future>
#include <sstream>

#include "acron/core/config/job_parser.hpp"
#include "acron/edges/output/run_outputs.hpp"
#include "acron/runtime/loop/task_group.hpp"
#include "support/recorded_log.hpp"
#include "support/temp_folder.hpp"
#include "support/test_loop.hpp"
#include "support/times.hpp"

using namespace acron;

namespace {

struct Mail {
  std::string to;
  RunReport report;
};

Task<> hand_over(OutputReceiver& output, Stream stream, std::string bytes, bool& done) {
  co_await output.receive(stream, bytes);
  done = true;
}

Task<> end(RunOutput& output, RunRecord record, bool& done) {
  co_await output.close(record);
  done = true;
}

Task<> end_late(LateReceiver& late, bool& done) {
  co_await late.close();
  done = true;
}

Task<> whole_run(std::unique_ptr<RunOutput> output, std::string bytes) {
  co_await output->receive(Stream::out, bytes);
  co_await output->receive(Stream::err, bytes);
  const RunRecord over{};  // named: of a coroutine that is cut off, g++ 12 destroys a temporary of the co_await twice
  co_await output->close(over);
}

/// The outputs of runs, on real threads, with mail that goes no further than here.
struct OutputDesk {
  OutputDesk() { threads.answer_on(loop.executor()); }

  static SharedDefinition job(const std::string& outputs) {
    return std::make_shared<const JobDefinition>(
        parse_job({"web/a", "every 10m\nrun work --hard\n" + outputs}).value());
  }

  std::unique_ptr<RunOutput> open(const std::string& lines) { return open(lines, ours); }
  std::unique_ptr<RunOutput> open(const std::string& lines, const std::optional<Account>& account) {
    auto output = outputs.open(job(lines), record(false).identity, {true, account});
    output->begun();
    return output;
  }

  void print(OutputReceiver& output, std::string bytes, Stream stream = Stream::out) {
    bool done = false;
    tasks.start("print", hand_over(output, stream, std::move(bytes), done));
    REQUIRE(loop.run_until([&] { return done; }));
  }

  static RunRecord record(bool failed) {
    const TimePoint noon = time_at("2026-03-10T12:00:00Z");
    RunRecord record{{"web/a", "run-7", noon, noon}, {}, {failed, failed ? "exit status 1" : ""}, {}};
    record.outcome.ending = Exited{failed ? 1 : 0};
    return record;
  }

  void close(RunOutput& output, bool failed) {
    bool done = false;
    for (const OutgoingMail& mail : output.owed(record(failed))) owed.push_back(mail.to);
    tasks.start("close", end(output, record(failed), done));
    REQUIRE(loop.run_until([&] { return done; }));
  }

  /// One whole run.
  void run(const std::string& lines, const std::string& printed, bool failed) {
    const auto output = open(lines);
    if (!printed.empty()) print(*output, printed);
    close(*output, failed);
  }

  const std::optional<Account> ours;
  RecordedLog log;
  FileThreads threads;
  TestLoop loop;
  Site site{"web1.example.com", zone_named("Europe/Berlin")};
  TempFolder folder;
  std::vector<Mail> mails;
  std::vector<Mail> posts;
  std::vector<std::string> owed;
  bool too_many = false;
  StandardStreams streams{true};
  RunOutputs outputs{threads,
                     streams,
                     site,
                     "root@localhost",
                     {.mail =
                          [this](const RunReport& report, const std::string& to) {
                            mails.push_back({to, report});
                            OutgoingMail mail;
                            mail.to = to;
                            return too_many ? std::nullopt : std::optional(mail);
                          },
                      .record =
                          [this](const RunReport& report, const HttpTarget& to) {
                            posts.push_back({to.url, report});
                            OutgoingMail record;
                            record.to = to.url;
                            return record;
                          },
                      .system_log = {folder.path("journal"), folder.path("syslog")}}};
  TaskGroup tasks{loop.executor()};
};

std::string numbered_lines(std::size_t at_least) {
  std::string text;
  for (int i = 0; text.size() < at_least; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("an output file has the bytes while the job still runs", "[run_outputs]") {
  OutputDesk desk;
  const auto output = desk.open("output " + desk.folder.path("log"));
  desk.print(*output, "first\nsecond\nbegun");
  CHECK(desk.folder.read("log") == "first\nsecond\n");
  desk.print(*output, " and ended\n");
  CHECK(desk.folder.read("log") == "first\nsecond\nbegun and ended\n");
  desk.print(*output, "no newline at the end");
  desk.close(*output, false);
  CHECK(desk.folder.read("log") == "first\nsecond\nbegun and ended\nno newline at the end");
  CHECK(desk.mails.empty());
  CHECK(desk.log.lines().empty());
}

TEST_CASE("an output file is appended to, byte for byte, and made with mode 0640", "[run_outputs]") {
  OutputDesk desk;
  const std::string odd("\0\xff\x1b[31m\r\n", 9);
  const mode_t before = ::umask(022);
  desk.run("output " + desk.folder.path("log"), "one\n", false);
  ::umask(before);
  desk.run("output " + desk.folder.path("log"), odd, true);
  CHECK(desk.folder.read("log") == "one\n" + odd);
  struct stat status {};
  REQUIRE(::stat(desk.folder.path("log").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("a log that is moved away is begun anew, also amid a run", "[run_outputs]") {
  OutputDesk desk;
  const std::string lines = "output " + desk.folder.path("log");
  const auto output = desk.open(lines);
  desk.print(*output, "before\n");
  std::filesystem::rename(desk.folder.path("log"), desk.folder.path("log.1"));
  desk.print(*output, "after\n");
  desk.close(*output, false);
  desk.run(lines, "next\n", false);
  CHECK(desk.folder.read("log.1") == "before\n");
  CHECK(desk.folder.read("log") == "after\nnext\n");
}

TEST_CASE("what comes late goes, in whole lines, to the files that get all, and goes on in another image",
          "[run_outputs]") {
  OutputDesk desk;
  const auto output = desk.open("output " + desk.folder.path("log") + "\noutput if-error " +
                                desk.folder.path("errors") + "\noutput /dev/null\noutput ops@example.com");
  desk.print(*output, "begun ");
  desk.print(*output, "last", Stream::err);
  auto late = output->late({Stream::out});
  REQUIRE(late);
  desk.close(*output, false);
  CHECK(desk.folder.read("log") == "last");  // of a stream that has ended
  desk.print(*late, "and ended\nagain ");
  CHECK(desk.folder.read("log") == "lastbegun and ended\n");
  late = desk.outputs.go_on_late(late->state());
  std::filesystem::rename(desk.folder.path("log"), desk.folder.path("log.1"));
  desk.print(*late, "and again\nlast words");
  CHECK(desk.folder.read("log") == "again and again\n");
  bool done = false;
  desk.tasks.start("close", end_late(*late, done));
  REQUIRE(desk.loop.run_until([&] { return done; }));
  CHECK(desk.folder.read("log") == "again and again\nlast words");
  CHECK(!std::filesystem::exists(desk.folder.path("errors")));
  CHECK(desk.log.lines().empty());
}

TEST_CASE("nobody wants what comes late where no output gets all", "[run_outputs]") {
  OutputDesk desk;
  for (const std::string& lines : {std::string("output /dev/null"), std::string("output a@example.com"), std::string(),
                                   "output if-success " + desk.folder.path("log")})
    CHECK(!desk.open(lines)->late({Stream::out, Stream::err}));
}

TEST_CASE("a failure of late output is said when it begins, and what it cost when it ends", "[run_outputs]") {
  OutputDesk desk;
  std::filesystem::create_directory(desk.folder.path("logs"));
  const auto output = desk.open("output " + desk.folder.path("logs/a"));
  const auto late = output->late({Stream::out});
  desk.close(*output, false);
  std::filesystem::rename(desk.folder.path("logs"), desk.folder.path("gone"));
  for (int i = 0; i < 3; ++i) desk.print(*late, "lost\n");
  CHECK(desk.log.count("event=output-failed") == 1);
  CHECK(desk.log.count("job=web/a", "run=run-7", "reason=\"No such file or directory\"", "lost-bytes=5") == 1);
  std::filesystem::rename(desk.folder.path("gone"), desk.folder.path("logs"));
  desk.print(*late, "found\n");
  CHECK(desk.folder.read("logs/a") == "found\n");
  CHECK(desk.log.count("event=output-failed") == 2);
  CHECK(desk.log.count("event=output-failed", "lost-bytes=10") == 1);
}

TEST_CASE("stdout and stderr go to the file without breaking each other's lines", "[run_outputs]") {
  OutputDesk desk;
  const auto output = desk.open("output " + desk.folder.path("log"));
  desk.print(*output, "copying ");
  desk.print(*output, "warning\n", Stream::err);
  desk.print(*output, "done\n");
  desk.close(*output, false);
  CHECK(desk.folder.read("log") == "warning\ncopying done\n");
}

TEST_CASE("the lines of two runs that write one file stay whole", "[run_outputs]") {
  OutputDesk desk;
  const std::string lines = "output " + desk.folder.path("log");
  const auto one = desk.open(lines), two = desk.open(lines);
  const std::string a(40, 'a'), b(40, 'b');
  bool done[2] = {};
  for (int i = 0; i < 500; ++i) {
    // Both at once, each in two pieces that are no lines.
    for (const std::size_t half : {0U, 20U}) {
      done[0] = done[1] = false;
      const std::string ending = half == 0 ? "" : "\n";
      desk.tasks.start("one", hand_over(*one, Stream::out, a.substr(half, 20) + ending, done[0]));
      desk.tasks.start("two", hand_over(*two, Stream::out, b.substr(half, 20) + ending, done[1]));
      REQUIRE(desk.loop.run_until([&] { return done[0] && done[1]; }));
    }
  }
  desk.close(*one, false);
  desk.close(*two, false);
  std::istringstream text(desk.folder.read("log"));
  std::size_t whole = 0;
  for (std::string line; std::getline(text, line);) whole += line == a || line == b ? 1 : 0;
  CHECK(whole == 1000);
  CHECK(text.str().size() == 1000 * 41);
}

TEST_CASE("a line without an end does not pile up in memory", "[run_outputs]") {
  OutputDesk desk;
  const auto output = desk.open("output " + desk.folder.path("log"));
  for (int i = 0; i < 32; ++i) desk.print(*output, std::string(32 * 1024, 'x'));
  CHECK(desk.folder.read("log").size() >= 31 * 32 * 1024 - 64 * 1024);
  desk.close(*output, false);
  CHECK(desk.folder.read("log") == std::string(1024 * 1024, 'x'));
}

TEST_CASE("an output that could be another file is refused, said, and left as it was", "[run_outputs]") {
  OutputDesk desk;
  desk.folder.write("precious", "keep me\n");
  const std::string path = desk.folder.path("log");
  std::string reason;
  SECTION("a symlink") {
    std::filesystem::create_symlink(desk.folder.path("precious"), path);
    reason = "symlink";
  }
  SECTION("a FIFO that nobody reads") {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    reason = "is not a regular file";
  }
  SECTION("a hard link") {
    if (::geteuid() != 0) return;
    std::filesystem::create_hard_link(desk.folder.path("precious"), path);
    reason = "hard link";
  }
  SECTION("a directory") {
    std::filesystem::create_directory(path);
    reason = "Is a directory";
  }
  CAPTURE(reason);
  desk.run("output " + path, "twelve bytes", false);
  CHECK(desk.folder.read("precious") == "keep me\n");
  CHECK(desk.log.count("event=output-failed", "job=web/a", "run=run-7", "output=" + path, reason, "lost-bytes=12") ==
        1);
}

TEST_CASE("a place that is not there is refused, and the run goes on", "[run_outputs]") {
  OutputDesk desk;
  desk.run("output /no/such/folder/log", "twelve bytes", false);
  CHECK(desk.log.count("event=output-failed", "output=/no/such/folder/log", "No such file", "lost-bytes=12") == 1);
}

TEST_CASE("bytes that a full disk does not take are counted, and what fits is written", "[run_outputs]") {
  OutputDesk desk;
  // A file system of one file's size: the limit of the process does as well as a small disk.
  const auto output = desk.open("output " + desk.folder.path("log"));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  desk.print(*output, std::string(599, 'a') + "\n");
  desk.print(*output, std::string(599, 'b') + "\n");
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  desk.print(*output, "room again\n");
  desk.close(*output, false);
  CHECK(desk.folder.read("log") == std::string(599, 'a') + "\n" + std::string(400, 'b') + "\nroom again\n");
  CHECK(desk.log.count("event=output-failed", "File too large", "lost-bytes=200") == 1);
}

TEST_CASE("an if-error file gets every byte of a failure, in order, and nothing of a success", "[run_outputs]") {
  OutputDesk desk;
  const std::string lines = "output if-error " + desk.folder.path("log");
  const std::string text = numbered_lines(GENERATE(100U, 1024U * 1024U));
  const bool failed = GENERATE(true, false);
  const auto output = desk.open(lines);
  Stream stream = Stream::out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at + 10'000), text.size() - 1) + 1;
    desk.print(*output, text.substr(at, end - at), stream);
    stream = stream == Stream::out ? Stream::err : Stream::out;
    at = end;
  }
  CHECK(!std::filesystem::exists(desk.folder.path("log")));
  desk.close(*output, failed);
  CHECK(std::filesystem::exists(desk.folder.path("log")) == failed);
  CHECK((desk.folder.read("log") == (failed ? text : "")));
  CHECK(desk.mails.empty());
  CHECK(desk.log.lines().empty());
}

TEST_CASE("no line that is held back is torn by one of the other stream", "[run_outputs]") {
  OutputDesk desk;
  const auto output = desk.open("output if-error " + desk.folder.path("log"));
  desk.print(*output, "copying ");
  desk.print(*output, "warning\n", Stream::err);
  desk.print(*output, "done\nthe rest");
  desk.close(*output, true);
  CHECK(desk.folder.read("log") == "warning\ncopying done\nthe rest");
}

TEST_CASE("what is held back stays in order when the disk is slow", "[run_outputs]") {
  OutputDesk desk;
  const auto output = desk.open("output if-error " + desk.folder.path("log"));
  std::promise<void> disk_is_back;
  auto wait = disk_is_back.get_future().share();
  for (std::size_t i = 0; i < FileThreads::usual_threads; ++i)
    boost::asio::post(desk.threads.new_order(), [wait] { wait.wait(); });
  const std::string much(100 * 1024, 'o');
  bool out = false, err = false;
  desk.tasks.start("out", hand_over(*output, Stream::out, much, out));
  desk.loop.run_ready();
  desk.tasks.start("err", hand_over(*output, Stream::err, "e\n", err));
  desk.loop.run_ready();
  disk_is_back.set_value();
  REQUIRE(desk.loop.run_until([&] { return out && err; }));
  desk.close(*output, true);
  CHECK((desk.folder.read("log") == much + "e\n"));
}

TEST_CASE("several if-error files each get everything", "[run_outputs]") {
  OutputDesk desk;
  desk.run("output if-error " + desk.folder.path("one") + "\noutput if-error " + desk.folder.path("two"), "text\n",
           true);
  CHECK(desk.folder.read("one") == "text\n");
  CHECK(desk.folder.read("two") == "text\n");
}

TEST_CASE("mail is sent for a failure, and for a success only with output", "[run_outputs]") {
  struct Case {
    std::string outputs, printed;
    bool failed;
    std::vector<std::string> recipients;
  };
  const auto [outputs, printed, failed, recipients] = GENERATE(values<Case>({
      {"", "", false, {}},
      {"", "hello\n", false, {"root@localhost"}},
      {"", "", true, {"root@localhost"}},
      {"output mark@example.com", "", false, {}},
      {"output mark@example.com", "hello\n", false, {"mark@example.com"}},
      {"output mark@example.com", "", true, {"mark@example.com"}},
      {"output if-error mark@example.com", "hello\n", false, {}},
      {"output if-error mark@example.com", "hello\n", true, {"mark@example.com"}},
      {"output if-error mark@example.com", "", true, {"mark@example.com"}},
      {"output a@example.com\noutput if-error b@example.com", "hello\n", false, {"a@example.com"}},
      {"output a@example.com\noutput if-error b@example.com", "", true, {"a@example.com", "b@example.com"}},
      {"output /dev/null", "hello\n", false, {}},
      {"output /dev/null", "hello\n", true, {}},
      {"output if-error /dev/null", "hello\n", true, {}},
      {"output /dev/null\noutput if-error mark@example.com", "hello\n", true, {"mark@example.com"}},
  }));
  CAPTURE(outputs, printed, failed);
  OutputDesk desk;
  desk.run(outputs, printed, failed);
  std::vector<std::string> sent;
  for (const auto& mail : desk.mails) sent.push_back(mail.to);
  CHECK(sent == recipients);
  CHECK(desk.owed == recipients);
  CHECK(desk.log.lines().empty());
}

TEST_CASE("a mail that is one too many is not owed", "[run_outputs]") {
  OutputDesk desk;
  desk.too_many = true;
  desk.run("output a@example.com\noutput https://b.example.com/x", "hello\n", true);
  CHECK(desk.mails.size() == 1);
  CHECK(desk.owed == std::vector<std::string>{"https://b.example.com/x"});
}

TEST_CASE("the mail knows the run, the host, the command, the local time and the output", "[run_outputs]") {
  OutputDesk desk;
  const auto output = desk.open("output mark@example.com");
  desk.print(*output, "to stdout\n");
  desk.print(*output, "to stderr\n", Stream::err);
  desk.close(*output, true);
  REQUIRE(desk.mails.size() == 1);
  const auto& report = desk.mails[0].report;
  CHECK(report.identity.id == "run-7");
  CHECK(report.host == "web1.example.com");
  CHECK(report.command == "work --hard");
  CHECK(report.utc_offset == std::chrono::hours(1));  // Berlin in March
  CHECK(report.verdict.reason == "exit status 1");
  CHECK(report.output.marked_text() == "to stdout\nstderr: to stderr\n");
}

TEST_CASE("a run whose user can't be had is mailed, and writes no file", "[run_outputs]") {
  OutputDesk desk;
  const std::string lines = "output " + desk.folder.path("log") + "\noutput if-error " + desk.folder.path("errors") +
                            "\noutput if-error mark@example.com";
  const auto output = desk.outputs.open(OutputDesk::job(lines), OutputDesk::record(true).identity, {});
  desk.close(*output, true);
  CHECK(std::filesystem::is_empty(desk.folder.path()));
  REQUIRE(desk.mails.size() == 1);
  CHECK(desk.mails[0].to == "mark@example.com");
  CHECK(desk.log.lines().empty());
}

TEST_CASE("a run that the end of acron cuts off leaves nothing dangling", "[run_outputs]") {
  OutputDesk desk;
  auto output = desk.open("output " + desk.folder.path("log") + "\noutput if-error " + desk.folder.path("err"));
  desk.tasks.start("run", whole_run(std::move(output), std::string(200'000, 'x') + "\n"));
  desk.loop.run_ready();
  desk.threads.join();
  // The rest of the run is destroyed with the loop, before the threads: the sanitizers would say if that were too late.
  CHECK(desk.tasks.size() == 1);
}
