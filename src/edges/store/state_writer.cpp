#include "state_writer.hpp"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

constexpr std::size_t most_in_one_commit = 2000;
constexpr std::size_t many_changes = 500;
constexpr auto longest_log = std::chrono::milliseconds(20);
constexpr const char* effect_while_running =
    "jobs run as before; what happens is kept in memory and written when that works again";
/// What was missed, what waits and what is owed is in the file alone.
constexpr const char* effect_at_start =
    "jobs run; what happens is kept in memory and written when the file can be opened; until then acron knows of the"
    " runs that a killed acron left only where their processes live, catches up on nothing, and mail that was owed"
    " waits";

/// The runs that begin and end within these changes: of most runs, nobody has to know that they go on.
std::unordered_set<std::string_view> brief_runs_in(const std::vector<Change>& changes) {
  std::unordered_set<std::string_view> begun, brief;
  for (const Change& change : changes) {
    if (std::holds_alternative<AllSaved>(change)) return {};  // knows of those that go on
    const auto* started = std::get_if<RunStarted>(&change);
    if (started != nullptr && !started->may_be_in_file) begun.insert(started->run.identity.id);
    if (const auto* ended = std::get_if<RunEnded>(&change)) {
      const std::string_view id = ended->past.record.identity.id;
      if (begun.count(id) > 0) brief.insert(id);
    }
  }
  return brief;
}

/// Puts these changes into the tables, one after the other.
class Apply {
 public:
  Apply(Database& database, ChangeQueue& queue, const std::vector<Change>& changes)
      : database_(database), queue_(queue), brief_(brief_runs_in(changes)) {
    for (const Change& change : changes) std::visit(*this, change);
  }

  void operator()(const JobSaved& saved) { put(saved.last); }
  void operator()(const RunStarted& started) {
    if (brief_.count(started.run.identity.id) > 0) return;
    put(started.last);
    put_open_run(database_, started.run);
  }
  void operator()(const ProcessKnown& known) {
    if (brief_.count(known.run) == 0) put_process(database_, known.run, known.process);
  }
  void operator()(const EndAsked& asked) {
    if (brief_.count(asked.run) == 0) put_kill_due(database_, asked.run, asked.kill_due);
  }
  void operator()(const AttemptFailed& failed) {
    if (brief_.count(failed.run) == 0) put_failed_attempt(database_, failed.run, failed.number, failed.attempt);
  }
  void operator()(const RunEnded& ended) {
    put(ended.last);
    const std::string& id = ended.past.record.identity.id;
    if (brief_.count(id) == 0) remove_open_run(database_, id);
    add_to_history(database_, ended.past);
    for (const MailId mail : ended.mails) add(mail);
    ++ended_;
    newest_end_ = std::max(newest_end_, ended.past.record.identity.started + ended.past.record.duration);
  }
  void operator()(const RunLost& lost) { remove_open_run(database_, lost.run); }
  void operator()(const RunQueued& queued) { put_queued_run(database_, queued.run); }
  void operator()(const RunDequeued& left) { remove_queued_run(database_, left.job, left.due); }
  void operator()(const MarkKeyMade& made) { put_mark_key(database_, made.key); }
  void operator()(const MailAdded& added) { add(added.id); }
  void operator()(const MailPostponed& postponed) { postpone_mail(database_, postponed.id, postponed.next); }
  void operator()(const MailRemoved& removed) {
    remove_mail(database_, removed.id);
    mail_.emplace_back(removed.id, false);
  }
  void operator()(const JobForgotten& forgotten) { remove_last_run(database_, forgotten.job); }
  void operator()(const AllSaved& all) {
    for (const auto& last : all.last_runs) put_last_run(database_, last.first, last.second);
    remove_open_runs(database_);
    for (const OpenRun& run : all.open_runs) put_open_run(database_, run);
    database_.execute("DELETE FROM queued_run");
    for (const QueuedRun& run : all.queued_runs) put_queued_run(database_, run);
    put_mark_key(database_, all.mark_key);
    for (const MailId id : all.mails) add(id);
  }

  /// More than came, so that a history that is over its bounds shrinks, but never a long delete at once.
  void prune(const HistoryBounds& bounds) {
    if (ended_ > 0) prune_history(database_, bounds, newest_end_, 2 * ended_ + 16);
  }
  /// Once all is on the disk.
  void note_mail(std::set<MailId>& in_file) const {
    for (const auto& [id, is_added] : mail_) {
      if (is_added)
        in_file.insert(id);
      else
        in_file.erase(id);
    }
  }

 private:
  void put(const NamedLastRun& last) { put_last_run(database_, last.first, last.second); }
  void add(MailId id) {
    const auto mail = queue_.mail_to_write(id);
    if (!mail) return;
    put_mail(database_, *mail);
    mail_.emplace_back(id, true);
  }

  Database& database_;
  ChangeQueue& queue_;
  std::unordered_set<std::string_view> brief_;
  std::vector<std::pair<MailId, bool>> mail_;  // in order; true: it was added
  std::size_t ended_ = 0;
  TimePoint newest_end_{};
};

SavedState saved_in(Database& database) {
  SavedState state;
  state.last_runs = all_last_runs(database);
  state.open_runs = all_open_runs(database);
  state.queued_runs = all_queued_runs(database);
  state.outbox = owed_mail(database);
  state.mark_key = mark_key(database);
  return state;
}

}  // namespace

SavedState StateWriter::load(bool is_expected) {
  if (is_expected) file_.expect_earlier();
  SavedState state;
  if (open()) state = late_state_.value_or(SavedState{});
  late_state_.reset();
  incomplete_ = false;
  return state;
}

