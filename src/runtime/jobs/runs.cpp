#include "acron/runtime/jobs/runs.hpp"

#include <sys/random.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <utility>

#include "acron/core/job/joined_streams.hpp"
#include "acron/core/job/verdict.hpp"
#include "acron/runtime/jobs/gates.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

LogFields about(const RunIdentity& identity) { return {{"job", identity.job}, {"run", identity.id}}; }

std::uint32_t any_number() {
  std::uint32_t number = 0;
  return ::getrandom(&number, sizeof number, GRND_NONBLOCK) == sizeof number ? number : 0;
}

void log_start(const RunIdentity& identity) {
  auto fields = about(identity);
  fields.emplace_back("scheduled", in_utc(identity.scheduled));
  fields.emplace_back("late", format_duration(identity.started - identity.scheduled));
  log(Severity::info, "start", fields);
}

std::pair<std::string_view, std::string> ending_field(const Ending& ending) {
  if (const auto* exited = std::get_if<Exited>(&ending)) return {"exit", std::to_string(exited->status)};
  if (const auto* signaled = std::get_if<Signaled>(&ending)) return {"signal", signal_name(signaled->signal)};
  return {"not-started", std::get<NotStarted>(ending).reason};
}

void log_end(const RunRecord& record) {
  auto fields = about(record.identity);
  fields.emplace_back("result", record.verdict.failed ? "failed" : "ok");
  fields.push_back(ending_field(record.outcome.ending));
  if (record.verdict.failed) fields.emplace_back("reason", record.verdict.reason);
  fields.emplace_back("duration", format_duration(record.duration));
  if (record.outcome.streams_joined) {
    fields.emplace_back("output-bytes", std::to_string(record.outcome.stdout_bytes));
  } else {
    fields.emplace_back("stdout-bytes", std::to_string(record.outcome.stdout_bytes));
    fields.emplace_back("stderr-bytes", std::to_string(record.outcome.stderr_bytes));
  }
  if (!record.failed_attempts.empty())
    fields.emplace_back("attempts", std::to_string(record.failed_attempts.size() + 1));
  if (record.outcome.usage) {
    fields.emplace_back("cpu", format_duration(record.outcome.usage->cpu_time));
    fields.emplace_back("peak-memory", format_size(record.outcome.usage->peak_memory));
    fields.emplace_back("accounting", std::string(accounting_name(record.outcome.usage->accounting)));
  }
  if (record.outcome.output_left_open) fields.emplace_back("output", "left open by a process that still runs");
  log(record.verdict.failed ? Severity::warning : Severity::info, "end", fields);
}

void log_skip(const RunOrder& order, const std::string& reason) {
  log(Severity::warning, "skip",
      {{"job", order.definition->name}, {"scheduled", in_utc(order.occurrence.due)}, {"reason", reason}});
}

void log_wait(const RunOrder& order, std::string_view what) {
  log(Severity::info, "queued",
      {{"job", order.definition->name}, {"scheduled", in_utc(order.occurrence.due)}, {"for", std::string(what)}});
}

void log_outlives_kill(const RunIdentity& identity) {
  auto fields = about(identity);
  fields.emplace_back("reason", "its process was killed " + format_duration(overdue_death) +
                                    " ago and has not ended: a disk or a device that does not answer holds it");
  fields.emplace_back("effect", "the run goes on until it ends");
  log(Severity::error, "outlives-kill", fields);
}

void log_run_fault(const RunIdentity& identity, const std::exception& error) {
  auto fields = about(identity);
  fields.emplace_back("reason", error.what());
  log(Severity::error, "fault", fields);
}

}  // namespace

std::vector<std::string> run_environment(const RunIdentity& identity) {
  return {"ACRON_JOB=" + identity.job, "ACRON_RUN_ID=" + identity.id, "ACRON_SCHEDULED=" + in_utc(identity.scheduled)};
}

Runs::Runs(boost::asio::any_io_executor executor, const RunServices& services)
    : services_(services), count_(any_number()), executor_(executor), tasks_(std::move(executor)) {}

