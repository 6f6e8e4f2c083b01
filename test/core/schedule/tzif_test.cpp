#include "../src/core/schedule/tzif.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "../src/core/schedule/zone_table.hpp"
#include "support/times.hpp"

using namespace acron;
using namespace std::chrono_literals;

namespace {

std::string number(std::int64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = size; i-- > 0;) bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  return bytes;
}

struct LeapSecond {
  std::int64_t at;
  int correction;
};

struct Instance {
  char version = '2';
  std::vector<std::int64_t> times{};
  std::vector<int> type_of_time{};
  std::vector<int> offsets{3600, 7200};
  std::vector<LeapSecond> leaps{};
  std::string footer = "\nCET-1\n";
};

std::string block_of(const Instance& file, std::size_t time_size) {
  std::string bytes = "TZif" + std::string(1, file.version) + std::string(15, '\0');
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{0}, file.leaps.size(), file.times.size(), file.offsets.size(), std::size_t{4}})
    bytes += number(static_cast<std::int64_t>(count), 4);
  for (const auto time : file.times) bytes += number(time, time_size);
  for (const auto type : file.type_of_time) bytes += number(type, 1);
  for (const auto offset : file.offsets) bytes += number(offset, 4) + std::string(2, '\0');
  bytes += std::string{"CET"} + '\0';
  for (const auto& leap : file.leaps) bytes += number(leap.at, time_size) + number(leap.correction, 4);
  return bytes;
}

std::string bytes_of(const Instance& file) {
  if (file.version == '\0') return block_of(file, 4);
  return block_of(file, 4) + block_of(file, 8) + file.footer;
}