bool StateWriter::write_queued() {
  if (!open() || !look_after()) return false;
  std::size_t count = 0;
  while (true) {
    std::vector<Change> changes = queue_.take(most_in_one_commit);
    if (changes.empty()) break;
    // What the file has, the next acron does not tell any more: so it has to be in the log.
    wait_for_log(longest_log);
    if (!write(changes)) {
      queue_.give_back(std::move(changes));
      return false;
    }
    queue_.written(changes);
    count += changes.size();
  }
  note_success();
  // The texts and changes of a thousand runs, ended at once, are otherwise kept by malloc: some 4 MB.
  if (count >= many_changes) ::malloc_trim(0);
  return true;
}

bool StateWriter::open() {
  if (file_.database() != nullptr) return true;
  if (const auto trouble = file_.open()) {
    note_trouble(*trouble);
    return false;
  }
  learn_mail();
  incomplete_ = loaded_;
  if (std::exchange(loaded_, true)) return true;
  file_.database()->forgive();
  late_state_ = saved_in(*file_.database());
  return true;
}

bool StateWriter::look_after() {
  const auto objection = file_.database()->objection();
  if (!objection) return true;
  const auto trouble = cure({StoreTrouble::Kind::damaged, *objection});
  if (trouble) note_trouble(*trouble);
  return !trouble;
}

bool StateWriter::write(const std::vector<Change>& changes) {
  auto trouble = write_once(changes);
  if (trouble && trouble->kind == StoreTrouble::Kind::damaged) {
    trouble = cure(*trouble);
    if (!trouble) trouble = write_once(changes);
    if (trouble && trouble->kind == StoreTrouble::Kind::damaged) {
      // Not the file but what we want to write is at fault: it must not stand before the rest for ever.
      queue_.count_dropped(changes.size());
      log(Severity::error, "state-refused", {{"reason", trouble->reason}, {"lost", std::to_string(changes.size())}});
      return true;
    }
  }
  if (trouble) {
    note_trouble(*trouble);
    return false;
  }
  return true;
}

std::optional<StoreTrouble> StateWriter::write_once(const std::vector<Change>& changes) {
  Database& database = *file_.database();
  Transaction transaction(database);
  Apply apply(database, queue_, changes);
  apply.prune(bounds_);
  auto trouble = transaction.commit();
  if (trouble) return trouble;
  file_.has_written();
  ++commits_;
  const std::lock_guard lock(mail_mutex_);
  apply.note_mail(mail_);
  return std::nullopt;
}

std::optional<StoreTrouble> StateWriter::cure(const StoreTrouble& trouble) {
  incomplete_ = true;
  auto failure = file_.replace(trouble.reason, mail_);
  if (!failure) learn_mail();
  return failure;
}

/// Of a file that has just been opened, which may be a fresh one with less than the one before had.
void StateWriter::learn_mail() {
  file_.database()->forgive();
  const auto outbox = owed_mail(*file_.database());
  const std::lock_guard lock(mail_mutex_);
  mail_.clear();
  for (const OwedMail& mail : outbox) mail_.insert(mail.id);
  is_file_gone_ = false;
}

bool StateWriter::keeps(MailId id) const {
  const std::lock_guard lock(mail_mutex_);
  return !is_file_gone_ && mail_.contains(id);
}

Result<std::vector<PastRun>> StateWriter::recent(const std::optional<std::string>& job, std::size_t limit) {
  write_queued();  // what was told before is in the answer
  return read([&](Database& database) { return recent_runs(database, job, limit); });
}

Result<std::optional<OutgoingMail>> StateWriter::mail(MailId id) {
  auto mail = read([&](Database& database) { return mail_with(database, id); });
  if (!mail) {
    if (auto salvaged = file_.salvaged(id)) return salvaged;
  }
  return mail;
}

template <typename Query>
auto StateWriter::read(const Query& query) -> Result<decltype(query(std::declval<Database&>()))> {
  if (!open()) return Error{"the state can't be read now"};
  file_.database()->forgive();
  auto value = query(*file_.database());
  auto trouble = file_.database()->trouble();
  if (!trouble) return value;
  if (trouble->kind != StoreTrouble::Kind::damaged) return Error{trouble->reason};
  if ((trouble = cure(*trouble))) return Error{trouble->reason};
  return query(*file_.database());
}

void StateWriter::note_trouble(const StoreTrouble& trouble) {
  const bool busy = trouble.kind == StoreTrouble::Kind::busy;
  if (busy) other_user_ = file_.other_user();
  has_salvage_ = file_.has_salvage();
  is_file_gone_ = has_salvage_ || (file_.database() != nullptr && file_.database()->objection());
  if (in_trouble_.exchange(true)) return;
  log(Severity::error, "state-unavailable",
      {{"reason", busy ? "another process uses it: " + trouble.reason : trouble.reason},
       {"effect", loaded_ ? effect_while_running : effect_at_start}});
}

void StateWriter::note_silence() {
  if (in_trouble_.exchange(true)) return;
  log(Severity::error, "state-unavailable",
      {{"reason", "the file system of the state does not answer"}, {"effect", effect_while_running}});
}

void StateWriter::note_success() {
  has_salvage_ = false;
  const std::uint64_t dropped = queue_.dropped();
  const std::uint64_t lost = dropped - std::exchange(dropped_, dropped);
  if (in_trouble_.exchange(false)) log(Severity::info, "state-available", {{"lost", std::to_string(lost)}});
  if (lost == 0) return;
  incomplete_ = true;
  log(Severity::error, "state-lost", {{"changes", std::to_string(lost)}, {"reason", "too many waited to be written"}});
}

}  // namespace acron
