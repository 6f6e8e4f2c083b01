// The part of StateStore that is the journal of runs.

#include <algorithm>
#include <utility>

#include "state_store_core.hpp"
#include "untold_ends.hpp"

namespace acron {
namespace {

void note_start(LastRun& last, const OpenRun& run) {
  last.tick = run.tick;
  last.run = run.identity.id;
  last.due = run.identity.scheduled;
  last.started = run.identity.started;
  last.finished.reset();
  last.seen = std::max(last.seen, run.identity.started);
}

void note_end(LastRun& last, const PastRun& past) {
  const RunRecord& record = past.record;
  // Where runs overlap, a younger one may have started meanwhile.
  const TimePoint ended = record.identity.started + record.duration;
  if (last.run == record.identity.id) last.finished = ended;
  last.incident = next(last.incident, record.verdict, ended);
}

}  // namespace

std::optional<Occurrence> StateStore::last_start(const std::string& job) const {
  const LastRun* last = last_run(job);
  if (last == nullptr || !last->due) return std::nullopt;
  return Occurrence{std::min(last->tick, *last->due), *last->due};  // later ticks may have been passed over
}

std::optional<TimePoint> StateStore::last_tick(const std::string& job) const {
  const LastRun* last = last_run(job);
  return last == nullptr ? std::nullopt : std::optional(last->tick);
}

Incident StateStore::incident(const std::string& job) const {
  const LastRun* last = last_run(job);
  return last == nullptr ? Incident{} : last->incident;
}

const LastRun* StateStore::last_run(const std::string& job) const {
  const auto found = last_runs_.find(job);
  return found == last_runs_.end() ? nullptr : &found->second;
}

void StateStore::nothing_missed(const std::string& job, TimePoint now) {
  LastRun& last = last_runs_[job];
  last.tick = last.seen = now;
  core_->queue.push(JobSaved{{job, last}});
  write_soon();
}

void StateStore::passed_over(const std::string& job, TimePoint tick) {
  LastRun& last = last_runs_[job];
  if (tick <= last.tick) return;
  last.tick = tick;
  last.seen = std::max(last.seen, tick);
  core_->queue.push(JobSaved{{job, last}});
  write_soon();
}

void StateStore::started(const RunIdentity& identity, const Occurrence& occurrence,
                         const std::optional<TimeLimit>& limit) {
  record_start({identity, occurrence.tick, limit, {}});
}

void StateStore::has_process(const std::string& run, pid_t pid) {
  if (open_runs_.count(run) == 0) return;
  unidentified_.insert_or_assign(run, pid);
  write_soon();
}

void StateStore::asked_to_end(const std::string& run, TimePoint kill_due) {
  const auto open = open_runs_.find(run);
  if (open == open_runs_.end()) return;
  open->second.kill_due = kill_due;
  core_->queue.push(EndAsked{run, kill_due});
  write_soon();
}

void StateStore::has_failed(const std::string& run, const FailedAttempt& attempt) {
  const auto open = open_runs_.find(run);
  if (open == open_runs_.end()) return;
  unidentified_.erase(run);
  open->second.process.reset();
  open->second.kill_due.reset();
  open->second.failed_attempts.push_back(attempt);
  core_->queue.push(AttemptFailed{run, open->second.failed_attempts.size(), attempt});
  write_soon();
}

/// Only now: most runs are over before anything is written of them, and looking is a good part of what a run costs.
void StateStore::identify_processes() {
  for (const auto& [run, pid] : std::exchange(unidentified_, {})) {
    if (const auto process = identify_process(pid)) record_process(run, *process);
  }
}

void StateStore::record_start(OpenRun run, bool may_be_in_file) {
  LastRun& last = last_runs_[run.identity.job];
  note_start(last, run);
  core_->queue.push(RunStarted{{run.identity.job, last}, run, may_be_in_file});
  std::string id = run.identity.id;
  open_runs_.insert_or_assign(std::move(id), std::move(run));
  write_soon();
}

bool StateStore::record_marked(const OpenRun& run) {
  known_before_.insert(run.identity.id);
  const auto open = open_runs_.find(run.identity.id);
  if (open != open_runs_.end()) {
    if (!run.process || open->second.process == run.process) return false;
    record_process(run.identity.id, *run.process);
    return true;
  }
  // Starts are written in their order: of one that is older than the newest known, the end is known, too.
  const LastRun* last = last_run(run.identity.job);
  if (last != nullptr && last->started && run.identity.started <= *last->started) return false;
  record_start(run, true);
  return true;
}

void StateStore::take_over(const OpenRun& run) {
  record_marked(run);  // where the state could not be written before, the next acron would not find it after a crash
}

void StateStore::take_over(const std::string& job, TimePoint due) { taken_over_waiting_.emplace(job, due); }

/// They are known here, whether they still go on or wait, or have ended since.
void StateStore::leave_out_known(SavedState& late) {
  std::erase_if(late.open_runs, [this](const OpenRun& run) { return known_before_.count(run.identity.id) > 0; });
  std::erase_if(late.queued_runs, [this](const QueuedRun& run) {
    const std::pair place(run.job, run.occurrence.due);
    const bool is_ours = taken_over_waiting_.count(place) > 0;
    if (is_ours && queued_runs_.count(place) == 0) core_->queue.push(RunDequeued{run.job, run.occurrence.due});
    return is_ours;
  });
  known_before_.clear();
  taken_over_waiting_.clear();
}

void StateStore::queued(const std::string& job, const Occurrence& occurrence, std::string_view waits_for) {
  const QueuedRun run{job, occurrence, std::string(waits_for)};
  queued_runs_.insert_or_assign({job, occurrence.due}, run);
  core_->queue.push(RunQueued{run});
  write_soon();
}

void StateStore::dequeued(const std::string& job, TimePoint due) {
  if (queued_runs_.erase({job, due}) == 0) return;
  core_->queue.push(RunDequeued{job, due});
  write_soon();
}

void StateStore::record_process(const std::string& run, const ProcessIdentity& process) {
  const auto open = open_runs_.find(run);
  if (open == open_runs_.end()) return;
  open->second.process = process;
  core_->queue.push(ProcessKnown{run, process});
  write_soon();
}

TimePoint StateStore::tick_of(const RunIdentity& identity) const {
  const auto open = open_runs_.find(identity.id);
  return open == open_runs_.end() ? identity.scheduled : open->second.tick;
}

std::vector<MailId> StateStore::record_end(const RunRecord& record, std::vector<OutgoingMail> mails) {
  const PastRun past{tick_of(record.identity), record};
  LastRun& last = last_runs_[record.identity.job];
  unidentified_.erase(record.identity.id);
  const bool start_is_known = open_runs_.erase(record.identity.id) > 0;
  if (!start_is_known) note_start(last, {record.identity, past.tick, {}, {}});
  note_end(last, past);
  std::vector<NewMail> taken;
  std::vector<MailId> ids;
  for (OutgoingMail& mail : mails) {
    auto one = take_in(std::move(mail), record.identity.started + record.duration);
    if (!one) continue;
    ids.push_back(one->owed.id);
    taken.push_back(std::move(*one));
  }
  core_->queue.push(RunEnded{{record.identity.job, last}, past, ids});
  untold_->add(record.identity, ids);
  note_told();
  ids.empty() ? write_soon() : write_at_once();
  for (NewMail& mail : taken) hand_on(std::move(mail));
  return ids;
}

/// While the file can be written, ends are soon in there.
void StateStore::note_told() {
  if (!core_->writer.in_trouble() || !told_) return;
  for (const RunIdentity& run : untold_->take_told()) told_(run);
}

void StateStore::tell_all() {
  for (const RunIdentity& run : untold_->take_all()) {
    if (told_) told_(run);
  }
}

std::vector<std::string> StateStore::unwritten_ends() const { return core_->queue.waiting_ends(); }

void StateStore::record_lost(const std::string& run) {
  open_runs_.erase(run);
  core_->queue.push(RunLost{run});
  write_soon();
}

}  // namespace acron
