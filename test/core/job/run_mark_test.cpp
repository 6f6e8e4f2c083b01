#include "acron/core/job/run_mark.hpp"

#include <catch2/catch.hpp>
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
