#include "state_file.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "acron/edges/store/state_user.hpp"
#include "acron/runtime/log/log.hpp"
#include "outbox_table.hpp"
#include "run_tables.hpp"
#include "schema.hpp"

namespace acron {
namespace {

/// Each table by itself: a page that can't be read costs only what is on it and behind it.
Salvage salvage_from(Database& database) {
  Salvage salvage;
  database.forgive();
  salvage.outbox = whole_outbox(database);
  salvage.outbox_is_whole = !database.trouble();
  database.forgive();
  salvage.open_runs = all_open_runs(database);
  database.forgive();
  salvage.queued_runs = all_queued_runs(database);
  database.forgive();
  salvage.mark_key = mark_key(database);
  database.forgive();
  salvage.last_runs = all_last_runs(database);
  return salvage;
}

/// `mail` is what the file should have held, if that is known.
std::string lost_mail(const Salvage& salvage, const std::set<MailId>* mail) {
  if (mail == nullptr) return salvage.outbox_is_whole ? "0" : "unknown";
  std::set<MailId> lost = *mail;
  for (const StoredMail& saved : salvage.outbox) lost.erase(saved.owed.id);
  return std::to_string(lost.size());
}

LogFields fields_of(const Salvage& salvage, const std::set<MailId>* mail) {
  return {{"saved-jobs", std::to_string(salvage.last_runs.size())},
          {"saved-open-runs", std::to_string(salvage.open_runs.size())},
          {"saved-mail", std::to_string(salvage.outbox.size())},
          {"lost-mail", lost_mail(salvage, mail)}};
}

void tell_what_is_lost(const std::string& file, const std::string& reason) {
  log(Severity::warning, "state-empty",
      {{"file", file},
       {"reason", reason},
       {"effect", "what it held is forgotten: the last run of each job, runs that waited, and mail that was owed"}});
}

StoreTrouble unavailable(const Error& error) { return {StoreTrouble::Kind::unavailable, error.message}; }

}  // namespace

StateFile::~StateFile() { close(); }

std::optional<StoreTrouble> StateFile::open() {
  const auto path = StatePath::prepare(directory_);
  if (!path) return unavailable(path.error());
  const bool is_first_try = !std::exchange(tried_, true);
  const bool is_missing = path->is_missing();
  if (is_first_try && path->is_empty_file() && !user_of_state(directory_) && path->make_log_readable())
    return start_afresh(*path, "it was emptied while an acron was using it");
  if (is_first_try && path->is_empty_file()) tell_what_is_lost(path->file(), "it has no content");
  if (path->has_lost_log()) {
    path->unmark_log();
    log(Severity::error, "state-log-lost",
        {{"file", path->file() + "-wal"},
         {"reason", "it was removed, emptied or overwritten since an acron was killed"},
         {"effect", "what that acron wrote last is forgotten: starts and ends of runs, and mail that it owed"}});
  }
  auto trouble = open_what_is_there(*path);
  if (!trouble && is_first_try && is_missing && is_expected_)
    tell_what_is_lost(path->file(), "it was not there, though an acron has run here before");
  if (trouble && trouble->kind == StoreTrouble::Kind::damaged) return start_afresh(*path, trouble->reason);
  if (!trouble) trouble = put_salvage_back();
  if (trouble) {
    close();
    return trouble;
  }
  log_is_marked_ = path->is_log_marked();  // by an earlier life, or image of the program
  return std::nullopt;
}

void StateFile::has_written() {
  if (!std::exchange(log_is_marked_, true)) path_->mark_log();
}

/// SQLite plays the log into the file then, and removes it, if it can.
void StateFile::close() {
  database_.reset();
  if (log_is_marked_ && path_->is_log_gone()) path_->unmark_log();
  log_is_marked_ = false;
}

std::optional<StoreTrouble> StateFile::replace(const std::string& why, const std::set<MailId>& mail) {
  const auto path = StatePath::prepare(directory_);
  if (!path) return unavailable(path.error());
  if (other_user()) return StoreTrouble{StoreTrouble::Kind::busy, why + ", and what is there now is in use"};
  return start_afresh(*path, why, &mail);
}

std::optional<pid_t> StateFile::other_user() const {
  if (database_ && !database_->has_moved()) return std::nullopt;
  return user_of_state(directory_);
}

std::optional<OutgoingMail> StateFile::salvaged(MailId id) const {
  if (!salvage_) return std::nullopt;
  const auto& outbox = salvage_->outbox;
  const auto found = std::ranges::find(outbox, id, [](const StoredMail& stored) { return stored.owed.id; });
  return found == outbox.end() ? std::nullopt : std::optional(found->mail);
}

std::optional<StoreTrouble> StateFile::open_what_is_there(const StatePath& path) {
  if (const auto objection = path.make_file()) return objection;
  auto database = Database::open(path.file());
  if (!database) return database.error();
  database_ = std::move(*database);
  path_ = path;
  return bring_up_to_date(*database_);
}

std::optional<StoreTrouble> StateFile::start_afresh(const StatePath& path, const std::string& why,
                                                    const std::set<MailId>* mail) {
  if (!database_) {
    auto damaged = Database::open_damaged(path.file());
    if (damaged) database_ = std::move(*damaged);
  }
  if (database_ && !salvage_) salvage_ = salvage_from(*database_);  // the first has all, where a second had to be made
  // Closed before the new one is made: SQLite removes the log of a file that it closes by its name.
  close();
  const auto aside = path.set_aside();
  if (!aside) return unavailable(aside.error());
  path.unmark_log();
  ++replaced_;
  LogFields fields{{"file", path.file()}, {"reason", why}};
  if (!aside->empty()) fields.emplace_back("to", *aside);
  std::ranges::move(fields_of(salvage_.value_or(Salvage{}), mail), std::back_inserter(fields));
  log(Severity::error, "state-set-aside", fields);
  auto trouble = open_what_is_there(path);
  if (!trouble) trouble = put_salvage_back();
  if (!trouble) return std::nullopt;
  close();
  // A fresh file that is damaged at once is a disk that can't be used; it is not set aside again and again.
  return StoreTrouble{StoreTrouble::Kind::unavailable, trouble->reason};
}

std::optional<StoreTrouble> StateFile::put_salvage_back() {
  if (!salvage_) return std::nullopt;
  Transaction transaction(*database_);
  for (const auto& [job, last] : salvage_->last_runs) put_last_run(*database_, job, last);
  for (const OpenRun& run : salvage_->open_runs) put_open_run(*database_, run);
  for (const QueuedRun& run : salvage_->queued_runs) put_queued_run(*database_, run);
  if (salvage_->mark_key) put_mark_key(*database_, *salvage_->mark_key);
  for (const StoredMail& mail : salvage_->outbox) put_mail(*database_, mail);
  auto trouble = transaction.commit();
  if (!trouble) salvage_.reset();
  return trouble;
}

}  // namespace acron
