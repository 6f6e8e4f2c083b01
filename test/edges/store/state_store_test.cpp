#include "acron/edges/store/state_store.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>

#include "store_support.hpp"

using namespace acron;
using namespace acron::test;

TEST_CASE("a tick that was passed over is the last one in the next life", "[state_store]") {
  const TemporaryDirectory directory;
  {
    Life life(directory.state());
    life->started(run_of("a", "id-1", at(62)).identity, {at(60), at(61)}, {});
    life->passed_over("a", at(70));
    life->passed_over("a", at(65));
    life->passed_over("b", at(70));
    CHECK(life.flush());
  }
  Life life(directory.state());
  CHECK(life->last_tick("a") == at(70));
  CHECK(life->last_tick("b") == at(70));
}

TEST_CASE("a job's last tick is known to the next life", "[state_store]") {
  const TemporaryDirectory directory;
  {
    Life life(directory.state());
    CHECK_FALSE(life->last_tick("a"));
    life->nothing_missed("a", at(50));
    CHECK(life->last_tick("a") == at(50));
    life->nothing_missed("b", at(50));
    CHECK_FALSE(life->last_start("b"));
    life->started(run_of("b", "id-1", at(61)).identity, {at(60), at(61)}, {});
    CHECK(life->last_tick("b") == at(60));
    CHECK(life.flush());
  }
  Life life(directory.state());
  CHECK(life->last_tick("a") == at(50));
  CHECK(life->last_tick("b") == at(60));
  CHECK_FALSE(life->last_start("a"));
  CHECK(life->last_start("b") == Occurrence{at(60), at(61) - Duration(5)});
  life->nothing_missed("b", at(70));
  CHECK(life->last_tick("b") == at(70));
  CHECK(life->last_start("b")->due == at(61) - Duration(5));
  life->nothing_missed("b", at(40));
  CHECK(life->last_tick("b") == at(40));
  CHECK_FALSE(life->last_tick("c"));
  CHECK(life.saved.last_runs.size() == 2);
}

TEST_CASE("an incident lasts from the end of its first failed run to a success, over restarts", "[state_store]") {
  struct Row {
    bool failed;
    Incident incident;
  };
  const TimePoint first = at(20) + Duration(250), later = at(50) + Duration(250);
  const std::vector<Row> rows{{false, {}}, {true, {1, first}}, {true, {2, first}}, {false, {}}, {true, {1, later}}};
  const TemporaryDirectory directory;
  std::int64_t time = 0;
  Incident before;
  for (const Row& row : rows) {
    time += 10;
    Life life(directory.state());
    CHECK(life->incident("a") == std::exchange(before, row.incident));
    const RunRecord record = run_of("a", std::to_string(time), at(time), row.failed);
    life->started(record.identity, {at(time - 1), at(time - 1)}, {});
    life->ended(record, {});
    const LastRun* last = life->last_run("a");
    REQUIRE(last != nullptr);
    CHECK(last->incident == row.incident);
    CHECK(life->incident("a") == row.incident);
    CHECK(last->finished == at(time) + Duration(250));
    CHECK(last->tick == at(time - 1));
    CHECK(life.flush());
  }
}

TEST_CASE("of runs that overlap the younger one is the last, whichever ends first", "[state_store]") {
  const TemporaryDirectory directory;
  Life life(directory.state());
  const RunRecord older = run_of("a", "old", at(10), true), younger = run_of("a", "new", at(20));
  life->started(older.identity, {at(9), at(9)}, {});
  life->started(younger.identity, {at(19), at(19)}, {});
  life->ended(older, {});
  CHECK(life->last_run("a")->tick == at(19));
  CHECK_FALSE(life->last_run("a")->finished);
  CHECK(life->incident("a") == Incident{1, at(10) + Duration(250)});
  life->ended(younger, {});
  CHECK(life->last_run("a")->finished == at(20) + Duration(250));
  CHECK_FALSE(life->incident("a").going_on());
  CHECK_FALSE(life->incident("never seen").going_on());
  CHECK(history(life).size() == 2);
  CHECK(history(life).back().tick == at(9));
}

