#include "acron/edges/store/state_store.hpp"

#include <sys/random.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <new>
#include <utility>

#include "acron/runtime/clock/clock.hpp"
#include "acron/runtime/files/errno_error.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/blocking_pool.hpp"
#include "state_store_core.hpp"
#include "untold_ends.hpp"

namespace acron {
namespace {

constexpr Duration a_day = std::chrono::hours(24);

/// Greater than every name that an earlier life gave, unless the clock was set back; load() sees to that.
MailId first_mail_id() {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return MailId{now.time_since_epoch().count()} << 10;  // good until the year 2112
}

DigestKey random_key() {
  DigestKey key{};
  if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) throw_errno("getrandom");
  return key;
}

}  // namespace

StateStore::StateStore(boost::asio::any_io_executor loop, boost::asio::thread_pool& pool, StateStoreOptions options)
    : loop_(loop),
      options_(std::move(options)),
      core_(std::make_shared<Core>(pool, options_)),
      room_(options_.outbox),
      untold_(std::make_unique<UntoldEnds>()),
      next_mail_(first_mail_id()),
      retry_(std::move(loop)),
      self_(std::make_shared<StateStore*>(this)) {}

StateStore::~StateStore() {
  self_.reset();
  // What still waits is written, and closing the file writes to it, too.
  const auto order = core_->order;
  boost::asio::post(order, [core = std::move(core_)] { core->write(); });
}

SavedState StateStore::load(const std::optional<DigestKey>& known_key) {
  SavedState state = core_->writer.load(known_key.has_value());
  take_up(state);
  mark_key_ = known_key ? *known_key : state.mark_key ? *state.mark_key : random_key();
  if (state.mark_key != mark_key_ && !core_->writer.in_trouble()) {
    core_->queue.push(MarkKeyMade{mark_key_});
    core_->write();  // before anything is marked with it
  }
  if (core_->writer.in_trouble()) wait_to_retry();
  return state;
}

void StateStore::on_late_load(std::function<void(SavedState)> handler) { late_load_ = std::move(handler); }

void StateStore::take_up(const SavedState& state) {
  last_runs_.insert(state.last_runs.begin(), state.last_runs.end());
  for (const OpenRun& run : state.open_runs) open_runs_.emplace(run.identity.id, run);
  for (const QueuedRun& run : state.queued_runs) queued_runs_.emplace(std::pair(run.job, run.occurrence.due), run);
  for (const OwedMail& mail : state.outbox) {
    room_.add(mail);
    next_mail_ = std::max(next_mail_, mail.id + 1);
  }
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
  if (phase_ == Phase::gathering) phase_ = Phase::idle;  // this is the write that was to come
  identify_processes();
  ++writes_under_way_;
  auto write = [core = core_] { return core->write(); };
  Written written = co_await off_the_loop(core_->order, std::move(write));
  const bool all = written.all;
  settle(std::move(written));
  co_return all;
}

void StateStore::look_after_file() {
  if (phase_ == Phase::idle) write_now();  // in all other phases a write is to come
}

void StateStore::write_early() {
  if (phase_ == Phase::writing) {
    look_again_ = true;
    return;
  }
  retry_.cancel();
  write_now();
}

bool StateStore::is_writing() const { return phase_ == Phase::writing; }

bool StateStore::at_rest() const { return phase_ == Phase::idle && writes_under_way_ == 0 && !has_news(); }

bool StateStore::has_news() const { return core_->queue.size() > 0 || !unidentified_.empty(); }

StateStore::Counters StateStore::counters() const {
  return {core_->writer.commits(),    core_->queue.dropped(),     refused_mails_,
          core_->queue.size(),        room_.messages(),           room_.bytes(),
          core_->writer.in_trouble(), core_->writer.has_salvage()};
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
  urgent_ = look_again_ = false;
  ++writes_under_way_;
  identify_processes();
  watch_write();
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

/// Jobs run on while a disk hangs, and a crash loses what waits for it meanwhile: somebody has to know.
void StateStore::watch_write() {
  retry_.expires_after(options_.patience);
  retry_.async_wait([self = std::weak_ptr(self_)](const boost::system::error_code& cancelled) {
    const auto store = self.lock();
    if (cancelled || !store || (*store)->phase_ != Phase::writing) return;
    (*store)->core_->writer.note_silence();
    (*store)->note_told();
  });
}

void StateStore::settle(Written written) {
  --writes_under_way_;
  retry_.cancel();
  if (written.other_user && other_user_) other_user_(*written.other_user);
  if (written.late_state) {
    leave_out_known(*written.late_state);
    take_up(*written.late_state);
    core_->queue.push(MarkKeyMade{mark_key_});  // in the place of the file's own: runs are marked with it already
    if (late_load_) late_load_(std::move(*written.late_state));
  }
  if (written.incomplete) {
    AllSaved all{last_runs_, {}, {}, mark_key_, {}};
    for (const auto& [id, run] : open_runs_) all.open_runs.push_back(run);
    for (const auto& [key, run] : queued_runs_) all.queued_runs.push_back(run);
    for (const OwedMail& mail : core_->queue.waiting_mails()) all.mails.push_back(mail.id);
    core_->queue.push(std::move(all));
  }
  note_told();  // those, too, that ended before it was known that they can't be written
  if (!written.all) return wait_to_retry();
  phase_ = Phase::idle;
  if (look_again_) return write_now();
  if (has_news()) return urgent_ ? write_now() : write_soon();
  if (!at_rest()) return;
  untold_->clear();
  if (rests_) rests_();
}

void StateStore::wait_to_retry() {
  phase_ = Phase::waiting;
  retry_.expires_after(options_.retry);
  retry_.async_wait([self = std::weak_ptr(self_)](const boost::system::error_code& cancelled) {
    const auto store = self.lock();
    if (cancelled || !store || (*store)->phase_ != Phase::waiting) return;
    (*store)->phase_ = Phase::idle;
    (*store)->write_soon();
  });
}

}  // namespace acron