std::string_view Runs::begin(RunOrder order) {
  const RunSettings& settings = *order.definition->settings;
  const OfJob& job = jobs_[order.definition->name];
  const OverlapDecision decision = decide(settings.overlap, job.running.size(), job.waiting);
  if (decision == OverlapDecision::skip && held_ && job.running.empty())
    return "the previous run waits while acron is about to be replaced";
  if (decision == OverlapDecision::skip) {
    const bool begun = job.running.empty() || job.running.back().phase != Phase::beginning;
    return skip_reason(settings.overlap, job.waiting, begun);
  }
  enqueue({std::move(order), decision});
  return {};
}

void Runs::enqueue(WaitingRun run) {
  ++jobs_[run.order.definition->name].waiting;
  const auto turn = turns_.insert(turns_.end(), std::move(run));
  enter_lock_queue(*turn);
  tasks_.start("run", wait_for_turn(turn));
}

void Runs::edited(const SharedDefinition& definition) {
  for (WaitingRun& run : turns_) {
    if (run.order.definition->name != definition->name) continue;
    leave_lock_queue(run);
    run.order.definition = definition;
    enter_lock_queue(run);
    changed();  // its lock may be free
  }
}

void Runs::withdraw(std::string_view job, const std::string& reason) {
  for (WaitingRun& run : turns_) {
    if (run.order.definition->name == job) run.withdrawn = reason;
  }
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  for (Running& running : found->second.running) running.withdrawn = reason;
  changed();
}

void Runs::stop() {
  stopped_ = true;
  services_.accounts.stop();
  for (auto& [name, job] : jobs_) {
    for (Running& running : job.running) {
      if (running.phase == Phase::beginning) running.end.make();  // what it asks each run
    }
  }
  changed();
}

void Runs::end_all(SteadyTime kill_by) {
  for (auto& [name, job] : jobs_) {
    for (Running& running : job.running) running.end.make_before(kill_by);
  }
  changed();  // those that wait for their next attempt
}

void Runs::log_running(std::string_view event, const LogFields& more) const {
  for (const auto& [name, job] : jobs_) {
    for (const Running& running : job.running) {
      if (running.phase == Phase::beginning) {
        log_skip(running.order, "acron ends");
        continue;
      }
      auto fields = about(running.identity);
      fields.emplace_back("started", in_utc(running.identity.started));
      fields.insert(fields.end(), more.begin(), more.end());
      log(Severity::warning, event, fields);
    }
  }
}

RunIdentity Runs::identify(const RunOrder& order) {
  const TimePoint now = services_.clock.now();
  // The millisecond tells runs of different lives of the daemon apart, the count those of one millisecond; it begins
  // anywhere, since another acron may start runs in the same ones.
  std::array<char, 32> id{};
  std::snprintf(id.data(), id.size(), "%011llx-%04x", static_cast<unsigned long long>(now.time_since_epoch().count()),
                count_++ & 0xffffU);
  return {order.definition->name, id.data(), order.occurrence.due, now};
}

Task<> Runs::wait_for_turn(Turn turn) {
  const bool starts = co_await may_start(*turn);
  leave_lock_queue(*turn);
  const RunOrder order = std::move(turn->order);
  const std::string withdrawn = std::move(turn->withdrawn);
  turns_.erase(turn);
  --jobs_[order.definition->name].waiting;
  if (!starts) {
    log_skip(order, withdrawn.empty() ? "acron ends" : withdrawn);
    services_.journal.dequeued(order.definition->name, order.occurrence.due);
    co_return forget_if_idle(order.definition->name);
  }
  Running& running = add_running({identify(order), order});
  co_await see_through(running);
}

Runs::Running& Runs::add_running(Running running) {
  ++running_;
  const JobDefinition& definition = *running.order.definition;
  if (!definition.settings->lock.empty()) locks_.insert(definition.settings->lock);
  return jobs_[definition.name].running.emplace_back(std::move(running));
}

