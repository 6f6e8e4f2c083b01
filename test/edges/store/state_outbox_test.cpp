#include <catch2/catch.hpp>

#include "../src/edges/store/database.hpp"
#include "acron/core/job/output_route.hpp"
#include "acron/edges/store/state_store.hpp"
#include "store_support.hpp"

using namespace acron;
using namespace acron::test;

namespace {

OutgoingMail record_for(const std::string& url, const std::string& text = "{}") {
  OutgoingMail record = mail_to(describe(HttpTarget{url}), text);
  record.url = url;
  return record;
}

/// As it was made by the first version, with a mail in it.
constexpr const char* first_version = R"sql(
CREATE TABLE last_run(
  job TEXT PRIMARY KEY, tick INTEGER NOT NULL, run TEXT NOT NULL, due INTEGER, started INTEGER, finished INTEGER,
  failed_runs INTEGER NOT NULL, failing_since INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE open_run(
  run TEXT PRIMARY KEY, job TEXT NOT NULL, tick INTEGER NOT NULL, due INTEGER NOT NULL, started INTEGER NOT NULL,
  time_limit INTEGER, grace INTEGER, pid INTEGER, process_started INTEGER, boot TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE history(
  id INTEGER PRIMARY KEY, job TEXT NOT NULL, run TEXT NOT NULL, tick INTEGER NOT NULL, due INTEGER NOT NULL,
  started INTEGER NOT NULL, duration INTEGER NOT NULL, failed INTEGER NOT NULL, reason TEXT NOT NULL,
  ending INTEGER NOT NULL, detail ANY, timed_out_after INTEGER, output_left_open INTEGER NOT NULL,
  stdout_bytes INTEGER NOT NULL, stderr_bytes INTEGER NOT NULL) STRICT;
CREATE INDEX history_of_job ON history(job, id);
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY, sender TEXT NOT NULL, recipient TEXT NOT NULL, message_id TEXT NOT NULL,
  about TEXT NOT NULL, queued INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL,
  text BLOB NOT NULL) STRICT;
INSERT INTO outbox VALUES(7, 'a@b.example', 'c@d.example', 'id', 'job', 1000, 2000, 3, x'78');
PRAGMA application_id=0x6163726e;
PRAGMA user_version=1;
)sql";

}  // namespace

TEST_CASE("a state file of the first version is taken over with its mail", "[state_outbox]") {
  const TemporaryDirectory directory;
  {
    Life life(directory.state());
    CHECK(life.flush());
  }
  std::filesystem::remove(directory.file());
  write_file(directory.file(), "");
  std::filesystem::permissions(directory.file(), std::filesystem::perms{0600});
  {
    auto database = Database::open(directory.file());
    REQUIRE(database.has_value());
    (*database)->execute(first_version);
    REQUIRE_FALSE((*database)->trouble());
  }
  Life life(directory.state());
  REQUIRE(life.saved.outbox.size() == 1);
  CHECK(life.saved.outbox[0].attempts == 3);
  CHECK(life.saved.outbox[0].due == at(2));
  CHECK(life.saved.outbox[0].server_failures == 0);
  CHECK(text_of(life, 7)->text == "x");
  CHECK(life->add_mail(record_for("https://a.example/x"), at(3)));
  CHECK(life.flush());
  CHECK(names_in(directory.state(), "state.db.bad-").empty());
}

TEST_CASE("whoever delivers is told of each message that was taken in, with its text", "[state_outbox]") {
  const TemporaryDirectory directory;
  auto options = Life::options_for(directory.state());
  options.outbox.mail = {2, 1000};
  Life life(options);
  std::vector<std::string> told;
  life->on_mail([&](const OwedMail& owed, const MailText& text) {
    told.push_back(owed.to + " " + text->text);
    CHECK(owed.webhook != text->url.empty());
  });
  life->record_end(run_of("a", "1", at(1), true), {mail_to("a@x.example", "one"), record_for("https://a.example/x"),
                                                   mail_to("b@x.example", "two"), mail_to("c@x.example", "too many")});
  CHECK(told == std::vector<std::string>{"a@x.example one", describe(HttpTarget{"https://a.example/x"}) + " {}",
                                         "b@x.example two"});
  CHECK(life->unkept_mails() == 3);
  CHECK(life.flush());
  CHECK(life->unkept_mails() == 0);
}

