#include <sys/mount.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <functional>
#include <random>

#include "acron/edges/store/state_store.hpp"
#include "store_support.hpp"

using namespace acron;
using namespace acron::test;
namespace fs = std::filesystem;

namespace {

/// A file system of 400 KiB, if we may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    fs::create_directory(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=400k,mode=0700") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }
  void fill() const { std::ofstream(path_ + "/filler", std::ios::binary) << std::string(500'000, 'x') << std::flush; }
  void set_read_only(bool on) const {
    REQUIRE(::mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT | (on ? MS_RDONLY : 0), "size=400k,mode=0700") == 0);
  }
  void free_space() const { fs::remove(path_ + "/filler"); }

 private:
  std::string path_;
  bool mounted_;
};

}  // namespace

TEST_CASE("a file system that does not answer is said once, and what has ended meanwhile is told; it may answer again",
          "[state_store_faults]") {
  const TemporaryDirectory directory;
  LogLines lines;
  {
    auto options = Life::options_for(directory.state());
    options.patience = std::chrono::milliseconds(20);
    Life life(options);
    std::vector<std::string> told;
    life->on_told([&](const RunIdentity& run) { told.push_back(run.id); });
    std::promise<void> answer;
    life.block_pool(answer.get_future().share());
    life->record_end(run_of("a", "first", at(1)), {});
    life->write_early();
    CHECK(life.run_until([&] { return life->counters().in_trouble; }));
    life->record_end(run_of("a", "second", at(2)), {});
    CHECK(told == std::vector<std::string>{"first", "second"});
    answer.set_value();
    CHECK(life.run_until([&] { return life->at_rest(); }));
    CHECK_FALSE(life->counters().in_trouble);
  }
  CHECK(lines.lines_with("event=state-unavailable reason=\"the file system of the state does not answer\"") == 1);
  CHECK(lines.lines_with("event=state-available lost=0") == 1);
}

TEST_CASE("a full disk is said once, holds nothing up, and all is written when there is room again",
          "[state_store_faults]") {
  const TemporaryDirectory directory;
  const SmallDisk disk(directory.path() + "/disk");
  if (!disk.mounted()) {
    WARN("skipped: can't mount a small file system here");
    return;
  }
  LogLines lines;
  {
    Life life(directory.path() + "/disk/state");
    life->record_end(run_of("a", "before", at(1)), one_mail("before"));
    CHECK(life.flush());
    disk.fill();
    MailId id = 0;
    for (int i = 0; i < 200; ++i) {
      const auto ids = life->record_end(run_of("a", std::to_string(i), at(i)), one_mail(std::string(500, 'x')));
      REQUIRE(ids.size() == 1);
      id = ids.front();
    }
    REQUIRE(life.run_until([&] { return life->counters().in_trouble; }));
    CHECK_FALSE(life.flush());
    CHECK_FALSE(life.flush());
    CHECK(life->last_run("a")->run == "199");
    CHECK(text_of(life, id)->text == std::string(500, 'x'));
    disk.free_space();
    CHECK(life.run_until([&] { return !life->counters().in_trouble; }));
    CHECK(life.flush());
    CHECK(history(life).size() == 201);
  }
  CHECK(Life(directory.path() + "/disk/state").saved.outbox.size() == 201);
  CHECK(lines.count("state-unavailable") == 1);
  close_log();
  CHECK(lines.count("state-available") == 1);
  CHECK(lines.count("state-set-aside") == 0);
}

