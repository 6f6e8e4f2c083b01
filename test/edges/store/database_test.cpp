#include "../src/edges/store/database.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "store_support.hpp"

using namespace acron;
using namespace acron::test;

namespace {

std::unique_ptr<Database> open_new(const std::string& path) {
  write_file(path, "");
  auto database = Database::open(path);
  REQUIRE(database.has_value());
  return std::move(*database);
}

}  // namespace

TEST_CASE("a value comes back from the database as it was", "[database]") {
  const TemporaryDirectory directory;
  const auto database = open_new(directory.path() + "/a.db");
  database->execute("CREATE TABLE t(a, b, c, d, e)");
  const std::string text("a\0b\xff'", 5);
  const std::optional<TimePoint> none;
  database->prepared("INSERT INTO t VALUES(?,?,?,?,?)").run(text, Blob{text}, -7, at(99), none);
  database->prepared("INSERT INTO t VALUES(?,?,?,?,?)")
      .run(std::string(), Blob{}, true, Duration(5), std::optional(at(1)));
  SqlStatement& row = database->prepared("SELECT * FROM t ORDER BY rowid");
  row.query();
  REQUIRE(row.next());
  CHECK(row.text(0) == text);
  CHECK(row.text(1) == text);
  CHECK(row.number(2) == -7);
  CHECK(row.time(3) == at(99));
  CHECK_FALSE(row.optional_time(4));
  REQUIRE(row.next());
  CHECK_FALSE(row.is_null(0));
  CHECK(row.text(0).empty());
  CHECK(row.number(2) == 1);
  CHECK(row.number(3) == 5);
  CHECK(row.optional_time(4) == at(1));
  CHECK_FALSE(row.next());
  CHECK_FALSE(database->trouble());
}

TEST_CASE("a transaction that is not committed, or has failed, leaves nothing behind", "[database]") {
  const TemporaryDirectory directory;
  const auto database = open_new(directory.path() + "/a.db");
  database->execute("CREATE TABLE t(a INTEGER PRIMARY KEY)");
  {
    const Transaction given_up(*database);
    database->prepared("INSERT INTO t VALUES(?)").run(1);
  }
  CHECK(database->number("SELECT count(*) FROM t") == 0);
  {
    Transaction failing(*database);
    database->prepared("INSERT INTO t VALUES(?)").run(2);
    database->prepared("INSERT INTO t VALUES(?)").run(2);
    database->prepared("INSERT INTO t VALUES(?)").run(3);
    REQUIRE(failing.commit());
  }
  database->forgive();
  CHECK(database->number("SELECT count(*) FROM t") == 0);
  {
    Transaction good(*database);
    database->prepared("INSERT INTO t VALUES(?)").run(4);
    CHECK_FALSE(good.commit());
  }
  CHECK(database->number("SELECT a FROM t") == 4);
}

TEST_CASE("the database is durable, small, and no child inherits it", "[database]") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/a.db";
  const auto database = open_new(path);
  database->execute("CREATE TABLE t(a)");
  CHECK(database->text("PRAGMA journal_mode") == "wal");
  CHECK(database->number("PRAGMA synchronous") == 2);  // FULL, sqlite.org/pragma.html#pragma_synchronous
  CHECK(database->number("PRAGMA mmap_size") == 0);
  CHECK(database->number("PRAGMA cache_size") == -256);
  std::size_t descriptors = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    if (!std::filesystem::read_symlink(entry.path(), ignored).string().starts_with(path)) continue;
    ++descriptors;
    CHECK((::fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(descriptors == 2);  // the file and its log; shared memory would be a third
}

TEST_CASE("a database that someone uses is busy to all others", "[database]") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/a.db";
  auto first = open_new(path);
  first->execute("CREATE TABLE t(a)");
  const auto second = Database::open(path);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == StoreTrouble::Kind::busy);
  first.reset();
  CHECK(Database::open(path).has_value());
}

TEST_CASE("a symlink to a database is not followed", "[database]") {
  const TemporaryDirectory directory;
  open_new(directory.path() + "/a.db");
  std::filesystem::create_symlink("a.db", directory.path() + "/b.db");
  CHECK_FALSE(Database::open(directory.path() + "/b.db").has_value());
}

TEST_CASE("bytes that are no database are damage, not a disk in trouble", "[database]") {
  const TemporaryDirectory directory;
  write_file(directory.path() + "/a.db", std::string(8192, 'x'));
  const auto database = Database::open(directory.path() + "/a.db");
  REQUIRE_FALSE(database.has_value());
  CHECK(database.error().kind == StoreTrouble::Kind::damaged);
}

TEST_CASE("a database notices that its name leads elsewhere", "[database]") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/a.db";
  const auto database = open_new(path);
  CHECK_FALSE(database->has_moved());
  std::filesystem::remove(path);
  CHECK(database->has_moved());
  write_file(path, "another");
  CHECK(database->has_moved());
}
