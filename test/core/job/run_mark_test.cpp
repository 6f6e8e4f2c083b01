#include "acron/core/job/run_mark.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

using namespace acron;

namespace {

const DigestKey key{1, 2, 3};

RunMark mark_of(const std::string& job, const std::string& run) {
  const auto at = [](int milliseconds) { return TimePoint(Duration(1'700'000'000'000 + milliseconds)); };
  return {{job, run, at(20), at(30)}, at(10), TimeLimit{Duration(60'000), Duration(5'000)}, Duration(4'711), 1000, 0};
}

std::string signed_value(const RunMark& mark, std::int64_t process) {
  UnsignedMark fresh(mark, "boot", key);
  const char* const place = fresh.line().data();
  fresh.sign(process);
  REQUIRE(fresh.line().data() == place);
  REQUIRE(fresh.line().starts_with("ACRON_MARK="));
  return fresh.line().substr(std::string("ACRON_MARK=").size());
}

}  // namespace

TEST_CASE("a mark tells all that it takes to adopt its run", "[run_mark]") {
  const RunMark mark = mark_of("web/clean up", "1a2b-0001");
  const auto process = GENERATE(as<std::int64_t>{}, 1, 4711, 4'194'304);
  const auto read = read_mark(signed_value(mark, process), "web/clean up", "1a2b-0001", "boot", key);
  REQUIRE(read);
  CHECK(read->identity.job == mark.identity.job);
  CHECK(read->identity.id == mark.identity.id);
  CHECK(read->identity.scheduled == mark.identity.scheduled);
  CHECK(read->identity.started == mark.identity.started);
  CHECK(read->tick == mark.tick);
  CHECK(read->time_limit == mark.time_limit);
  CHECK(read->begun == mark.begun);
  CHECK(read->user == mark.user);
  CHECK(read->process == process);
}

TEST_CASE("an end among marks tells which run it is of, to who has the key", "[run_mark]") {
  UnsignedMark mark(mark_of("a", "1"), "boot", key);
  mark.sign(7);
  const std::string torn = mark.entry().substr(0, 20), end = end_entry("a", "1", "boot", key);
  const std::string all = mark.entry() + torn + end + end_entry("web/b c", "2", "boot", key) + mark.entry();
  CHECK(read_ends(all, "boot", key) == std::set<std::string>{"1", "2"});
  CHECK(read_marks(all, "boot", key).size() == 2);
  CHECK(read_ends(all, "another", key).empty());
  CHECK(read_ends(all, "boot", DigestKey{1, 2, 4}).empty());
  CHECK(read_ends(mark.entry(), "boot", key).empty());
  CHECK(read_ends(end.substr(0, end.size() - 3) + std::string(2, '\0'), "boot", key).empty());
  CHECK(read_ends(end.substr(0, end.size() - 2), "boot", key).empty());
}

TEST_CASE("the entries of some runs are taken out as they are, up to a size", "[run_mark]") {
  const std::string one = end_entry("job", "1", "boot", key), two = end_entry("job", "2", "boot", key);
  const auto is_two = [](std::string_view run) { return run == "2"; };
  CHECK(entries_of(one + two + one + two, is_two, 1000) == two + two);
  CHECK(entries_of(one + two + one + two, is_two, two.size()) == two);
  CHECK(entries_of("torn" + one.substr(0, 9) + two, is_two, 1000) == two);
  CHECK(entries_of(two.substr(0, two.size() - 1), is_two, 1000).empty());
}

TEST_CASE("a mark without a time limit has none when it is read", "[run_mark]") {
  RunMark mark = mark_of("a", "1");
  mark.time_limit.reset();
  const auto read = read_mark(signed_value(mark, 7), "a", "1", "boot", key);
  REQUIRE(read);
  CHECK_FALSE(read->time_limit);
}

TEST_CASE("a mark is worth nothing for another run, job, boot or key", "[run_mark]") {
  const std::string value = signed_value(mark_of("a", "1"), 7);
  CHECK(read_mark(value, "a", "1", "boot", key));
  CHECK_FALSE(read_mark(value, "b", "1", "boot", key));
  CHECK_FALSE(read_mark(value, "a", "2", "boot", key));
  CHECK_FALSE(read_mark(value, "a1", "", "boot", key));
  CHECK_FALSE(read_mark(value, "a", "1", "another", key));
  CHECK_FALSE(read_mark(value, "a", "1", "boot", DigestKey{1, 2, 4}));
}

TEST_CASE("a mark of which a single character was changed is none", "[run_mark]") {
  const std::string value = signed_value(mark_of("a", "1"), 7);
  for (std::size_t at = 0; at < value.size(); ++at) {
    std::string changed = value;
    changed[at] = changed[at] == '1' ? '2' : '1';
    CAPTURE(changed);
    CHECK_FALSE(read_mark(changed, "a", "1", "boot", key));
  }
  for (const std::string& other : {std::string(), value.substr(1), value + "0", value.substr(0, value.size() - 1)})
    CHECK_FALSE(read_mark(other, "a", "1", "boot", key));
}

namespace {

std::string entry_of(const std::string& job, const std::string& run, const std::string& boot = "boot") {
  UnsignedMark fresh(mark_of(job, run), boot, key);
  const char* const place = fresh.entry().data();
  fresh.sign(4711);
  REQUIRE(fresh.entry().data() == place);
  return fresh.entry();
}

/// `JOB RUN;` of each.
std::string read_from(const std::string& entries) {
  std::string read;
  for (const RunMark& mark : read_marks(entries, "boot", key)) {
    CHECK(mark.process == 4711);
    read += mark.identity.job + " " + mark.identity.id + ";";
  }
  return read;
}

}  // namespace

TEST_CASE("marks are read from their entries, whatever lies between them", "[run_mark]") {
  const std::string a = entry_of("a", "1"), b = entry_of("web/clean up\n", "2"), zeros(5, '\0');
  CHECK(read_from("").empty());
  CHECK(read_from(a) == "a 1;");
  CHECK(read_from(a + b + a) == "a 1;web/clean up\n 2;a 1;");
  CHECK(read_from(zeros + a + zeros + b + zeros) == "a 1;web/clean up\n 2;");
  CHECK(read_from(a + entry_of("c", "3", "another") + b) == "a 1;web/clean up\n 2;");
  CHECK(read_from("garbage" + a) == "a 1;");
  CHECK(read_from(std::string("\0garbage\0\0", 10) + a + "\xff") == "a 1;");
}

TEST_CASE("a torn entry is left out, and none other with it", "[run_mark]") {
  const std::string a = entry_of("a", "1"), b = entry_of("b", "2");
  for (std::size_t size = 0; size < a.size() - 2; ++size) {
    CAPTURE(size);
    CHECK(read_from(a.substr(0, size)).empty());
    CHECK(read_from(a.substr(0, size) + b) == "b 2;");
    CHECK(read_from(b + a.substr(0, size)) == "b 2;");
  }
}