TEST_CASE("a run that has not ended is open to the next life, with its process", "[state_store]") {
  const TemporaryDirectory directory;
  {
    Life life(directory.state());
    for (const char* id : {"1", "2", "3", "4"}) life->record_start({run_of("a", id, at(10)).identity, at(9), {}, {}});
    life->record_process("2", {4711, 5, "boot"});
    life->record_end(run_of("a", "3", at(10)), {});
    life->has_process("3", ::getpid());
    life->has_process("4", ::getpid());
    CHECK(life.flush());
  }
  {
    Life life(directory.state());
    REQUIRE(life.saved.open_runs.size() == 3);
    CHECK(life.saved.open_runs.at(0).identity.id == "1");
    CHECK_FALSE(life.saved.open_runs.at(0).process);
    CHECK(life.saved.open_runs.at(1).process == ProcessIdentity{4711, 5, "boot"});
    CHECK(life.saved.open_runs.at(2).process == identify_process(::getpid()));
    life->record_lost("1");
    life->record_lost("4");
    life->record_end(run_of("a", "2", at(10)), {});
    CHECK(history(life).front().tick == at(9));
    CHECK(life.flush());
  }
  CHECK(Life(directory.state()).saved.open_runs.empty());
}

TEST_CASE("a run that was asked to end is known to the next life, with the time at which it is killed",
          "[state_store]") {
  const TemporaryDirectory directory;
  {
    Life life(directory.state());
    for (const char* id : {"1", "2"}) {
      life->started(run_of("a", id, at(10)).identity, {at(9), at(9)}, {});
      life->has_process(id, ::getpid());
      life->asked_to_end(id, at(70));
    }
    life->asked_to_end("never seen", at(70));
    CHECK(life.flush());
    life->has_failed("2", {at(10), Duration(7), "timed out"});
    life->has_process("2", ::getpid());
    CHECK(life.flush());
  }
  const Life life(directory.state());
  REQUIRE(life.saved.open_runs.size() == 2);
  CHECK(life.saved.open_runs.at(0).kill_due == at(70));
  CHECK_FALSE(life.saved.open_runs.at(1).kill_due);  // that was another attempt
}

TEST_CASE("a run that waits for its next attempt is known to the next life, with those that failed", "[state_store]") {
  const TemporaryDirectory directory;
  {
    Life life(directory.state());
    life->started(run_of("a", "1", at(10)).identity, {at(9), at(9)}, {});
    life->has_process("1", ::getpid());
    life->has_failed("1", {at(10), Duration(7), "exit status 3"});
    life->has_failed("never seen", {at(10), Duration(7), "exit status 3"});
    CHECK(life.flush());
    life->started(run_of("a", "2", at(20)).identity, {at(19), at(19)}, {});
    life->has_failed("2", {at(20), Duration(7), "exit status 4"});
    life->has_process("2", ::getpid());
    CHECK(life.flush());
  }
  {
    Life life(directory.state());
    REQUIRE(life.saved.open_runs.size() == 2);
    CHECK_FALSE(life.saved.open_runs.at(0).process);
    CHECK(life.saved.open_runs.at(0).failed_attempts.at(0).reason == "exit status 3");
    CHECK(life.saved.open_runs.at(1).process == identify_process(::getpid()));
    CHECK(life.saved.open_runs.at(1).failed_attempts.at(0).reason == "exit status 4");
    for (const char* id : {"1", "2"}) life->record_end(run_of("a", id, at(10)), {});
    CHECK(life.flush());
  }
  CHECK(Life(directory.state()).saved.open_runs.empty());
}

TEST_CASE("a run that waits for its turn is known to the next life", "[state_store]") {
  const TemporaryDirectory directory;
  {
    Life life(directory.state());
    life->queued("a", {at(60), at(61)}, "the previous run");
    life->queued("b", {at(50), at(50)}, "the lock");
    life->queued("c", {at(60), at(60)}, "the lock");
    life->dequeued("c", at(60));
    life->dequeued("never seen", at(60));
    CHECK(life.flush());
  }
  {
    Life life(directory.state());
    const std::vector<QueuedRun> expected{{"b", {at(50), at(50)}, "the lock"},
                                          {"a", {at(60), at(61)}, "the previous run"}};
    CHECK(life.saved.queued_runs == expected);
    for (const QueuedRun& run : life.saved.queued_runs) life->dequeued(run.job, run.occurrence.due);
    CHECK(life.flush());
  }
  CHECK(Life(directory.state()).saved.queued_runs.empty());
}

TEST_CASE("the key of marks is random, and stays over restarts and the loss of the file", "[state_store]") {
  const TemporaryDirectory directory, other;
  Life another(other.state());
  DigestKey key{};
  {
    Life life(directory.state());
    key = life->mark_key();
    CHECK(key != another->mark_key());
  }
  {
    Life life(directory.state());
    CHECK(life->mark_key() == key);
    std::filesystem::remove(directory.file());
    life->nothing_missed("a", at(1));
    CHECK(life.flush());
    CHECK(life.flush());  // what the fresh file has missed
  }
  CHECK(Life(directory.state())->mark_key() == key);
}

