#include "../src/edges/store/state_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>

#include "../src/edges/store/run_tables.hpp"
#include "store_support.hpp"

using namespace acron;
using namespace acron::test;
namespace fs = std::filesystem;

namespace {

void put(Database& database, MailId id, const OutgoingMail& mail) {
  put_mail(database, {owed_as(mail, id, at(1)), mail});
}

/// A state file with a job, an open run and two messages of 30,000 bytes, closed in order.
void make_state(const std::string& directory) {
  StateFile file(directory);
  REQUIRE_FALSE(file.open());
  Transaction transaction(*file.database());
  put_last_run(*file.database(), "web/cleanup", {at(600), "id-1", at(603), at(604), {}, false, {}, at(700)});
  put_open_run(*file.database(), {run_of("web/cleanup", "id-1", at(604)).identity, at(600), {}, {}});
  put(*file.database(), 1, mail_to("a@x.example", std::string(30'000, 'a')));
  put(*file.database(), 2, mail_to("b@x.example", std::string(30'000, 'b')));
  REQUIRE_FALSE(transaction.commit());
}

/// The state directory as a power cut leaves it: the file as it was at first, all else in the log.
void make_state_with_log(const std::string& directory) {
  StateFile file(directory);
  REQUIRE_FALSE(file.open());
  file.database()->execute("PRAGMA wal_checkpoint(TRUNCATE)");
  put_last_run(*file.database(), "web/cleanup", {at(600), "id-1", at(603), at(604), {}, false, {}, at(700)});
  put(*file.database(), 1, mail_to("a@x.example", std::string(30'000, 'a')));
  fs::copy(directory, directory + ".copy");
}

bool can_be_used(StateFile& file) {
  if (file.database() == nullptr) return false;
  file.database()->forgive();
  put_last_run(*file.database(), "another", {});
  return all_last_runs(*file.database()).count("another") == 1 && !file.database()->trouble();
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("the state is for its owner only, whatever the umask", "[state_file]") {
  const TemporaryDirectory directory;
  const mode_t before = ::umask(0);
  make_state_with_log(directory.state());
  ::umask(before);
  CHECK(mode_of(directory.state()) == 0700);
  for (const auto& entry : fs::directory_iterator(directory.state())) CHECK(mode_of(entry.path()) == 0600);
  ::chmod(directory.file().c_str(), 0644);
  StateFile file(directory.state());
  CHECK_FALSE(file.open());
  CHECK(mode_of(directory.file()) == 0600);
}

TEST_CASE("a state directory that others can write is not used", "[state_file]") {
  const TemporaryDirectory directory;
  make_state(directory.state());
  ::chmod(directory.state().c_str(), 0777);
  StateFile file(directory.state());
  const auto trouble = file.open();
  REQUIRE(trouble);
  CHECK(trouble->kind == StoreTrouble::Kind::unavailable);
  CHECK(names_in(directory.state(), "state.db.bad-").empty());
}

TEST_CASE("a file that can't be used is set aside, said, and does not stop us", "[state_file]") {
  struct Row {
    const char* what;
    std::function<void(const std::string& path)> spoil;
    bool mail_survives;
  };
  const std::string noise = read_file("/proc/self/exe").substr(0, 100'000);
  const std::vector<Row> rows{
      {"garbage", [&](const std::string& path) { write_file(path, noise); }, false},
      {"zeros", [](const std::string& path) { write_file(path, std::string(40'960, '\0')); }, false},
      {"half a page", [](const std::string& path) { fs::resize_file(path, 2000); }, false},
      {"the end cut off", [](const std::string& path) { fs::resize_file(path, fs::file_size(path) - 8192); }, true},
      {"a page of zeros",
       [](const std::string& path) {
         std::string bytes = read_file(path);
         bytes.replace(4096, 4096, 4096, '\0');  // the table of last runs
         write_file(path, bytes);
       },
       true},
      {"no database at all, with a byte where one from a newer SQLite would say so",
       [](const std::string& path) { write_file(path, std::string(20'000, '\x7f')); }, false},
      {"from a newer acron",
       [](const std::string& path) {
         auto database = Database::open(path);
         (*database)->execute("PRAGMA user_version=99");
       },
       true},
      {"from a newer SQLite, for which it is there to be read only",
       [](const std::string& path) {
         std::string bytes = read_file(path);
         bytes.at(18) = 3;  // sqlite.org/fileformat2.html, section 1.3.3
         write_file(path, bytes);
       },
       true},
      {"a table is missing",
       [](const std::string& path) {
         auto database = Database::open(path);
         (*database)->execute("DROP TABLE history; PRAGMA user_version=0");
       },
       true},
      {"another program's",
       [](const std::string& path) {
         fs::remove(path);
         write_file(path, "");
         auto database = Database::open(path);
         (*database)->execute("CREATE TABLE t(a)");
       },
       false},
      {"a directory",
       [](const std::string& path) {
         fs::remove(path);
         fs::create_directory(path);
       },
       false},
      {"a FIFO",
       [](const std::string& path) {
         fs::remove(path);
         ::mkfifo(path.c_str(), 0600);
       },
       false},
      {"its log is a directory", [](const std::string& path) { fs::create_directory(path + "-wal"); }, false},
      {"only a log", [](const std::string& path) { fs::rename(path, path + "-wal"); }, false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const TemporaryDirectory directory;
    make_state(directory.state());
    row.spoil(directory.file());
    LogLines lines;
    {
      StateFile file(directory.state());
      CHECK_FALSE(file.open());
      CHECK(file.replaced() == 1);
      CHECK(can_be_used(file));
      const auto owed = owed_mail(*file.database());
      CHECK(owed.empty() != row.mail_survives);
      for (const OwedMail& mail : owed) CHECK(mail_with(*file.database(), mail.id)->text.size() == 30'000);
    }
    CHECK(lines.count("state-set-aside") == 1);
    const bool is_newer = std::string_view(row.what).starts_with("from a newer SQLite");
    CHECK(lines.lines_with("newer SQLite") == (is_newer ? 1U : 0U));
    CHECK_FALSE(names_in(directory.state(), "state.db.bad-").empty());
    StateFile again(directory.state());
    CHECK_FALSE(again.open());
    CHECK(again.replaced() == 0);
    CHECK(all_last_runs(*again.database()).count("another") == 1);
  }
}

TEST_CASE("a symlink is neither followed nor set aside", "[state_file]") {
  const TemporaryDirectory directory;
  make_state(directory.state());
  fs::rename(directory.file(), directory.file() + "-elsewhere");
  fs::create_symlink("state.db-elsewhere", directory.file());
  LogLines lines;
  StateFile file(directory.state());
  const auto trouble = file.open();
  REQUIRE(trouble);
  CHECK(trouble->kind == StoreTrouble::Kind::unavailable);
  CHECK(trouble->reason.find("is a symlink; put the file itself there") != std::string::npos);
  CHECK(lines.count("state-set-aside") == 0);
  fs::rename(directory.file() + "-elsewhere", directory.file());
  CHECK_FALSE(file.open());
  CHECK(can_be_used(file));
}

TEST_CASE("a log that was spoiled after a crash is said once", "[state_file]") {
  struct Row {
    const char* what;
    std::function<void(const std::string&)> spoil;
    bool is_lost;
  };
  const Row rows[] = {
      {"it is as it was", [](const std::string&) {}, false},
      {"removed", [](const std::string& log) { fs::remove(log); }, true},
      {"emptied", [](const std::string& log) { write_file(log, ""); }, true},
      {"overwritten", [](const std::string& log) { write_file(log, std::string(20'000, '\x7f')); }, true},
      {"zeros", [](const std::string& log) { write_file(log, std::string(20'000, '\0')); }, true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const TemporaryDirectory directory, crashed;
    {
      StateFile file(directory.state());
      REQUIRE_FALSE(file.open());
      Transaction transaction(*file.database());
      put(*file.database(), 1, mail_to("a@x.example", "a"));
      REQUIRE_FALSE(transaction.commit());
      file.has_written();
      fs::copy(directory.state(), crashed.state());
    }
    ::chmod(crashed.state().c_str(), 0700);
    row.spoil(crashed.file() + "-wal");
    LogLines lines;
    for (int life = 0; life < 2; ++life) {
      StateFile file(crashed.state());
      CHECK_FALSE(file.open());
      CHECK(can_be_used(file));
      CHECK(owed_mail(*file.database()).empty() == row.is_lost);
    }
    CHECK(lines.count("state-log-lost") == (row.is_lost ? 1U : 0U));
    CHECK(names_in(crashed.state(), "state.db-wal").empty());
    LogLines of_an_orderly_end;
    CHECK_FALSE(StateFile(directory.state()).open());
    CHECK(of_an_orderly_end.count("state-log-lost") == 0);
  }
}

TEST_CASE("one that can't have the file leaves the mark of the log alone", "[state_file]") {
  const TemporaryDirectory directory;
  StateFile first(directory.state());
  REQUIRE_FALSE(first.open());
  REQUIRE(can_be_used(first));
  first.has_written();
  {
    StateFile second(directory.state());
    CHECK(second.open());
  }
  CHECK(names_in(directory.state(), "state.db-wal-in-use").size() == 1);
}

TEST_CASE("a log that goes on through an upgrade is no longer missed after an orderly end", "[state_file]") {
  const TemporaryDirectory directory, next;
  {
    StateFile file(directory.state());
    REQUIRE_FALSE(file.open());
    REQUIRE(can_be_used(file));
    file.has_written();
    fs::copy(directory.state(), next.state());
  }
  ::chmod(next.state().c_str(), 0700);
  LogLines lines;
  CHECK_FALSE(StateFile(next.state()).open());  // writes nothing
  CHECK_FALSE(StateFile(next.state()).open());
  CHECK(lines.count("state-log-lost") == 0);
}

TEST_CASE("an empty file is begun anew, and said", "[state_file]") {
  const TemporaryDirectory directory;
  make_state(directory.state());
  write_file(directory.file(), "");
  LogLines lines;
  StateFile file(directory.state());
  CHECK_FALSE(file.open());
  CHECK(can_be_used(file));
  CHECK(lines.count("state-empty") == 1);
}

TEST_CASE("a file that is missing is said, where one is expected", "[state_file]") {
  const TemporaryDirectory first, expected;
  LogLines lines;
  StateFile file(first.state());
  CHECK_FALSE(file.open());  // says nothing
  StateFile other(expected.state());
  other.expect_earlier();
  CHECK_FALSE(other.open());
  CHECK(lines.count("state-empty") == 1);
}

TEST_CASE("a file that was emptied before a crash gives what its log still has", "[state_file]") {
  const TemporaryDirectory directory, other;
  {
    StateFile file(directory.state());
    REQUIRE_FALSE(file.open());
    Transaction transaction(*file.database());
    put(*file.database(), 1, mail_to("a@x.example", std::string(30'000, 'a')));
    REQUIRE_FALSE(transaction.commit());
    fs::copy(directory.state(), other.state());
  }
  ::chmod(other.state().c_str(), 0700);
  write_file(other.file(), "");
  LogLines lines;
  StateFile file(other.state());
  CHECK_FALSE(file.open());
  CHECK(can_be_used(file));
  CHECK(mail_with(*file.database(), 1)->text.size() == 30'000);
  CHECK(lines.count("state-set-aside") == 1);
  CHECK(lines.count("state-empty") == 0);
}

TEST_CASE("a file that we may not open is set aside", "[state_file]") {
  if (::geteuid() != 0) {
    WARN("skipped: only root can take the part of another user");
    return;
  }
  const TemporaryDirectory directory;
  make_state(directory.state());
  ::chmod(directory.path().c_str(), 0755);
  REQUIRE(::chown(directory.state().c_str(), 65534, 65534) == 0);
  REQUIRE(::seteuid(65534) == 0);
  {
    StateFile file(directory.state());
    CHECK_FALSE(file.open());
    CHECK(file.replaced() == 1);
    CHECK(can_be_used(file));
  }
  REQUIRE(::seteuid(0) == 0);
}

TEST_CASE("a power cut anywhere in a write costs that write and nothing else", "[state_file]") {
  const TemporaryDirectory directory;
  make_state_with_log(directory.state());
  const std::string copy = directory.state() + ".copy";
  const std::string log = read_file(copy + "/state.db-wal");
  REQUIRE(log.size() > 32'768);
  std::size_t cuts = 0, with_job = 0, with_mail = 0;
  constexpr std::size_t step = 1500;  // a frame of the log is 4,120 bytes
  for (const bool zeros : {false, true}) {
    for (std::size_t length = log.size() % step; length <= log.size(); length += step, ++cuts) {
      INFO(length << (zeros ? " bytes, then zeros" : " bytes"));
      const TemporaryDirectory other;
      fs::copy(copy, other.state());
      ::chmod(other.state().c_str(), 0700);
      std::string cut = log.substr(0, length);
      if (zeros) cut.resize(log.size());
      write_file(other.file() + "-wal", cut);
      StateFile file(other.state());
      CHECK_FALSE(file.open());
      CHECK(file.replaced() == 0);
      with_job += all_last_runs(*file.database()).count("web/cleanup");
      const auto mail = mail_with(*file.database(), 1);
      if (mail) CHECK(mail->text == std::string(30'000, 'a'));
      with_mail += mail ? 1U : 0U;
      CHECK(can_be_used(file));
    }
  }
  CHECK(with_job > with_mail);
  CHECK(with_mail == 2);  // the two that are not cut
  CHECK(with_job < cuts);
}

TEST_CASE("the log of another file never passes for ours", "[state_file]") {
  const TemporaryDirectory directory, other;
  make_state_with_log(directory.state());
  make_state(other.state());
  fs::copy(directory.state() + ".copy/state.db-wal", other.file() + "-wal");
  StateFile file(other.state());
  CHECK_FALSE(file.open());
  CHECK(can_be_used(file));
}

TEST_CASE("of the files set aside only the youngest are kept", "[state_file]") {
  const TemporaryDirectory directory;
  make_state(directory.state());
  for (const char* old : {"20250101T000000Z", "20250101T000000Z-wal", "20250102T000000Z", "20250103T000000Z-wal"})
    write_file(directory.state() + "/state.db.bad-" + old, "");
  for (int i = 0; i < 2; ++i) {
    write_file(directory.file(), "no database at all, but long enough to be looked at as if it were one");
    StateFile file(directory.state());
    CHECK_FALSE(file.open());
  }
  CHECK(names_in(directory.state(), "state.db.bad-2025").size() == 1);
  CHECK(names_in(directory.state(), "state.db.bad-20250103").size() == 1);
  CHECK(names_in(directory.state(), "state.db.bad-").size() == 3);
}

TEST_CASE("a file that was removed under us is written anew with what it held", "[state_file]") {
  const TemporaryDirectory directory;
  make_state(directory.state());
  StateFile file(directory.state());
  REQUIRE_FALSE(file.open());
  LogLines lines;
  fs::remove(directory.file());
  fs::remove(directory.file() + "-wal");
  CHECK_FALSE(file.replace("it was removed", {1, 2, 3}));
  CHECK(fs::exists(directory.file()));
  CHECK(owed_mail(*file.database()).size() == 2);
  CHECK(all_open_runs(*file.database()).size() == 1);
  CHECK(all_last_runs(*file.database()).count("web/cleanup") == 1);
  CHECK(lines.lines_with("saved-mail=2 lost-mail=1 ") == 1);
  CHECK(lines.lines_with(" to=") == 0);  // there was nothing to keep
}