std::string real_file(const std::string& name) {
  std::ifstream file{"/usr/share/zoneinfo/" + name, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string trouble_with(std::string_view bytes) {
  const auto rules = parse_tzif(bytes);
  return rules ? "none" : rules.error().message;
}

/// Reads it, and where it can be read, walks along its periods: none may be empty, or out of order.
void use(std::string_view bytes) {
  const auto rules = parse_tzif(bytes);
  if (!rules) {
    CHECK_FALSE(rules.error().message.empty());
    return;
  }
  const ZoneTable table{*rules};
  auto period = table.period_at(TimePoint::min());
  while (period.end < time_at("2100-01-01T00:00:00Z")) {
    const auto next = table.period_at(period.end);
    const bool follows = next.begin == period.end && next.end > next.begin;
    if (!follows) FAIL(format_rfc3339(period.end, 0s));
    period = next;
  }
}

}  // namespace

TEST_CASE("a zone file of each version is read", "[tzif]") {
  const auto version = GENERATE('\0', '2', '3', '4', '9');
  const auto rules = parse_tzif(bytes_of({.version = version, .times = {100, 200}, .type_of_time = {1, 0}}));
  REQUIRE(rules.has_value());
  CHECK(rules->first_offset == 1h);
  CHECK(rules->transitions ==
        std::vector<Transition>{{std::chrono::sys_seconds{100s}, 2h}, {std::chrono::sys_seconds{200s}, 1h}});
  CHECK(rules->rule.has_value() == (version != '\0'));
}

TEST_CASE("what lies before the year 0 is the first offset, and leap seconds are taken out", "[tzif]") {
  const auto rules = parse_tzif(bytes_of({.times = {-(std::int64_t{1} << 59), 78'796'800, 1'000'000'010},
                                          .type_of_time = {1, 0, 1},
                                          .leaps = {{78'796'800, 1}, {94'694'401, 2}}}));
  REQUIRE(rules.has_value());
  CHECK(rules->first_offset == 2h);
  CHECK(rules->transitions == std::vector<Transition>{{std::chrono::sys_seconds{78'796'799s}, 1h},
                                                      {std::chrono::sys_seconds{1'000'000'008s}, 2h}});
}

TEST_CASE("the rule of a file is what its last line says", "[tzif]") {
  CHECK(rule_of_tzif(bytes_of({})) == "CET-1");
  CHECK(rule_of_tzif(bytes_of({.footer = "\n<+0330>-3:30\nmore"})) == "<+0330>-3:30");
  CHECK(rule_of_tzif(bytes_of({.footer = "\n\n"})).empty());
  CHECK(rule_of_tzif(bytes_of({.version = '\0'})).empty());
  CHECK(rule_of_tzif(bytes_of({.footer = "\nCET-1"})).empty());
  CHECK(rule_of_tzif("garbage").empty());
  CHECK(rule_of_tzif(real_file("Europe/Berlin")) == "CET-1CEST,M3.5.0,M10.5.0/3");
}

TEST_CASE("a file that is no zone's is refused with its fault", "[tzif]") {
  struct Case {
    std::string bytes, trouble;
  };
  constexpr auto far = std::int64_t{1} << 40;
  const auto [bytes, trouble] = GENERATE_COPY(values<Case>({
      {"", "is empty"},
      {"Europe/Berlin\n", "is no time zone file"},
      {"# tzdb table\n", "is no time zone file"},
      {std::string(5000, '\0'), "is no time zone file"},
      {"TZ", "is cut off"},
      {"TZif2", "is cut off"},
      {bytes_of({.version = '1'}), "is damaged: its version is unknown"},
      {bytes_of({.offsets = {}}), "is damaged: it has no offset from UTC"},
      {bytes_of({.offsets = {100'000}}), "is damaged: it has an offset of more than a day"},
      {bytes_of({.offsets = {INT32_MIN}}), "is damaged: it has an offset of more than a day"},
      {bytes_of({.times = {100}, .type_of_time = {2}}), "is damaged: a transition leads to no offset"},
      {bytes_of({.times = {100, 100}, .type_of_time = {1, 0}}), "is damaged: its transitions are out of order"},
      {bytes_of({.times = {200, 100}, .type_of_time = {1, 0}}), "is damaged: its transitions are out of order"},
      {bytes_of({.times = {far}, .type_of_time = {1}}), "is damaged: a transition is after 9999"},
      {bytes_of({.times = {INT64_MAX}, .type_of_time = {1}}), "is damaged: a transition is after 9999"},
      {bytes_of({.times = {100, 101}, .type_of_time = {1, 0}, .leaps = {{101, INT32_MAX}}}),
       "is damaged: its leap seconds make no sense"},
      {bytes_of({.footer = "\nCET-99\n"}), "is damaged: the rule in its last line can't be read"},
      {bytes_of({.footer = "\n\xff\n"}), "is damaged: the rule in its last line can't be read"},
      {bytes_of({.footer = "CET-1\n"}), "is damaged: its data is longer than its header says"},
      {bytes_of({.footer = "\nCET-1"}), "is cut off"},
      {bytes_of({.footer = "\n"}), "is cut off"},
      {bytes_of({.footer = ""}), "is cut off"},
      {bytes_of({.footer = "\n\n"}), "none"},
      {bytes_of({.footer = "\nCET-1\nmore"}), "none"},
      {"TZif2" + std::string(15, '\0') + std::string(24, '\xff'), "is cut off"},
  }));
  CHECK(trouble_with(bytes) == trouble);
}

TEST_CASE("a real zone file that is cut at any place is refused", "[tzif]") {
  const std::string name = GENERATE("Europe/Berlin", "America/New_York", "Africa/Casablanca", "Etc/UTC");
  const auto bytes = real_file(name);
  REQUIRE(trouble_with(bytes) == "none");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto trouble = trouble_with(std::string_view{bytes}.substr(0, size));
    const auto expected = size == 0 ? "is empty" : "is cut off";
    if (trouble != expected) FAIL_CHECK(name << " cut at " << size << " " << trouble);
  }
}

TEST_CASE("a real zone file with any byte changed is refused, or read within its bounds", "[tzif]") {
  const auto bytes = real_file("Europe/Berlin");
  REQUIRE_FALSE(bytes.empty());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned flip : {1U, 0x80U, 0xFFU}) {
      auto damaged = bytes;
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ flip);
      use(damaged);
    }
  }
}

TEST_CASE("garbage behind a zone file's header is refused, or read within its bounds", "[tzif]") {
  std::mt19937 random{20260107};
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = "TZif" + std::string(1, "\0002345"[random() % 5]) + std::string(15, '\0');
    for (int count = 0; count < 6; ++count) bytes += number(random() % 7, 4);
    for (std::size_t size = random() % 400; size > 0; --size) bytes += static_cast<char>(random());
    use(bytes);
  }
}

TEST_CASE("a zone with leap seconds fits the one without, and no other", "[tzif]") {
  for (const std::string name : {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Etc/UTC"}) {
    INFO(name);
    const auto with = parse_tzif(real_file("right/" + name)), without = parse_tzif(real_file(name));
    REQUIRE((with.has_value() && without.has_value()));
    CHECK((with->has_leap_seconds && !without->has_leap_seconds));
    CHECK(ZoneTable{*without}.fits(*with));
    CHECK_FALSE(ZoneTable{parse_tzif(real_file("Europe/Madrid")).value()}.fits(*with));
  }
}
