// Runs that an acron which died left behind.

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "acron/core/job/run_mark.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/process/mark_key_file.hpp"
#include "acron/runtime/process/marked_runs.hpp"
#include "daemon.hpp"

namespace acron {
namespace {

/// A name among those of runs, for one that has got none.
RunIdentity identity_of(const QueuedRun& run) {
  const auto due = std::to_string(run.occurrence.due.time_since_epoch().count());
  return {run.job, run.job + "@" + due, run.occurrence.due, {}};
}

}  // namespace

/// As soon as its job is loaded. A job that is gone has no more to say of its run than its name.
void Daemon::adopt_left_runs() {
  std::vector<OpenRun> rest;
  for (OpenRun& run : std::exchange(left_runs_, {})) {
    SharedDefinition definition = scheduler_.definition(run.identity.job);
    if (!definition && ready_) {
      JobDefinition bare;
      bare.name = run.identity.job;
      definition = std::make_shared<const JobDefinition>(std::move(bare));
    }
    if (definition) {
      runs_.adopt(run, std::move(definition));
    } else {
      rest.push_back(std::move(run));
    }
  }
  left_runs_ = std::move(rest);
}

/// Runs that waited for their turn and have not begun: nothing of them counts, or can have failed.
void Daemon::say_lost(const std::vector<OpenRun>& begun) {
  for (const QueuedRun& run : std::exchange(left_queued_, {})) {
    const auto is_it = [&](const OpenRun& other) {
      return other.identity.job == run.job && other.identity.scheduled == run.occurrence.due;
    };
    // Their turn had come, which did not reach the disk, or not all of it.
    const LastRun* last = store_.last_run(run.job);
    const bool has_begun = (last != nullptr && last->due == run.occurrence.due) ||
                           std::any_of(begun.begin(), begun.end(), is_it) ||
                           std::any_of(left_runs_.begin(), left_runs_.end(), is_it);
    store_.dequeued(run.job, run.occurrence.due);
    const RunIdentity identity = identity_of(run);
    if (has_begun || left_ends_.count(identity.id) > 0) continue;
    log(Severity::warning, "lost",
        {{"job", run.job},
         {"scheduled", in_utc(run.occurrence.due)},
         {"reason", "it waited for " + run.waits_for + " when acron was killed, and has not begun"}});
    note_end(identity);
  }
}

/// The first look at the tree may start jobs: what runs already must be known by then.
Task<> Daemon::watch_tree(bool runs_may_be_left) {
  std::vector<OpenRun> begun;
  if (runs_may_be_left) begun = co_await find_marked_runs();
  say_lost(begun);
  left_starts_are_known_ = true;
  if (store_.at_rest()) clear_starts();
  TreeWatcher::Handler handler = [this](const TreeLook& look) { apply(look); };
  co_await watcher_.run(std::move(handler));
}

/// Those of the last moment before an acron was killed, whose start is not on the disk.
Task<std::vector<OpenRun>> Daemon::find_marked_runs() {
  const auto marked = co_await marked_runs(loop_.get_executor(), store_.mark_key(), left_starts_);
  co_await leave_if_cancelled();
  std::vector<OpenRun> runs;
  for (const MarkedRun& one : marked) {
    const OpenRun& run = runs.emplace_back(one.run);
    const std::string& job = run.identity.job;
    // It has begun, so its tick is not to run again.
    if (!one.is_known_to_be_open() && store_.last_run(job) != nullptr) store_.passed_over(job, run.tick);
    if (!one.is_known_to_be_open() || !store_.record_marked(run)) continue;
    const auto known = std::find_if(left_runs_.begin(), left_runs_.end(),
                                    [&](const OpenRun& left) { return left.identity.id == run.identity.id; });
    if (known == left_runs_.end())
      left_runs_.push_back(run);
    else
      known->process = run.process;
  }
  forget_ended();
  co_return runs;
}

/// For an acron that finds the state lost, or can't open it.
void Daemon::keep_mark_key() const {
  if (read_mark_key(options_.run_directory) != store_.mark_key())
    write_mark_key(options_.run_directory, store_.mark_key());
}

/// Where the state takes no end, each acron that follows would say that the run is lost.
void Daemon::note_end(const RunIdentity& run) {
  starts_.write(end_entry(run.job, run.id, this_boot(), store_.mark_key()));
  starts_.say_trouble();
}

/// They have run, which is all that counts: their ends were told.
void Daemon::forget_ended() {
  std::erase_if(left_runs_, [this](const OpenRun& left) {
    const bool has_ended = left_ends_.count(left.identity.id) > 0;
    if (has_ended) store_.record_lost(left.identity.id);
    return has_ended;
  });
}

/// The state has reached the disk, with all that began, but for a child that is just being started: it may have written
/// its record, and nobody knows its process yet.
void Daemon::clear_starts() {
  if (!left_starts_are_known_ || launcher_.is_starting()) return;
  starts_.clear([this](std::string_view run) { return store_.is_open(run); });
  left_starts_ = {};
  left_ends_.clear();
}

}  // namespace acron
