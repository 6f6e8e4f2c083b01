#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/source_directory.hpp"

namespace {

namespace fs = std::filesystem;
using acron::source_directory;

using Rooms = std::set<std::string>;

Rooms operator+(const Rooms& some, const Rooms& others) {
  Rooms all = some;
  all.insert(others.begin(), others.end());
  return all;
}

const Rooms job{"core", "core/schedule", "core/job"};
const Rooms loop{"runtime/files", "runtime/log", "runtime/loop"};
const Rooms run = loop + Rooms{"runtime/process", "runtime/jobs"};

/// What the files of a room may include of our own: rooms, as folders below include/acron. A room may always include
/// itself.
const std::map<std::string, Rooms> arrows{
    {"core", {}},
    {"core/schedule", {"core"}},
    {"core/job", {"core", "core/schedule"}},
    {"core/config", job},
    {"core/mail", {"core", "core/job"}},
    {"core/plan", job},
    {"runtime/files", {"core"}},
    {"runtime/log", {"core", "core/schedule", "runtime/files"}},
    {"runtime/loop", {"core", "runtime/log"}},
    {"runtime/clock", {"core", "core/schedule"}},
    {"runtime/process", job + loop + Rooms{"runtime/clock"}},
    {"runtime/tree", Rooms{"core", "core/job", "core/config"} + loop},
    {"runtime/jobs", job + Rooms{"core/config", "core/mail", "runtime/clock", "runtime/tree"} + run},
    {"edges", {"core", "core/mail"}},
    {"edges/output", job + Rooms{"core/mail"} + run},
    {"edges/delivery", Rooms{"core", "core/job", "core/mail", "edges"} + loop},
    {"edges/store", job + Rooms{"core/mail", "edges", "runtime/clock"} + run},
    {"daemon", job +
                   Rooms{"core/config", "core/mail", "core/plan", "runtime/clock", "runtime/tree", "edges/output",
                         "edges/delivery", "edges/store"} +
                   run},
};

/// Libraries that one file alone may name, so that another can take their place.
const std::map<std::string, std::set<std::string>> only_in{
    {"boost/process", {"src/runtime/process/child_start.cpp"}},
    {"boost/log", {"src/runtime/log/log.cpp"}},
    {"boost/beast", {"src/edges/delivery/webhook_client.cpp"}},
    {"boost/program_options", {"src/daemon/options.cpp"}},
    {"sqlite3", {"src/edges/store/database.cpp"}},
};

struct Include {
  std::string file;  // relative to the project
  std::string room;
  std::string header;
  bool ours;
};

std::string room_of(const fs::path& relative) {
  auto part = relative.begin();
  if (*part == "include") ++part;
  ++part;  // src or acron
  fs::path room;
  for (; std::next(part) != relative.end(); ++part) room /= *part;
  return room.string();
}

std::vector<Include> all_includes() {
  std::vector<Include> found;
  const std::regex line(R"re(^\s*#include\s+([<"])([^>"]+)[>"])re");
  for (const char* top : {"src", "include"}) {
    for (const auto& entry : fs::recursive_directory_iterator(source_directory() / top)) {
      const fs::path relative = fs::relative(entry.path(), source_directory());
      if (relative.extension() != ".cpp" && relative.extension() != ".hpp") continue;
      std::ifstream file(entry.path());
      std::smatch match;
      for (std::string text; std::getline(file, text);) {
        if (std::regex_search(text, match, line))
          found.push_back({relative, room_of(relative), match[2], match[1] == "\""});
      }
    }
  }
  return found;
}

}  // namespace

TEST_CASE("every include points along an arrow of the house", "[architecture]") {
  const auto includes = all_includes();
  REQUIRE(includes.size() > 100);
  for (const Include& include : includes) {
    if (!include.ours || !include.header.starts_with("acron/")) continue;
    INFO(include.file << " includes " << include.header);
    const std::string room = fs::path(include.header.substr(6)).parent_path().string();
    REQUIRE(arrows.count(include.room) == 1);
    CHECK((room == include.room || arrows.at(include.room).count(room) == 1));
  }
}

TEST_CASE("a private header is included by its own folder only", "[architecture]") {
  for (const Include& include : all_includes()) {
    if (!include.ours || include.header.starts_with("acron/")) continue;
    INFO(include.file << " includes " << include.header);
    CHECK(fs::exists((source_directory() / include.file).parent_path() / include.header));
  }
}

TEST_CASE("the core includes no loop, no log and no system call", "[architecture]") {
  const std::regex refused(
      R"(^(boost/(asio|log|process|program_options|beast)/?.*|sys/.*|unistd\.h|fcntl\.h|fstream)$)");
  for (const Include& include : all_includes()) {
    if (!include.room.starts_with("core")) continue;
    INFO(include.file << " includes " << include.header);
    // tzdata is files; the one unit that reads them hides that behind values.
    if (include.file == "src/core/schedule/zone_files.cpp") continue;
    CHECK_FALSE(std::regex_match(include.header, refused));
  }
}

TEST_CASE("a library that could be replaced is named in one file", "[architecture]") {
  for (const Include& include : all_includes()) {
    for (const auto& [library, files] : only_in) {
      if (include.header != library + ".hpp" && include.header != library + ".h" &&
          !include.header.starts_with(library + "/"))
        continue;
      INFO(include.file << " includes " << include.header);
      CHECK(files.count(include.file) == 1);
    }
  }
}

TEST_CASE("coroutines are started in one file", "[architecture]") {
  for (const auto& entry : fs::recursive_directory_iterator(source_directory() / "src")) {
    if (entry.path().extension() != ".cpp" || entry.path().filename() == "task_group.cpp") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    INFO(entry.path());
    CHECK(text.find("co_spawn(") == std::string::npos);
    CHECK(text.find("asio::detached") == std::string::npos);
  }
}