TEST_CASE("a run that its processes tell of is taken unless more is known of it", "[state_store]") {
  const auto marked = [](const char* id, int started, std::optional<ProcessIdentity> process = {}) {
    return OpenRun{run_of("a", id, at(started)).identity, at(started - 1), {}, std::move(process)};
  };
  const TemporaryDirectory directory;
  Life life(directory.state());
  CHECK(life->record_marked(marked("1", 10)));
  CHECK(life->last_tick("a") == at(9));
  // It is known now, with one process or none.
  CHECK_FALSE(life->record_marked(marked("1", 10)));
  CHECK(life->record_marked(marked("1", 10, ProcessIdentity{4711, 5, "boot"})));
  CHECK_FALSE(life->record_marked(marked("1", 10, ProcessIdentity{4711, 5, "boot"})));
  CHECK(life->record_marked(marked("1", 10, ProcessIdentity{4712, 6, "boot"})));
  // It has ended, and so has whatever is older.
  life->ended(run_of("a", "1", at(10)), {});
  CHECK_FALSE(life->record_marked(marked("1", 10)));
  CHECK_FALSE(life->record_marked(marked("0", 5)));
  CHECK(life->record_marked(marked("2", 20)));
  CHECK(life->last_tick("a") == at(19));
}

TEST_CASE("mail is owed until it is removed, over every restart, under one name", "[state_store]") {
  const TemporaryDirectory directory;
  MailId first = 0, second = 0;
  {
    Life life(directory.state());
    const auto ids = life->record_end(run_of("a", "1", at(10), true), one_mail("first"));
    REQUIRE(ids.size() == 1);
    first = ids.front();
    CHECK(text_of(life, first)->text == "first");
    second = life->add_mail(mail_to("b@x.example", "second"), at(20)).value();
    CHECK(second > first);
    life->postpone_mail(first, {3, 0, at(99)});
    CHECK(life.flush());
  }
  {
    Life life(directory.state());
    REQUIRE(life.saved.outbox.size() == 2);
    CHECK(life.saved.outbox.at(0).id == first);
    CHECK(life.saved.outbox.at(0).attempts == 3);
    CHECK(life.saved.outbox.at(0).due == at(99));
    CHECK(life.saved.outbox.at(0).queued == at(10) + Duration(250));
    CHECK(life.saved.outbox.at(1).id == second);
    CHECK(text_of(life, first)->text == "first");
    life->remove_mail(first);
    CHECK_FALSE(text_of(life, first));
    CHECK(life->counters().mail_bytes == 6);
    CHECK(life->add_mail(mail_to("b@x.example", "third"), at(20)).value() > second);
    CHECK(life.flush());
  }
  Life life(directory.state());
  CHECK(life.saved.outbox.size() == 2);
  CHECK(life.saved.outbox.front().id == second);
}

TEST_CASE("a full outbox refuses mail, counts it, and keeps the run", "[state_store]") {
  const TemporaryDirectory directory;
  auto options = Life::options_for(directory.state());
  options.outbox.mail = {2, 100};
  LogLines lines;
  Life life(options);
  CHECK(life->record_end(run_of("a", "1", at(10)), one_mail(std::string(101, 'x'))).empty());
  const auto ids = life->record_end(run_of("a", "2", at(10)), one_mail(std::string(60, 'x')));
  CHECK(ids.size() == 1);
  CHECK(life->record_end(run_of("a", "3", at(10)), one_mail(std::string(60, 'x'))).empty());
  CHECK(life->record_end(run_of("a", "4", at(10)), one_mail("x")).size() == 1);
  CHECK(life->record_end(run_of("a", "5", at(10)), one_mail("x")).empty());
  CHECK(life->counters().refused_mails == 3);
  CHECK(life->counters().mails == 2);
  life->remove_mail(ids.front());
  CHECK(life->record_end(run_of("a", "6", at(10)), one_mail(std::string(60, 'x'))).size() == 1);
  CHECK(history(life).size() == 6);
  CHECK(lines.count("mail-lost") == 3);
  CHECK(lines.count("outbox-full") == 1);
}

TEST_CASE("a job is forgotten when it has not been loaded for 90 days", "[state_store]") {
  const TemporaryDirectory directory;
  const auto days = [](int count) { return at(0) + std::chrono::hours(24 * count); };
  {
    Life life(directory.state());
    life->nothing_missed("kept", days(0));
    life->nothing_missed("gone", days(0));
    life->note_loaded({"kept", "gone"}, days(5));
    life->note_loaded({"kept"}, days(95));
    CHECK(life->last_tick("gone"));
    CHECK(life.flush());
  }
  {
    // Long down: what is loaded is told before anything is forgotten.
    Life life(directory.state());
    life->note_loaded({"kept"}, days(300));
    CHECK_FALSE(life->last_tick("gone"));
    CHECK(life->last_tick("kept") == days(0));
    CHECK(life.flush());
  }
  CHECK(Life(directory.state()).saved.last_runs.size() == 1);
}