TEST_CASE("a disk that is full or read-only at the start is taken into use when it can be", "[state_store_faults]") {
  for (const bool full : {true, false}) {
    INFO((full ? "full" : "read-only"));
    const TemporaryDirectory directory;
    const SmallDisk disk(directory.path() + "/disk");
    if (!disk.mounted()) {
      WARN("skipped: can't mount a small file system here");
      return;
    }
    const std::string state = directory.path() + "/disk/state";
    {
      Life life(state);
      life->record_end(run_of("earlier", "1", at(1)), one_mail("owed"));
      CHECK(life.flush());
    }
    if (full) fs::remove_all(state);
    full ? disk.fill() : disk.set_read_only(true);
    {
      Life life(state);
      CHECK(life->counters().in_trouble);
      life->record_end(run_of("a", "2", at(2)), one_mail("new"));
      CHECK_FALSE(life.flush());
      full ? disk.free_space() : disk.set_read_only(false);
      CHECK(life.run_until([&] { return !life->counters().in_trouble; }));
      CHECK(life.flush());
      CHECK(life->counters().mails == (full ? 1 : 2));
    }
    CHECK(Life(state).saved.outbox.size() == (full ? 1 : 2));
    CHECK(names_in(state, "state.db.bad-").empty());
  }
}

TEST_CASE("what finds no room while the disk is full is counted, and what the next life needs is saved later",
          "[state_store_faults]") {
  const TemporaryDirectory directory;
  const SmallDisk disk(directory.path() + "/disk");
  if (!disk.mounted()) {
    WARN("skipped: can't mount a small file system here");
    return;
  }
  auto options = Life::options_for(directory.path() + "/disk/state");
  options.waiting_changes = 100;
  LogLines lines;
  {
    Life life(options);
    life->record_start({run_of("a", "open", at(1)).identity, at(1), {}, {}});
    CHECK(life.flush());
    disk.fill();
    for (int i = 0; i < 300; ++i) life->record_end(run_of("a", std::to_string(i), at(i), true), one_mail("x"));
    REQUIRE(life.run_until([&] { return life->counters().in_trouble; }));
    for (int i = 0; i < 300; ++i) life->record_end(run_of("b", std::to_string(i), at(i)), {});
    life->record_end(run_of("a", "open", at(1)), {});
    // Those that wait for room, and those that are in the hands of a try just then: each at most as many as are
    // allowed.
    CHECK(life->counters().waiting <= 2 * options.waiting_changes + 1);
    CHECK(life->counters().lost_changes > 0);
    disk.free_space();
    CHECK(life.run_until([&] { return !life->counters().in_trouble && life->counters().waiting == 0; }));
    CHECK(life.flush());
  }
  CHECK(lines.count("state-lost") == 1);
  Life life(options);
  CHECK(life.saved.open_runs.empty());
  CHECK(life.saved.last_runs.at("b").tick == at(299) - Duration(5));
}

TEST_CASE("a second acron on the same file goes on without, and takes over what the first leaves",
          "[state_store_faults]") {
  const TemporaryDirectory directory;
  auto first = std::make_unique<Life>(directory.state());
  (*first)->record_end(run_of("a", "1", at(1)), one_mail("owed"));
  CHECK(first->flush());
  LogLines lines;
  Life second(directory.state());
  CHECK(second.saved.last_runs.empty());
  CHECK(second->counters().in_trouble);
  std::optional<SavedState> late;
  second->on_late_load([&](SavedState state) { late = std::move(state); });
  second->record_end(run_of("b", "2", at(2)), one_mail("mine"));
  CHECK_FALSE(second.flush());
  first.reset();
  REQUIRE(second.run_until([&] { return late.has_value(); }));
  REQUIRE(late->outbox.size() == 1);
  CHECK(text_of(second, late->outbox.front().id)->text == "owed");
  CHECK(second->last_tick("a"));
  CHECK(second.flush());
  CHECK(second->counters().mails == 2);
  CHECK(lines.count("state-set-aside") == 0);
  CHECK(lines.count("state-unavailable") == 1);
}

namespace {

void start_twenty_jobs(Life& life) {
  for (int i = 0; i < 20; ++i) {
    const RunRecord record = run_of("job" + std::to_string(i), std::to_string(i), at(i));
    life->record_start({record.identity, at(i), {}, {}});
  }
}

}  // namespace

