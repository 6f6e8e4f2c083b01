// What an acron that died has left.

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "acron/core/job/verdict.hpp"
#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/jobs/runs.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

constexpr const char* unseen = "acron was interrupted: how it ended and what it printed is unknown";

/// A pidfd of the process, if it is alive and no other. Asked again once we hold on to it.
Descriptor hold_on_to(const ProcessIdentity& process) {
  if (identify_process(process.pid) != process) return {};
  Descriptor held(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!held) return {};
  pollfd ended{held.number(), POLLIN, 0};
  const bool lives = identify_process(process.pid) == process && ::poll(&ended, 1, 0) == 0;
  return lives ? std::move(held) : Descriptor();
}

std::string before_attempt(const std::vector<FailedAttempt>& failed) {
  return failed.back().reason + "; acron was interrupted before attempt " + std::to_string(failed.size() + 1) +
         ", which is lost";
}

/// How long one that was asked to end still has. The clock may have been set since.
Duration rest_of_grace(const OpenRun& run, TimePoint now) {
  const Duration grace = run.time_limit ? run.time_limit->grace : end_grace;
  return std::clamp(*run.kill_due - now, Duration::zero(), grace);
}

std::optional<CommandState> command_left(const OpenRun& run, TimePoint now) {
  Descriptor held = run.process ? hold_on_to(*run.process) : Descriptor();
  if (!held) return std::nullopt;
  CommandState state;
  state.pid = run.process->pid;
  state.exit = held.release();
  state.is_child = false;
  const auto steady_now = std::chrono::steady_clock::now();
  if (run.time_limit) state.limit_ends = steady_now + (run.time_limit->limit - age_of(*run.process));
  if (run.kill_due) {
    state.kill_due = steady_now + rest_of_grace(run, now);
    if (state.limit_ends && *state.limit_ends <= steady_now) state.timed_out_after = run.time_limit->limit;
  }
  return state;
}

void log_left(std::string_view event, const RunIdentity& identity, LogFields more) {
  LogFields fields{{"job", identity.job}, {"run", identity.id}};
  fields.insert(fields.end(), more.begin(), more.end());
  log(Severity::warning, event, fields);
}

}  // namespace

void Runs::adopt(const OpenRun& run, SharedDefinition definition) {
  RunOrder order{std::move(definition), {run.tick, run.identity.scheduled}, {}};
  Running& running = add_running({run.identity, std::move(order)});
  running.phase = Phase::left;
  running.begun = command_left(run, services_.clock.now());
  running.has_process = run.process.has_value();
  running.left_limit = run.time_limit;
  running.progress.failed_attempts = run.failed_attempts;
  tasks_.start("run", see_through(running));
}

/// Until its process ends, if it has not; then says so.
Task<> Runs::see_left(Running& running) {
  const RunIdentity& identity = running.identity;
  const auto& attempts = running.progress.failed_attempts;
  const bool waited = !running.has_process && !attempts.empty();
  RunRecord record{identity, {}, {true, waited ? before_attempt(attempts) : unseen}, {}};
  record.failed_attempts = attempts;
  record.outcome.end_unseen = true;
  record.outcome.retry_lost = waited;
  record.outcome.ending = NotStarted{record.verdict.reason};
  if (running.begun) {
    log_left("adopted", identity, {{"pid", std::to_string(running.begun->pid)}});
    NoOutput nowhere;
    Command command = command_of(running);
    command.time_limit = running.left_limit;
    const RunOutcome outcome = co_await services_.launcher.run(command, nowhere);
    record.outcome.timed_out_after = outcome.timed_out_after;
    record.outcome.replaced = outcome.replaced;
    record.outcome.ended_with_acron = outcome.ended_with_acron;
    record.duration = services_.clock.now() - identity.started;
    if (outcome.timed_out_after)
      record.verdict.reason.insert(0, "timed out after " + format_duration(*outcome.timed_out_after) + "; ");
    if (outcome.replaced) record.verdict.reason.insert(0, "replaced by the next run; ");
    if (outcome.ended_with_acron) record.verdict.reason.insert(0, "ended with acron; ");
    log_left(
        "end", identity,
        {{"result", "unknown"}, {"reason", record.verdict.reason}, {"duration", format_duration(record.duration)}});
  } else {
    log_left("lost", identity, {{"reason", record.verdict.reason}});
  }
  record.before = services_.journal.incident(identity.job);
  const auto output = services_.outputs.open(running.order.definition, identity, {});
  services_.journal.ended(record, output->owed(record));
  co_await output->close(record);
}

}  // namespace acron
