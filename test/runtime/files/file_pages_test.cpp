#include "acron/runtime/files/file_pages.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

using namespace acron;

namespace {

/// In KiB, as proc(5) has it in /proc/PID/status.
long resident_file_pages() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) return std::stol(line.substr(8));
  }
  return -1;
}

}  // namespace

TEST_CASE("pages of files that were given back are not in memory, and come back when they are needed", "[file_pages]") {
  REQUIRE(resident_file_pages() > 0);
  const long before = resident_file_pages();
  give_back_file_pages();
  CHECK(resident_file_pages() < before);
}
