#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <sstream>
#include <system_error>
#include <thread>

#include "acron/runtime/log/log.hpp"
#include "support/temp_folder.hpp"

using namespace acron;

namespace {

/// The lines of a log file, without their times.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    const auto level = line.find("level=");
    lines.push_back(level == std::string::npos ? line : line.substr(level));
  }
  return lines;
}

using Lines = std::vector<std::string>;

void log_and_wait(std::string_view event) {
  log(Severity::info, event);
  while (!log_is_written()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

TEST_CASE("a log line is an event and its fields, quoted where they need it", "[log]") {
  const TempFolder folder;
  open_log({LogTarget::Kind::file, folder.path("log")}, Severity::info);
  log(Severity::info, "start", {{"job", "web/a"}, {"run", "1-2"}});
  log(Severity::warning, "gate", {{"said", "not a \"member\""}, {"empty", ""}, {"equation", "a=b"}});
  log(Severity::error, "bad", {{"name", "a\nevent=fake\x1b[31m"}, {"bytes", "caf\xe9"}, {"path", "c:\\x"}});
  log(Severity::debug, "unheard");
  close_log();
  CHECK(lines_of(folder.read("log")) ==
        Lines{"level=info event=start job=web/a run=1-2",
              "level=warning event=gate said=\"not a \\\"member\\\"\" empty=\"\" equation=\"a=b\"",
              "level=error event=bad name=\"a\\x0aevent=fake\\x1b[31m\" bytes=\"caf\\xe9\" path=\"c:\\\\x\""});
}

TEST_CASE("a log file is made with mode 0640 and appended to", "[log]") {
  const TempFolder folder;
  const mode_t before = ::umask(022);
  for (const char* event : {"one", "two"}) {
    open_log({LogTarget::Kind::file, folder.path("log")}, Severity::debug);
    log(Severity::debug, event);
    close_log();
  }
  ::umask(before);
  CHECK(lines_of(folder.read("log")) == Lines{"level=debug event=one", "level=debug event=two"});
  struct stat status {};
  REQUIRE(::stat(folder.path("log").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("a log that is rotated goes on under its own name", "[log]") {
  const TempFolder folder;
  const std::string path = folder.path("log");
  open_log({LogTarget::Kind::file, path}, Severity::info);
  log(Severity::info, "before");
  const auto written = [&](std::string_view name) {
    for (int i = 0; i < 6000 && folder.read(name).empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return lines_of(folder.read(name));
  };
  REQUIRE(written("log") == Lines{"level=info event=before"});
  std::filesystem::rename(path, folder.path("log.1"));
  log(Severity::info, "after");
  CHECK(written("log") == Lines{"level=info event=after"});
  close_log();
  CHECK(lines_of(folder.read("log.1")) == Lines{"level=info event=before"});
}

TEST_CASE("a log whose directory is removed counts its lines, and goes on once the directory is back", "[log]") {
  const TempFolder folder;
  const std::string path = folder.path("d/log");
  std::filesystem::create_directory(folder.path("d"));
  open_log({LogTarget::Kind::file, path}, Severity::info);
  log_and_wait("before");
  std::filesystem::remove_all(folder.path("d"));
  log_and_wait("lost");
  log_and_wait("lost-too");
  CHECK(lost_log_lines() == 2);
  std::filesystem::create_directory(folder.path("d"));
  log_and_wait("after");
  close_log();
  CHECK(lines_of(folder.read("d/log")) == Lines{"level=warning event=log-lost lines=2", "level=info event=after"});
}

TEST_CASE("a log that was moved away and has no successor is still written, since it can be read", "[log]") {
  const TempFolder folder;
  const std::string path = folder.path("d/log");
  std::filesystem::create_directory(folder.path("d"));
  open_log({LogTarget::Kind::file, path}, Severity::info);
  log_and_wait("before");
  SECTION("with its directory") { std::filesystem::rename(folder.path("d"), folder.path("moved")); }
  SECTION("and a directory has its name") {
    std::filesystem::create_directory(folder.path("moved"));
    std::filesystem::rename(path, folder.path("moved/log"));
    std::filesystem::create_directory(path);
  }
  SECTION("and a FIFO has its name") {
    std::filesystem::create_directory(folder.path("moved"));
    std::filesystem::rename(path, folder.path("moved/log"));
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  }
  SECTION("and a symlink to another file has its name") {
    std::filesystem::create_directory(folder.path("moved"));
    std::filesystem::rename(path, folder.path("moved/log"));
    std::filesystem::create_symlink(folder.write("precious", ""), path);
  }
  log_and_wait("after");
  std::filesystem::remove_all(folder.path("d"));
  std::filesystem::create_directory(folder.path("d"));
  log_and_wait("anew");
  close_log();
  CHECK(lines_of(folder.read("moved/log")) == Lines{"level=info event=before", "level=info event=after"});
  CHECK(lines_of(folder.read("d/log")) == Lines{"level=info event=anew"});
  CHECK(folder.read("precious").empty());
}

TEST_CASE("a log that may not grow counts its lines", "[log]") {
  const TempFolder folder;
  open_log({LogTarget::Kind::file, folder.path("log")}, Severity::info);
  log_and_wait("before");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{std::filesystem::file_size(folder.path("log")), before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  log_and_wait("lost");
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  log_and_wait("after");
  close_log();
  CHECK(lines_of(folder.read("log")) ==
        Lines{"level=info event=before", "level=warning event=log-lost lines=1", "level=info event=after"});
}

TEST_CASE("a log whose last line a full disk cut off goes on with a line of its own, also by another acron", "[log]") {
  const TempFolder folder;
  const std::string path = folder.write("log", "time=now level=info event=ha");
  SECTION("that opens it at its start") { open_log({LogTarget::Kind::file, path}, Severity::info); }
  SECTION("that finds it in the place of its own") {
    std::filesystem::rename(path, folder.path("half"));
    open_log({LogTarget::Kind::file, path}, Severity::info);
    std::filesystem::rename(folder.path("half"), path);
  }
  log(Severity::info, "after");
  close_log();
  CHECK(lines_of(folder.read("log")) == Lines{"level=info event=ha", "level=info event=after"});
}

TEST_CASE("with root's rights no log is opened on a path that another user could lead elsewhere", "[log]") {
  if (::geteuid() != 0) return;
  const TempFolder folder;
  std::filesystem::create_directory(folder.path("theirs"));
  REQUIRE(::chown(folder.path("theirs").c_str(), 1000, 1000) == 0);
  const LogTarget target{LogTarget::Kind::file, folder.path("theirs/log")};
  CHECK_THROWS_WITH(open_log(target, Severity::info), Catch::Contains("theirs is owned by uid 1000"));
  CHECK(!std::filesystem::exists(target.path));
}

TEST_CASE("with root's rights no log is opened that has a second name", "[log]") {
  if (::geteuid() != 0) return;
  const TempFolder folder;
  folder.write("precious", "");
  std::filesystem::create_hard_link(folder.path("precious"), folder.path("log"));
  const std::string reason = "the log " + folder.path("log") + " can't be trusted: has a second name (a hard link)";
  CHECK_THROWS_WITH(open_log({LogTarget::Kind::file, folder.path("log")}, Severity::info), Catch::Contains(reason));
}

TEST_CASE("a log that can't be opened is refused at the start", "[log]") {
  CHECK_THROWS_AS(open_log({LogTarget::Kind::file, "/no/such/folder/log"}, Severity::info), std::system_error);
}

TEST_CASE("lines that a full disk does not take are counted, and that is said when there is room", "[log]") {
  const TempFolder folder;
  for (int i = 0; i < 3; ++i) {
    open_log({LogTarget::Kind::file, "/dev/full"}, Severity::info);
    log(Severity::info, "lost");
    close_log();
  }
  open_log({LogTarget::Kind::file, folder.path("log")}, Severity::info);
  log(Severity::info, "room");
  close_log();
  CHECK(lines_of(folder.read("log")) == Lines{"level=warning event=log-lost lines=3", "level=info event=room"});
}
