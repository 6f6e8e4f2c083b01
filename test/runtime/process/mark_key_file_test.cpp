#include "acron/runtime/process/mark_key_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/temp_folder.hpp"

using namespace acron;

namespace {

constexpr DigestKey some_key{1, 2, 3};
constexpr DigestKey other_key{4, 5, 6};

struct KeyPlace {
  TempFolder folder;
  const std::string directory = folder.path(), file = directory + "/mark.key";
};

}  // namespace

TEST_CASE("the key is there until another takes its place", "[mark_key]") {
  const KeyPlace place;
  CHECK(!read_mark_key(place.directory));
  REQUIRE(write_mark_key(place.directory, some_key));
  CHECK(read_mark_key(place.directory) == some_key);
  std::ofstream(place.file + ".new") << "what a write that broke off has left";
  REQUIRE(write_mark_key(place.directory, other_key));
  CHECK(read_mark_key(place.directory) == other_key);
  CHECK(!write_mark_key(place.directory + "/none", some_key));
}

TEST_CASE("only its user can read the key", "[mark_key]") {
  const KeyPlace place;
  const mode_t before = ::umask(0);
  CHECK(write_mark_key(place.directory, some_key));
  ::umask(before);
  struct stat status {};
  REQUIRE(::stat(place.file.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
}

TEST_CASE("what may be known to others, or is no key, counts for nothing", "[mark_key]") {
  const KeyPlace place;
  REQUIRE(write_mark_key(place.directory, some_key));
  SECTION("others can read it") { REQUIRE(::chmod(place.file.c_str(), 0640) == 0); }
  SECTION("it is cut") { std::filesystem::resize_file(place.file, 31); }
  SECTION("it is longer") { std::filesystem::resize_file(place.file, 33); }
  SECTION("it is a link") {
    std::filesystem::rename(place.file, place.directory + "/elsewhere");
    std::filesystem::create_symlink("elsewhere", place.file);
  }
  SECTION("it is a FIFO") {
    std::filesystem::remove(place.file);
    REQUIRE(::mkfifo(place.file.c_str(), 0600) == 0);
  }
  CHECK(!read_mark_key(place.directory));
  CHECK(write_mark_key(place.directory, other_key));
  CHECK(read_mark_key(place.directory) == other_key);
}
