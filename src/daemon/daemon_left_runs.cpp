// Runs that an acron which died left behind.

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "acron/runtime/log.hpp"
#include "acron/runtime/marked_runs.hpp"
#include "daemon.hpp"

namespace acron {

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

/// Runs that waited for their turn have not begun: nothing of them counts, or can have failed.
void Daemon::say_lost(const std::vector<QueuedRun>& queued) {
  for (const QueuedRun& run : queued) {
    log(Severity::warning, "lost",
        {{"job", run.job},
         {"scheduled", format_rfc3339(run.occurrence.due, std::chrono::seconds(0))},
         {"reason", "it waited for " + run.waits_for + " when acron was killed, and has not begun"}});
    store_.dequeued(run.job, run.occurrence.due);
  }
}

/// The first look at the tree may start jobs: what runs already must be known by then.
Task<> Daemon::watch_tree(bool runs_may_be_left) {
  if (runs_may_be_left) co_await find_marked_runs();
  TreeWatcher::Handler handler = [this](const TreeLook& look) { apply(look); };
  co_await watcher_.run(std::move(handler));
}

/// Those of the last moment before an acron was killed, whose start is not on the disk.
Task<> Daemon::find_marked_runs() {
  const auto runs = co_await marked_runs(loop_.get_executor(), store_.mark_key());
  co_await leave_if_cancelled();
  for (const OpenRun& run : runs) {
    if (!store_.record_marked(run)) continue;
    const auto known = std::find_if(left_runs_.begin(), left_runs_.end(),
                                    [&](const OpenRun& left) { return left.identity.id == run.identity.id; });
    if (known == left_runs_.end())
      left_runs_.push_back(run);
    else
      known->process = run.process;
  }
}

}  // namespace acron
