#include "acron/edges/store/state_store.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <new>
#include <utility>

#include "acron/runtime/blocking_pool.hpp"
#include "acron/runtime/clock.hpp"
#include "acron/runtime/log.hpp"
#include "state_store_core.hpp"

namespace acron {
namespace {

constexpr Duration a_day = std::chrono::hours(24);

/// Greater than every name that an earlier life gave, unless the clock was set back; load() sees to that.
MailId first_mail_id() {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return MailId{now.time_since_epoch().count()} << 10;  // good until the year 2112
}

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

StateStore::StateStore(boost::asio::any_io_executor loop, boost::asio::thread_pool& pool, StateStoreOptions options)
    : loop_(loop),
      options_(std::move(options)),
      core_(std::make_shared<Core>(pool, options_)),
      room_(options_.outbox),
      next_mail_(first_mail_id()),
      retry_(std::move(loop)),
      self_(std::make_shared<StateStore*>(this)) {}

StateStore::~StateStore() {
  self_.reset();
  // What still waits is written, and closing the file writes to it, too.
  const auto order = core_->order;
  boost::asio::post(order, [core = std::move(core_)] { core->write(); });
}

SavedState StateStore::load() {
  SavedState state = core_->writer.load();
  take_up(state);
  if (core_->writer.in_trouble()) wait_to_retry();
  return state;
}

void StateStore::on_late_load(std::function<void(SavedState)> handler) { late_load_ = std::move(handler); }

void StateStore::take_up(const SavedState& state) {
  last_runs_.insert(state.last_runs.begin(), state.last_runs.end());
  for (const OpenRun& run : state.open_runs) open_runs_.emplace(run.identity.id, run);
  for (const OwedMail& mail : state.outbox) {
    room_.add(mail);
    next_mail_ = std::max(next_mail_, mail.id + 1);
  }
}

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

/// Only now: most runs are over before anything is written of them, and looking is a good part of what a run costs.
void StateStore::identify_processes() {
  for (const auto& [run, pid] : std::exchange(unidentified_, {})) {
    if (const auto process = identify_process(pid)) record_process(run, *process);
  }
}

void StateStore::record_start(OpenRun run) {
  LastRun& last = last_runs_[run.identity.job];
  note_start(last, run);
  core_->queue.push(RunStarted{{run.identity.job, last}, run});
  std::string id = run.identity.id;
  open_runs_.insert_or_assign(std::move(id), std::move(run));
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
  ids.empty() ? write_soon() : write_at_once();
  for (NewMail& mail : taken) hand_on(std::move(mail));
  return ids;
}

void StateStore::record_lost(const std::string& run) {
  open_runs_.erase(run);
  core_->queue.push(RunLost{run});
  write_soon();
}

void StateStore::note_loaded(const std::vector<std::string>& jobs, TimePoint now) {
  for (const std::string& job : jobs) {
    const auto known = last_runs_.find(job);
    if (known == last_runs_.end()) continue;
    LastRun& last = known->second;
    const bool is_ahead = last.seen - now > same_clock;
    if (!is_ahead && now - last.seen < a_day) continue;
    last.tick = std::min(last.tick, now);
    last.seen = now;
    core_->queue.push(JobSaved{*known});
  }
  for (auto known = last_runs_.begin(); known != last_runs_.end();) {
    const bool is_gone = now - known->second.seen > options_.gone_job_age;
    if (is_gone) core_->queue.push(JobForgotten{known->first});
    known = is_gone ? last_runs_.erase(known) : std::next(known);
  }
  write_soon();
}

Task<Result<std::vector<PastRun>>> StateStore::recent(std::optional<std::string> job, std::size_t limit) {
  auto read = [core = core_, job = std::move(job), limit] { return core->writer.recent(job, limit); };
  co_return co_await off_the_loop(core_->order, std::move(read));
}

Task<bool> StateStore::flush() {
  identify_processes();
  auto write = [core = core_] { return core->write(); };
  Written written = co_await off_the_loop(core_->order, std::move(write));
  const bool all = written.all;
  settle(std::move(written));
  co_return all;
}

bool StateStore::at_rest() const { return phase_ == Phase::idle && !has_news(); }

bool StateStore::has_news() const { return core_->queue.size() > 0 || !unidentified_.empty(); }

StateStore::Counters StateStore::counters() const {
  return {core_->writer.commits(), core_->queue.dropped(),    refused_mails_, core_->queue.size(), room_.messages(),
          room_.bytes(),           core_->writer.in_trouble()};
}

/// A moment later: a run that is soon over is one commit, a storm of runs is few, and none is in the way of a start.
void StateStore::write_soon() {
  if (phase_ != Phase::idle) return;
  phase_ = Phase::gathering;
  retry_.expires_after(options_.gather);
  retry_.async_wait([self = std::weak_ptr(self_)](const boost::system::error_code& cancelled) {
    const auto store = self.lock();
    if (!cancelled && store && (*store)->phase_ == Phase::gathering) (*store)->write_now();
  });
}

/// Mail that is owed, or no longer: the less of that a crash finds unwritten, the less is lost or sent twice. What
/// comes while it is written is written together.
void StateStore::write_at_once() {
  urgent_ = true;
  if (phase_ == Phase::idle || phase_ == Phase::gathering) write_now();
}

void StateStore::write_now() {
  phase_ = Phase::writing;
  urgent_ = false;
  identify_processes();
  boost::asio::post(core_->order, [core = core_, loop = loop_, self = std::weak_ptr(self_)] {
    Written written;
    try {
      written = core->write();
    } catch (const std::bad_alloc&) {
      written.incomplete = true;  // tried again, with all that is known by then
    }
    boost::asio::post(loop, [self, written = std::move(written)]() mutable {
      if (const auto store = self.lock()) (*store)->settle(std::move(written));
    });
  });
}

void StateStore::settle(Written written) {
  if (written.late_state) {
    take_up(*written.late_state);
    if (late_load_) late_load_(std::move(*written.late_state));
  }
  if (written.incomplete) {
    AllSaved all{last_runs_, {}, {}};
    for (const auto& [id, run] : open_runs_) all.open_runs.push_back(run);
    for (const OwedMail& mail : core_->queue.waiting_mails()) all.mails.push_back(mail.id);
    core_->queue.push(std::move(all));
  }
  if (!written.all) return wait_to_retry();
  phase_ = Phase::idle;
  if (has_news()) urgent_ ? write_now() : write_soon();
}

void StateStore::wait_to_retry() {
  phase_ = Phase::waiting;
  retry_.expires_after(options_.retry);
  retry_.async_wait([self = std::weak_ptr(self_)](const boost::system::error_code& cancelled) {
    const auto store = self.lock();
    if (cancelled || !store) return;
    (*store)->phase_ = Phase::idle;
    (*store)->write_soon();
  });
}

}  // namespace acron
