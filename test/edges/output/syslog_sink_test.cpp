#include "../src/edges/output/syslog_sink.hpp"

#include "../src/edges/output/late_sinks.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <thread>

#include "acron/core/config/job_parser.hpp"
#include "acron/edges/output/run_outputs.hpp"
#include "acron/runtime/loop/task_group.hpp"
#include "support/recorded_log.hpp"
#include "support/temp_folder.hpp"
#include "support/test_loop.hpp"
#include "support/times.hpp"

using namespace acron;
using Texts = std::vector<std::string>;

namespace {

/// A system log that only listens.
class Listener {
 public:
  explicit Listener(const std::string& path) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Listener() { ::close(descriptor_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// What has come so far.
  Texts datagrams() {
    Texts all;
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t size = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size < 0) return all;
      all.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    }
  }

  /// Takes one a while after it has come; false when none comes.
  bool waits_for_one() const {
    std::array<char, 65536> buffer{};
    pollfd polled{descriptor_, POLLIN, 0};
    if (::poll(&polled, 1, 20'000) != 1) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT) >= 0;
  }

 private:
  int descriptor_;
};

Task<> print_and_close(OutputSink& sink, std::vector<CutLines::Line> pieces, bool& done) {
  for (const auto& [stream, bytes] : pieces) co_await sink.write(stream, bytes);
  co_await sink.close();
  done = true;
}

Task<> print_late(LateReceiver& late, std::string text, bool& done) {
  co_await late.receive(Stream::out, text);
  done = true;
}

Task<> one_run(RunOutput& output, RunRecord record, bool& done) {
  co_await output.receive(Stream::out, "printed\n");
  co_await output.close(record);
  done = true;
}

struct SyslogDesk {
  void run(const std::vector<CutLines::Line>& pieces) {
    SyslogSink sink(sockets, site, identity);
    bool done = false;
    tasks.start("print", print_and_close(sink, pieces, done));
    REQUIRE(loop.run_until([&] { return done; }));
  }

  TempFolder folder;
  RecordedLog log;
  TestLoop loop;
  SystemLogSockets sockets{folder.path("journal"), folder.path("log")};
  Site site{"web1.example.com", zone_named("Asia/Kolkata")};
  RunIdentity identity{"web/a", "run-7", time_at("2026-03-10T12:00:00Z"), time_at("2026-03-10T12:00:00Z")};
  TaskGroup tasks{loop.executor()};
};

/// Reads the journal's native protocol: NAME, LF, eight bytes of length (little-endian), the value, LF.
std::map<std::string, std::string> fields_of(const std::string& datagram) {
  std::map<std::string, std::string> fields;
  for (std::size_t at = 0; at < datagram.size();) {
    const auto end = datagram.find('\n', at);
    const auto name = datagram.substr(at, end - at);
    std::size_t size = 0;
    for (std::size_t i = 8; i > 0; --i) size = size * 256 + static_cast<unsigned char>(datagram.at(end + i));
    fields[name] = datagram.substr(end + 9, size);
    CHECK(datagram.at(end + 9 + size) == '\n');
    at = end + 10 + size;
  }
  return fields;
}

}  // namespace

TEST_CASE("each line is a datagram as syslog(3) makes them, in local time", "[syslog_sink]") {
  const RunIdentity run{"web/a", "run-7", {}, {}};
  // RFC 3164: facility cron is 9, informational 6, warning 4.
  CHECK(syslog_datagram({run, Stream::out, "hello"}, time_at("2026-03-01T17:30:05Z")) ==
        "<78>Mar  1 17:30:05 acron: web/a[run-7]: hello");
  CHECK(syslog_datagram({run, Stream::err, "hello"}, time_at("2026-12-31T00:00:00Z")) ==
        "<76>Dec 31 00:00:00 acron: web/a[run-7]: hello");
}

TEST_CASE("what a run prints arrives at /dev/log line by line", "[syslog_sink]") {
  SyslogDesk desk;
  Listener listener(desk.sockets.syslog);
  desk.run({{Stream::out, "one\ntw"}, {Stream::err, "oops\n"}, {Stream::out, "o\nunended"}});
  const auto got = listener.datagrams();
  const Texts wanted{"one", "oops", "two", "unended"};
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CHECK(got[i].starts_with(i == 1 ? "<76>" : "<78>"));
    CHECK(got[i].ends_with(" acron: web/a[run-7]: " + wanted[i]));
  }
  CHECK(desk.log.lines().empty());
}

TEST_CASE("the journal gets fields, whatever bytes a line has", "[syslog_sink]") {
  SyslogDesk desk;
  Listener syslog(desk.sockets.syslog), journal(desk.sockets.journal);
  desk.run({{Stream::out, std::string("PRIORITY=0\0\xff\n", 13)}, {Stream::err, "oops\n"}});
  CHECK(syslog.datagrams().empty());
  const auto got = journal.datagrams();
  REQUIRE(got.size() == 2);
  auto fields = fields_of(got[0]);
  CHECK(fields["MESSAGE"] == "web/a[run-7]: " + std::string("PRIORITY=0\0\xff", 12));
  CHECK(fields["PRIORITY"] == "6");
  CHECK(fields["SYSLOG_IDENTIFIER"] == "acron");
  CHECK(fields["ACRON_JOB"] == "web/a");
  CHECK(fields["ACRON_RUN_ID"] == "run-7");
  CHECK(fields_of(got[1])["PRIORITY"] == "4");
}

TEST_CASE("lines are cut at 8 KiB", "[syslog_sink]") {
  SyslogDesk desk;
  Listener listener(desk.sockets.syslog);
  desk.run({{Stream::out, std::string(8192 + 5, 'x') + "\n"}});
  const auto got = listener.datagrams();
  REQUIRE(got.size() == 2);
  CHECK(got[0].ends_with(": " + std::string(8192, 'x')));
  CHECK(got[1].ends_with(": xxxxx"));
}

TEST_CASE("without a system log the loss is counted and said once", "[syslog_sink]") {
  SyslogDesk desk;
  desk.run({{Stream::out, "one\ntwo\n"}, {Stream::err, "three"}});
  CHECK(desk.log.count("event=output-failed", "output=syslog", "run=run-7", "No such file or directory", "lost-lines=3",
                       "lost-bytes=11") == 1);
  CHECK(desk.log.lines().size() == 1);
}

TEST_CASE("a system log that is slow gets every line", "[syslog_sink]") {
  SyslogDesk desk;
  Listener listener(desk.sockets.syslog);
  const std::size_t all = 1300;
  std::string text;
  for (std::size_t i = 0; i < all; ++i) text += std::to_string(i) + "\n";
  std::size_t read = 0;
  std::jthread reader([&] {
    while (read < all && listener.waits_for_one()) ++read;
  });
  desk.run({{Stream::out, text}});
  reader.join();
  CHECK(read == all);
  CHECK(desk.log.lines().empty());
}

TEST_CASE("a system log that hangs holds up a run for a moment only, and the loss is counted", "[syslog_sink]") {
  SyslogDesk desk;
  Listener listener(desk.sockets.syslog);
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + "\n";
  desk.run({{Stream::out, text}});
  const auto got = listener.datagrams();
  CHECK(got.size() < 5000);
  CHECK(desk.log.count("event=output-failed", "lost-lines=" + std::to_string(5000 - got.size())) == 1);
}

TEST_CASE("what a hanging system log does not take of late output is said before its end", "[syslog_sink]") {
  SyslogDesk desk;
  Listener listener(desk.sockets.syslog);
  FileThreads threads;
  const StandardStreams streams(true);
  const auto definition =
      std::make_shared<const JobDefinition>(parse_job({"web/a", "every 10m\nrun x\noutput syslog\n"}).value());
  auto late = std::make_unique<LateSinks>(threads, streams, desk.site, desk.sockets,
                                          LateState{desk.identity, definition, {}, {SinkState{}}});
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + "\n";
  bool done = false;
  for (int piece = 0; piece < 2; ++piece) {
    done = false;
    desk.tasks.start("print", print_late(*late, text, done));
    REQUIRE(desk.loop.run_until([&] { return done; }));
    CHECK(desk.log.count("event=output-failed", "output=syslog", "run=run-7") >= 1);
  }
  late.reset();  // acron ends, and the process that prints does not
  std::size_t lost = 0;
  for (const std::string& line : desk.log.lines()) {
    const std::string name = "lost-lines=";
    const auto at = line.find(name);
    if (at != std::string::npos) lost += std::stoul(line.substr(at + name.size()));
  }
  CHECK(lost == 10000 - listener.datagrams().size());
}

TEST_CASE("a job's syslog output honours its condition", "[syslog_sink]") {
  struct Row {
    std::string line;
    bool failed;
    std::size_t messages;
  };
  const std::vector<Row> rows{{"output syslog", false, 1},
                              {"output if-error syslog", false, 0},
                              {"output if-error syslog", true, 1},
                              {"output if-success syslog", true, 0},
                              {"output if-success syslog", false, 1}};
  for (const Row& row : rows) {
    SyslogDesk desk;
    Listener listener(desk.sockets.syslog);
    FileThreads threads;
    const StandardStreams streams(true);
    RunOutputs outputs{
        threads, streams, desk.site, "root@localhost", {.mail = {}, .record = {}, .system_log = desk.sockets}};
    const auto definition =
        std::make_shared<const JobDefinition>(parse_job({"web/a", "every 10m\nrun work\n" + row.line + "\n"}).value());
    const std::optional<Account> ours;
    const auto output = outputs.open(definition, desk.identity, {true, ours});
    RunRecord record;
    record.identity = desk.identity;
    record.verdict = {row.failed, row.failed ? "exit status 1" : ""};
    bool done = false;
    desk.tasks.start("run", one_run(*output, record, done));
    REQUIRE(desk.loop.run_until([&] { return done; }));
    const auto got = listener.datagrams();
    CHECK(got.size() == row.messages);
    for (const auto& datagram : got) CHECK(datagram.ends_with("web/a[run-7]: printed"));
    threads.join();
  }
}

TEST_CASE("lines that were being sent when acron ends are counted as lost", "[syslog_sink]") {
  SyslogDesk desk;
  Listener listener(desk.sockets.syslog);
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + "\n";
  bool done = false;
  {
    SyslogSink sink(desk.sockets, desk.site, desk.identity);
    TaskGroup tasks(desk.loop.executor());
    tasks.start("print", print_and_close(sink, {{Stream::out, text}}, done));
    desk.loop.run_ready();  // until the kernel holds as much as it does for a reader
  }
  CHECK_FALSE(done);
  const auto taken = listener.datagrams().size();
  CHECK(taken > 0);
  CHECK(desk.log.count("event=output-failed", "lost-lines=" + std::to_string(5000 - taken)) == 1);
  desk.loop.run_ready();
}
