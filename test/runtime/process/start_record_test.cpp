#include "acron/runtime/process/start_record.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/recorded_log.hpp"
#include "support/temp_folder.hpp"

using namespace acron;
using namespace std::string_literals;

namespace {

constexpr std::size_t kept = std::size_t{96} * 1024;

bool no_run(std::string_view /*run*/) { return false; }

struct RecordPlace {
  TempFolder folder;
  const std::string directory = folder.path(), file = directory + "/starts";

  [[nodiscard]] std::string content() const {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  [[nodiscard]] bool is_empty() const { return content() == std::string(content().size(), '\0'); }
  /// What stays on the disk.
  [[nodiscard]] std::size_t room() const {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? static_cast<std::size_t>(status.st_blocks) * 512 : 0;
  }
};

}  // namespace

TEST_CASE("what is written is left to the next life, behind what an earlier one left", "[start_record]") {
  const RecordPlace place;
  {
    StartRecord record(place.directory);
    CHECK(record.take_left().empty());
    record.write("a\0\0"s);
    record.write("b\0\0"s);
  }
  {
    StartRecord record(place.directory);
    CHECK(record.take_left() == "a\0\0b\0\0"s);
    CHECK(record.take_left().empty());
    record.write("c\0\0"s);
  }
  StartRecord record(place.directory);
  CHECK(record.take_left() == "a\0\0b\0\0c\0\0"s);
  record.clear(no_run);
  CHECK(place.is_empty());
  record.write("d\0\0"s);
  CHECK(StartRecord(place.directory).take_left() == "d\0\0"s);
}

TEST_CASE("what is noted of runs that go on stays, up to half of the room that is kept", "[start_record]") {
  const RecordPlace place;
  const auto entry = [](const std::string& run, const std::string& value = "value") {
    return "boot\0job\0"s.append(run).append(1, '\0').append(value).append(2, '\0');
  };
  const auto but_one = [](std::string_view run) { return run != "1"; };
  StartRecord record(place.directory);
  for (const char* run : {"1", "2", "1", "3"}) record.write(entry(run));
  record.clear(but_one);
  record.write(entry("4"));
  CHECK(StartRecord(place.directory).take_left() == entry("2") + entry("3") + entry("4"));
  const std::string large(kept / 4, 'x');
  for (const char* run : {"5", "6", "7"}) record.write(entry(run, large));
  record.clear(but_one);
  CHECK(StartRecord(place.directory).take_left() == entry("2") + entry("3") + entry("4") + entry("5", large));
  CHECK(place.content().size() == kept);
  record.clear(no_run);
  CHECK(place.is_empty());
}

TEST_CASE("it keeps its room when it is emptied, and no more than that", "[start_record]") {
  const RecordPlace place;
  StartRecord record(place.directory);
  CHECK(place.room() >= kept);
  for (int count = 0; count < 5; ++count) record.write(std::string(kept, 'x'));
  record.clear(no_run);
  CHECK(place.is_empty());
  CHECK(place.content().size() == kept);
  CHECK(place.room() >= kept);
}

TEST_CASE("it takes one and a half mebibytes, says once that it is full, and again when it was empty meanwhile",
          "[start_record]") {
  const RecordPlace place;
  const RecordedLog log;
  StartRecord record(place.directory);
  const auto write = [&](int times) {
    for (int count = 0; count < times; ++count) {
      record.write(std::string(100'000, 'x'));
      record.say_trouble();
    }
  };
  write(15);
  CHECK(log.count("event=starts-unwritten") == 0);
  write(3);
  CHECK(log.count("event=starts-unwritten", "File too large") == 1);
  CHECK(place.content().size() == 1'500'000);
  record.clear(no_run);
  write(17);
  CHECK(log.count("event=starts-unwritten") == 2);
}

TEST_CASE("what can't be the record is refused, and left alone", "[start_record]") {
  const RecordPlace place;
  const RecordedLog log;
  const std::string other = place.directory + "/other";
  std::ofstream(other) << "other";
  const int kind = GENERATE(0, 1, 2);
  CAPTURE(kind);
  if (kind == 0) std::filesystem::create_symlink(other, place.file);
  if (kind == 1) std::filesystem::create_hard_link(other, place.file);
  if (kind == 2) REQUIRE(::mkfifo(place.file.c_str(), 0600) == 0);
  StartRecord record(place.directory);
  CHECK(log.count("event=starts-unwritten") == 1);
  CHECK_FALSE(record.is_in_place());
  record.write("a\0\0"s);
  record.clear(no_run);
  CHECK(std::filesystem::file_size(other) == 5);
  std::filesystem::remove(place.file);
  record.use(record.make_anew());
  CHECK(record.is_in_place());
  record.write("a\0\0"s);
  CHECK(StartRecord(place.directory).take_left() == "a\0\0"s);
}

TEST_CASE("it is not in place when its file was removed or replaced", "[start_record]") {
  const RecordPlace place;
  StartRecord record(place.directory);
  CHECK(record.is_in_place());
  std::filesystem::remove(place.file);
  CHECK_FALSE(record.is_in_place());
  std::ofstream(place.file) << "another's";
  CHECK_FALSE(record.is_in_place());
  record.use(record.make_anew());
  CHECK(record.is_in_place());
  CHECK(place.is_empty());
}
