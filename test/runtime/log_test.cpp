#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <sstream>
#include <system_error>
#include <thread>

#include "acron/runtime/log.hpp"
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