TEST_CASE("a file that is removed while it is used comes back with all it held", "[state_store_faults]") {
  const TemporaryDirectory directory;
  LogLines lines;
  {
    Life life(directory.state());
    start_twenty_jobs(life);
    life->record_end(run_of("job1", "1", at(1)), one_mail("owed"));
    CHECK(life.flush());
    fs::remove(directory.file());
    life->record_end(run_of("job2", "2", at(2)), one_mail("owed too"));
    CHECK(life.flush());
    CHECK(life.flush());
  }
  const Life life(directory.state());
  CHECK(life.saved.last_runs.size() == 20);
  CHECK(life.saved.open_runs.size() == 18);
  CHECK(life.saved.outbox.size() == 2);
  CHECK(lines.count("state-set-aside") == 1);
}

TEST_CASE("whoever spoils a file in use is noticed at a look, and memory still has what it held",
          "[state_store_faults]") {
  struct Row {
    const char* what;
    std::function<void(const std::string& file)> spoil;
  };
  const auto size_is = [](std::size_t size) {
    return [size](const std::string& file) { fs::resize_file(file, size); };
  };
  const std::vector<Row> rows{
      {"removed", [](const std::string& file) { fs::remove(file); }},
      {"emptied", size_is(0)},
      {"cut in the midst of a page", size_is(2000)},
      {"cut to half of it", [](const std::string& file) { fs::resize_file(file, fs::file_size(file) / 2); }},
      {"overwritten", [](const std::string& file) { write_file(file, std::string(100'000, 'x')); }},
      {"overwritten in part",
       [](const std::string& file) {
         std::fstream(file, std::ios::binary | std::ios::in | std::ios::out) << std::string(5000, 'x');
       }},
      {"its log removed", [](const std::string& file) { fs::remove(file + "-wal"); }},
      {"its log emptied", [](const std::string& file) { fs::resize_file(file + "-wal", 0); }},
      {"its log overwritten", [](const std::string& file) { write_file(file + "-wal", std::string(900'000, 'x')); }},
  };
  for (const bool was_saved_before : {false, true}) {
    for (const Row& row : rows) {
      INFO(row.what << (was_saved_before ? ", an old one" : ", a new one"));
      const TemporaryDirectory directory;
      if (was_saved_before) {
        Life life(directory.state());
        start_twenty_jobs(life);
        CHECK(life.flush());
      }
      LogLines lines;
      {
        Life life(directory.state());
        if (!was_saved_before) start_twenty_jobs(life);
        for (int i = 0; i < 5; ++i) life->add_mail(mail_to("a@x.example", std::string(1000, 'x')), at(1));
        CHECK(life.flush());
        life->look_after_file();
        REQUIRE(life.run_until([&] { return life->at_rest(); }));
        row.spoil(directory.file());
        life->look_after_file();
        REQUIRE(life.run_until([&] { return life->at_rest(); }));
        fs::copy(directory.state(), directory.path() + "/crashed");
      }
      ::chmod((directory.path() + "/crashed").c_str(), 0700);
      const Life life(directory.path() + "/crashed");
      CHECK(life.saved.last_runs.size() == 20);
      CHECK(life.saved.open_runs.size() == 20);
      CHECK(life.saved.outbox.size() == 5);
      CHECK(lines.count("state-set-aside") == 1);
      CHECK(lines.lines_with("saved-mail=5 lost-mail=0 ") == 1);
    }
  }
}

TEST_CASE("what was read of a spoiled file stays in memory until a disk that is full has room",
          "[state_store_faults]") {
  const TemporaryDirectory directory;
  const SmallDisk disk(directory.path() + "/disk");
  if (!disk.mounted()) {
    WARN("skipped: can't mount a small file system here");
    return;
  }
  const std::string state = directory.path() + "/disk/state";
  {
    Life life(state);
    const MailId id = life->add_mail(mail_to("a@x.example", std::string(1000, 'x')), at(1)).value();
    CHECK(life.flush());
    CHECK(life->keeps(id));
    fs::resize_file(state + "/state.db", 0);
    disk.fill();
    life->look_after_file();
    REQUIRE(life.run_until([&] { return life->counters().in_trouble; }));
    CHECK(life->counters().has_salvage);
    CHECK_FALSE(life->keeps(id));
    CHECK(text_of(life, id)->text == std::string(1000, 'x'));
    CHECK_FALSE(life.flush());  // finds what it began itself
    disk.free_space();
    REQUIRE(life.run_until([&] { return !life->counters().in_trouble; }));
    CHECK_FALSE(life->counters().has_salvage);
    CHECK(life->keeps(id));
    CHECK(life.flush());
  }
  CHECK(Life(state).saved.outbox.size() == 1);
}

TEST_CASE("a file that is spoiled while it is used loses only the mail that was there", "[state_store_faults]") {
  const TemporaryDirectory directory;
  const std::string text(10'000, 'x');
  LogLines lines;
  std::size_t readable = 0;
  {
    Life life(directory.state());
    start_twenty_jobs(life);
    std::vector<MailId> ids;
    for (int i = 0; i < 100; ++i) {
      ids.push_back(life->add_mail(mail_to("a@x.example", text), at(1)).value());
      if (i % 10 == 0) CHECK(life.flush());
    }
    CHECK(life.flush());
    {
      // In place: it is the same file, with other bytes. More than is in the cache.
      std::fstream file(directory.file(), std::ios::binary | std::ios::in | std::ios::out);
      file << std::string(700'000, 'x');
    }
    for (const MailId id : ids) {
      const auto mail = text_of(life, id);
      if (mail) CHECK(mail->text == text);
      readable += mail ? 1U : 0U;
    }
    CHECK(readable < 100);
    CHECK(life->unkept_mails() == 100 - readable);
    life->nothing_missed("new", at(3));
    CHECK(life.flush());
    CHECK(life.flush());
  }
  const Life life(directory.state());
  CHECK(life.saved.last_runs.size() == 21);
  CHECK(life.saved.open_runs.size() == 20);
  CHECK(lines.count("state-set-aside") >= 1);
}

namespace {

/// What the killed one does: run after run, each with a mail, and a byte down the pipe for each that is on the disk.
[[noreturn]] void record_for_ever(const std::string& directory, int pipe, int first) {
  Life life(directory);
  for (int i = first;; ++i) {
    const RunRecord record = run_of("job", std::to_string(i), at(i), true);
    life->record_start({record.identity, at(i), {}, {}});
    life->record_end(record, one_mail(std::string(static_cast<std::size_t>(i % 50) * 200, 'x')));
    if (!life.flush() || ::write(pipe, "x", 1) != 1) ::_exit(1);
  }
}

/// Kills it at a random moment of its work; returns how many runs it said to be on the disk.
int kill_at_work(const std::string& directory, int first, std::minstd_rand& random) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    record_for_ever(directory, ends[1], first);
  }
  ::close(ends[1]);
  int said = 0;
  char byte = 0;
  for (const auto wanted = static_cast<int>(1 + random() % 20); said < wanted && ::read(ends[0], &byte, 1) == 1;)
    ++said;
  const auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 5000);
  while (std::chrono::steady_clock::now() < moment) {
  }
  ::kill(child, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  while (::read(ends[0], &byte, 1) == 1) ++said;
  ::close(ends[0]);
  return said;
}

}  // namespace

TEST_CASE("what was said to be on the disk is there after kill -9, whenever it comes", "[state_store_faults]") {
  const TemporaryDirectory directory;
  std::minstd_rand random(2026);
  int recorded = 0;
  for (int round = 0; round < 20; ++round) {
    const int said = kill_at_work(directory.state(), recorded, random);
    CHECK(said > 0);
    Life life(directory.state());
    const auto runs = history(life);
    const auto count = static_cast<int>(runs.size());
    CHECK(count >= recorded + said);
    CHECK(count <= recorded + said + 1);
    CHECK(life.saved.outbox.size() == runs.size());
    CHECK(life.saved.open_runs.size() <= 1);
    for (int i = 0; i < count; ++i)
      REQUIRE(runs.at(static_cast<std::size_t>(count - 1 - i)).record.identity.id == std::to_string(i));
    for (const OpenRun& open : life.saved.open_runs) life->record_lost(open.identity.id);
    CHECK(life.flush());
    recorded = count;
  }
  CHECK(names_in(directory.state(), "state.db.bad-").empty());
}
