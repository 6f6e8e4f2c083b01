// The attempts of one run, and the waits between them.

#include <chrono>
#include <optional>

#include "acron/core/job/verdict.hpp"
#include "acron/runtime/jobs/runs.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

void log_retry(const RunIdentity& identity, const std::vector<FailedAttempt>& failed, Duration delay) {
  LogFields fields{{"job", identity.job}, {"run", identity.id}};
  fields.emplace_back("attempt", std::to_string(failed.size()));
  fields.emplace_back("reason", failed.back().reason);
  fields.emplace_back("next-in", format_duration(delay));
  log(Severity::warning, "retry", fields);
}

void log_no_retry(const RunIdentity& identity, std::size_t failed, const std::string& reason) {
  log(Severity::info, "no-retry",
      {{"job", identity.job}, {"run", identity.id}, {"attempt", std::to_string(failed)}, {"reason", reason}});
}

Duration since(SteadyTime begin) { return std::chrono::floor<Duration>(std::chrono::steady_clock::now() - begin); }

}  // namespace

Task<> Runs::attempts(Running& running) {
  RunProgress& progress = running.progress;
  for (;;) {
    if (!progress.retry_due) {
      co_await attempt(running);
      if (!plan_retry(running)) co_return;
    }
    const bool goes_on = co_await wait_to_retry(running) && co_await prepare_retry(running);
    progress.retry_due.reset();
    if (goes_on) continue;
    if (!running.withdrawn.empty()) log_no_retry(running.identity, progress.failed_attempts.size(), running.withdrawn);
    progress.failed_attempts.pop_back();  // it was the last one after all
    co_return;
  }
}

Task<> Runs::attempt(Running& running) {
  RunProgress& progress = running.progress;
  if (!running.begun) {
    progress.begin = std::chrono::steady_clock::now();
    progress.started = services_.clock.now();
  }
  if (running.no_account.empty()) {
    co_await run_command(running);
  } else {
    progress.outcome = {};
    progress.outcome.ending = NotStarted{running.no_account};
  }
  announce(running);
  progress.duration = since(progress.first_begin);
}

Task<> Runs::run_command(Running& running) {
  RunProgress& progress = running.progress;
  Command command = command_of(running);
  command.of_run = OpenRun{running.identity, running.order.occurrence.tick, command.time_limit, {}};
  running.watch.started = [this, &running](pid_t pid) {
    announce(running);
    running.output->begun();
    services_.journal.has_process(running.identity.id, pid);
  };
  progress.outcome = co_await services_.launcher.run(command, *running.output);
  for (SteadyTime* begin : {&progress.begin, &progress.first_begin}) *begin += progress.outcome.held;
}

/// False when the attempt that has ended was the last.
bool Runs::plan_retry(Running& running) {
  RunProgress& progress = running.progress;
  const JobDefinition& definition = *running.order.definition;
  const Verdict verdict = judge(definition.failure, progress.outcome);
  if (!verdict.failed || !definition.settings->retry || running.end.made()) return false;
  const auto failed = static_cast<std::uint32_t>(progress.failed_attempts.size() + 1);
  const auto& next_due = running.order.next_due;
  const auto until_next = next_due ? std::optional(*next_due - services_.clock.now()) : std::nullopt;
  const auto delay = wait_before_retry(*definition.settings->retry, failed, until_next);
  const bool has_retries = failed <= definition.settings->retry->retries;
  if (has_retries && !running.withdrawn.empty())
    log_no_retry(running.identity, failed, running.withdrawn);
  else if (has_retries && !delay)
    log_no_retry(running.identity, failed, "the next run is due before");
  if (!delay || stopped_ || !running.withdrawn.empty()) return false;
  progress.failed_attempts.push_back({progress.started, since(progress.begin), verdict.reason});
  services_.journal.has_failed(running.identity.id, progress.failed_attempts.back());
  progress.retry_due = std::chrono::steady_clock::now() + *delay;
  log_retry(running.identity, progress.failed_attempts, *delay);
  return true;
}

/// False when the run is to end instead.
Task<bool> Runs::wait_to_retry(const Running& running) {
  while (may_retry(running)) {
    const auto left = std::chrono::ceil<Duration>(*running.progress.retry_due - std::chrono::steady_clock::now());
    if (left <= Duration::zero()) co_return true;
    co_await wait_for_change(left);
  }
  co_return false;
}

/// Its user is looked up anew: he may be known again, or known no more. What could not be done as long as he was not
/// known is done when he is: `if each-run` is asked, and the outputs are opened. False when the run is to end instead.
Task<bool> Runs::prepare_retry(Running& running) {
  co_await look_user_up(running);
  if (!running.output && running.no_account.empty()) {
    const std::string refusal = co_await refusal_of_gates(running);
    if (running.withdrawn.empty()) running.withdrawn = refusal;
    if (may_retry(running)) open_output(running);
  }
  co_return may_retry(running);
}

bool Runs::may_retry(const Running& running) const {
  return !running.end.made() && !stopped_ && running.withdrawn.empty();
}

}  // namespace acron