/// However a run ends, its job must be free to run again.
Task<> Runs::see_through(Running& running) {
  const std::string name = running.identity.job, lock = running.order.definition->settings->lock;
  try {
    co_await carry_out(running);
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) throw;  // cancelled: we may be gone
    log_run_fault(running.identity, error);
  } catch (const std::exception& error) {
    log_run_fault(running.identity, error);
  }
  jobs_[name].running.remove_if([&](const Running& other) { return &other == &running; });
  if (!lock.empty()) locks_.erase(lock);
  --running_;
  forget_if_idle(name);
  changed();
  if (ended_) ended_();
}

/// Waits until the run's turn has come; false when it does not come any more.
Task<bool> Runs::may_start(const WaitingRun& run) {
  OfJob& job = jobs_[run.order.definition->name];
  if (run.decision == OverlapDecision::replace) {
    for (Running& running : job.running) running.end.make();
    changed();  // one may wait for its next attempt
  }
  const auto previous_runs = [&] { return run.decision != OverlapDecision::start && !job.running.empty(); };
  if (previous_runs()) {
    note_wait(run.order, "the previous run");
  } else if (!lock_is_free_for(run)) {
    note_wait(run.order, "the lock");
  }
  const auto may_still_start = [&] { return !stopped_ && run.withdrawn.empty(); };
  while ((previous_runs() || !lock_is_free_for(run) || held_) && may_still_start()) co_await wait_for_change();
  co_return may_still_start();
}

void Runs::note_wait(const RunOrder& order, std::string_view what) {
  log_wait(order, what);
  services_.journal.queued(order.definition->name, order.occurrence, what);
}

/// Those that wait for a lock get it in the order in which they became due.
bool Runs::lock_is_free_for(const WaitingRun& run) const {
  const std::string& lock = run.order.definition->settings->lock;
  return lock.empty() || (locks_.count(lock) == 0 && lock_queues_.find(lock)->second.front() == &run);
}

void Runs::enter_lock_queue(const WaitingRun& run) {
  const std::string& lock = run.order.definition->settings->lock;
  if (!lock.empty()) lock_queues_[lock].push_back(&run);
}

void Runs::leave_lock_queue(const WaitingRun& run) {
  const auto queue = lock_queues_.find(run.order.definition->settings->lock);
  if (queue == lock_queues_.end()) return;
  queue->second.remove(&run);
  if (queue->second.empty()) lock_queues_.erase(queue);
}

Command Runs::command_of(Running& running) {
  const JobDefinition& definition = *running.order.definition;
  running.watch.outlives_kill = [&identity = running.identity] { log_outlives_kill(identity); };
  running.watch.asked_to_end = [this, &identity = running.identity](Duration grace) {
    services_.journal.asked_to_end(identity.id, services_.clock.now() + grace);
  };
  return {definition.command,
          run_environment(running.identity),
          definition.time_limit,
          definition.settings,
          running.account,
          &running.end,
          &running.watch,
          std::exchange(running.begun, {}),
          {},
          joins_streams(definition)};
}

Task<> Runs::carry_out(Running& running) {
  if (running.phase == Phase::left) co_return co_await see_left(running);
  if (running.phase == Phase::beginning) {
    const bool starts = co_await start(running);
    // Only now: a kill between the two would leave no trace of it.
    services_.journal.dequeued(running.identity.job, running.order.occurrence.due);
    if (!starts) co_return;
  }
  if (running.phase == Phase::under_way) co_await attempts(running);
  running.phase = Phase::ending;
  co_await finish(running);
}

/// A run that takes long to begin is told to wait, as one whose turn has not come: should acron be killed meanwhile,
/// the next one knows of it.
class Runs::SlowBeginning {
 public:
  SlowBeginning(Runs& runs, const RunOrder& order, const char* waits_for)
      : timer_(runs.executor_, slow), goes_on_(std::make_shared<bool>(true)) {
    timer_.async_wait([goes_on = std::weak_ptr(goes_on_), &runs, &order, waits_for](const auto& cancelled) {
      if (!cancelled && !goes_on.expired()) runs.note_wait(order, waits_for);
    });
  }