TEST_CASE("a web server that is down takes no room from others, nor from mail", "[state_outbox]") {
  const TemporaryDirectory directory;
  auto options = Life::options_for(directory.state());
  options.outbox.mail = {3, 1000};
  options.outbox.webhooks = {6, 1000};
  options.outbox.webhooks_of_one_server = {2, 1000};
  LogLines lines;
  Life life(options);
  const auto take = [&](const OutgoingMail& mail) { return life->add_mail(mail, at(1)); };
  std::vector<MailId> of_a;
  for (int i = 0; i < 5; ++i) {
    if (const auto id = take(record_for("https://a.example/x"))) of_a.push_back(*id);
  }
  CHECK(of_a.size() == 2);
  CHECK(take(record_for("https://b.example/x")));
  CHECK(take(mail_to("m@x.example", "mail")));
  CHECK(life->counters().refused_mails == 3);
  life->remove_mail(of_a[0]);
  CHECK(take(record_for("https://a.example/y")));
  CHECK_FALSE(take(record_for("https://a.example/y", std::string(999, 'x'))));
  CHECK(lines.count("outbox-full") == 2);
  CHECK(lines.count("webhook-lost") == 4);
  CHECK(lines.count("mail-lost") == 0);
}

TEST_CASE("mail that was taken in while the state could not be written is written with the rest", "[state_outbox]") {
  const TemporaryDirectory directory;
  write_file(directory.state(), "no directory");
  Life life(directory.state());
  CHECK(life->counters().in_trouble);
  const MailId id = life->add_mail(mail_to("a@x.example", "text"), at(1)).value();
  CHECK_FALSE(life.flush());
  CHECK(life->unkept_mails() == 1);
  CHECK(text_of(life, id)->text == "text");
  std::filesystem::remove(directory.state());
  CHECK(life.run_until([&] { return !life->counters().in_trouble; }));
  CHECK(life->unkept_mails() == 0);
  CHECK(text_of(life, id)->text == "text");
}

TEST_CASE("mail that comes and goes while nothing can be written leaves nothing behind", "[state_outbox]") {
  const TemporaryDirectory directory;
  write_file(directory.state(), "no directory");
  Life life(directory.state());
  for (int i = 0; i < 1000; ++i) {
    const MailId id = life->add_mail(mail_to("a@x.example", "text"), at(1)).value();
    if (i % 100 == 0) CHECK_FALSE(life.flush());
    life->remove_mail(id);
  }
  CHECK(life->counters().waiting <= 1000);  // that they came; not that they went
  CHECK(life->unkept_mails() == 0);
  std::filesystem::remove(directory.state());
  CHECK(life.run_until([&] { return !life->counters().in_trouble; }));
  CHECK(life.flush());
  CHECK(life->counters().mails == 0);
}

TEST_CASE("a late load brings the old outbox", "[state_outbox]") {
  const TemporaryDirectory directory;
  {
    Life life(directory.state());
    life->add_mail(mail_to("a@x.example", "old"), at(1));
    CHECK(life.flush());
  }
  const std::string away = directory.path() + "/away";
  std::filesystem::rename(directory.state(), away);
  write_file(directory.state(), "no directory");
  Life life(directory.state());
  CHECK(life.saved.outbox.empty());
  std::vector<OwedMail> late;
  life->on_late_load([&](const SavedState& saved) { late = saved.outbox; });
  const MailId young = life->add_mail(mail_to("b@x.example", "new"), at(2)).value();
  std::filesystem::remove(directory.state());
  std::filesystem::rename(away, directory.state());
  REQUIRE(life.run_until([&] { return !late.empty(); }));
  REQUIRE(late.size() == 1);
  CHECK(late[0].to == "a@x.example");
  CHECK(text_of(life, late[0].id)->text == "old");
  CHECK(text_of(life, young)->text == "new");
  CHECK(life->counters().mails == 2);
}