TEST_CASE("a record of a time that lies hours ahead is brought back to now", "[state_store]") {
  const TemporaryDirectory directory;
  Life life(directory.state());
  const auto hours = [](int count) { return at(0) + std::chrono::hours(count); };
  life->nothing_missed("a", hours(4));
  life->nothing_missed("b", hours(3));
  life->note_loaded({"a", "b"}, hours(0));
  CHECK(life->last_tick("a") == hours(0));
  CHECK(life->last_tick("b") == hours(3));
}

TEST_CASE("the history keeps within its bounds while runs end", "[state_store]") {
  const TemporaryDirectory directory;
  auto options = Life::options_for(directory.state());
  options.history_runs = 50;
  Life life(options);
  for (int i = 0; i < 300; ++i) {
    life->record_end(run_of("a", std::to_string(i), at(i)), {});
    if (i % 40 == 0) CHECK(life.flush());
  }
  CHECK(life.flush());
  const auto runs = history(life, "a");
  CHECK(runs.size() == 50);
  CHECK(runs.front().record.identity.id == "299");
}

TEST_CASE("a thousand runs that end in one second are a few commits", "[state_store]") {
  const TemporaryDirectory directory;
  Life life(directory.state());
  const auto before = life->counters().commits;
  for (int i = 0; i < 1000; ++i) life->record_end(run_of("job" + std::to_string(i), std::to_string(i), at(i)), {});
  CHECK(life.flush());
  const auto commits = life->counters().commits - before;
  CHECK(commits >= 1);
  CHECK(commits <= 10);
  CHECK(history(life).size() == 1000);
}

TEST_CASE("all is at rest behind a flush of changes that were being gathered", "[state_store]") {
  const TemporaryDirectory directory;
  auto options = Life::options_for(directory.state());
  options.gather = Duration::zero();
  Life life(options);
  life.keep_pool_busy(Duration(50));
  life->record_end(run_of("a", "1", at(0)), {});
  CHECK(life.flush());
  CHECK(life->at_rest());
}

TEST_CASE("a file that is opened late brings nothing back of what was handed over, and learns how it ended",
          "[state_store]") {
  const TemporaryDirectory directory;
  const auto open_run = [](const char* id) { return OpenRun{run_of("a", id, at(10)).identity, at(9), {}, {}}; };
  {
    Life life(directory.state());
    for (const char* id : {"ends", "goes on", "a dead acron's"}) life->record_start(open_run(id));
    for (const char* job : {"begins", "waits", "a dead acron's"}) life->queued(job, {at(60), at(60)}, "the lock");
    CHECK(life.flush());
  }
  const std::string away = directory.path() + "/away";
  std::filesystem::rename(directory.state(), away);
  write_file(directory.state(), "no directory");
  {
    Life life(directory.state());
    for (const char* id : {"ends", "goes on"}) life->take_over(open_run(id));
    for (const char* job : {"begins", "waits"}) life->take_over(job, at(60));
    life->queued("waits", {at(60), at(60)}, "the lock");
    life->record_end(run_of("a", "ends", at(10)), {});
    CHECK(life->unwritten_ends() == std::vector<std::string>{"ends"});
    std::optional<SavedState> late;
    life->on_late_load([&](SavedState saved) { late = std::move(saved); });
    std::filesystem::remove(directory.state());
    std::filesystem::rename(away, directory.state());
    REQUIRE(life.run_until([&] { return late && life->at_rest(); }));
    REQUIRE(late->open_runs.size() == 1);
    CHECK(late->open_runs[0].identity.id == "a dead acron's");
    REQUIRE(late->queued_runs.size() == 1);
    CHECK(late->queued_runs[0].job == "a dead acron's");
    CHECK(life->unwritten_ends().empty());
  }
  const Life next(directory.state());
  std::set<std::string> open, queued;
  for (const OpenRun& run : next.saved.open_runs) open.insert(run.identity.id);
  for (const QueuedRun& run : next.saved.queued_runs) queued.insert(run.job);
  CHECK(open == std::set<std::string>{"goes on", "a dead acron's"});
  CHECK(queued == std::set<std::string>{"waits", "a dead acron's"});
}