 private:
  static constexpr auto slow = std::chrono::seconds(1);

  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> goes_on_;
};

/// False when its gates don't let it.
Task<bool> Runs::start(Running& running) {
  const RunOrder& order = running.order;
  {
    const SlowBeginning slow(*this, order, "its user to be looked up");
    co_await look_user_up(running);
  }
  std::string refusal;
  {
    const SlowBeginning slow(*this, order, "its `if each-run`");
    refusal = co_await refusal_of_gates(running);
  }
  if (!refusal.empty()) {
    log_skip(order, refusal);
    if (order.definition->catch_up) services_.journal.passed_over(order.definition->name, order.occurrence.tick);
    co_return false;
  }
  if (stopped_) running.withdrawn = "acron ends";
  if (!running.withdrawn.empty()) {
    log_skip(order, running.withdrawn);
    co_return false;
  }
  running.identity.started = services_.clock.now();
  running.is_announced = false;
  services_.journal.started(running.identity, order.occurrence, order.definition->time_limit);
  if (running.no_account.empty()) open_output(running);
  running.progress.first_begin = std::chrono::steady_clock::now();
  running.phase = Phase::under_way;
  co_return true;
}

Task<> Runs::look_user_up(Running& running) {
  const auto account = co_await services_.accounts.account_for(*running.order.definition->settings);
  if (account) running.account = *account;
  running.no_account = account ? std::string() : account.error().message;
}

/// Once a child has begun, or none can: what a kill of acron forestalls is not said to have started.
void Runs::announce(Running& running) {
  if (!std::exchange(running.is_announced, true)) log_start(running.identity);
}

void Runs::open_output(Running& running) {
  running.output =
      services_.outputs.open(running.order.definition, running.identity, {running.no_account.empty(), running.account});
}

Task<> Runs::finish(Running& running) {
  if (!running.output) open_output(running);
  const RunProgress& progress = running.progress;
  const RunRecord record{running.identity,
                         progress.outcome,
                         judge(running.order.definition->failure, progress.outcome),
                         progress.duration,
                         services_.journal.incident(running.identity.job),
                         progress.failed_attempts};
  log_end(record);
  services_.journal.ended(record, running.output->owed(record));
  co_await running.output->close(record);
}

/// Which `if each-run` says no, and why; empty when none does, or when there is nobody to ask as.
Task<std::string> Runs::refusal_of_gates(Running& running) {
  if (!running.no_account.empty()) co_return std::string();
  NoOutput nowhere;
  const Command like = command_of(running);
  for (const std::string& text : like.settings->run_gates) {
    const Command command{text, like.environment, gate_limit, like.settings, like.account, &running.end};
    const RunOutcome outcome = co_await services_.launcher.run(command, nowhere);
    // It has said nothing, and nothing begins any more.
    if (outcome.ended_with_acron || running.end.made()) co_return std::string();
    const Verdict verdict = judge({}, outcome);
    if (verdict.failed) co_return "`if each-run " + text + "`: " + verdict.reason;
  }
  co_return std::string();
}

/// Each waits on a timer of its own, since a timer has one time only.
Task<> Runs::wait_for_change(std::optional<Duration> at_most) {
  boost::asio::steady_timer timer(executor_);
  const auto waiting = waiting_.insert(waiting_.end(), &timer);
  if (at_most) {
    timer.expires_after(*at_most);
  } else {
    timer.expires_at(std::chrono::steady_clock::time_point::max());
  }
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  co_await leave_if_cancelled();
  waiting_.erase(waiting);
}

void Runs::changed() {
  for (boost::asio::steady_timer* timer : waiting_) timer->cancel();
}

void Runs::forget_if_idle(const std::string& name) {
  const auto found = jobs_.find(name);
  if (found != jobs_.end() && found->second.running.empty() && found->second.waiting == 0) jobs_.erase(found);
}

}  // namespace acron
