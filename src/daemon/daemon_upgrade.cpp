// SIGUSR2: acron executes its new program in place, while the runs go on.

#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/blocking_pool.hpp"
#include "acron/runtime/loop/quietly.hpp"
#include "daemon.hpp"
#include "signals_held_back.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

using Steady = std::chrono::steady_clock;

constexpr auto a_moment = std::chrono::milliseconds(10);
/// A pool that is stuck must not hold us up for ever.
constexpr auto longest_question = longest_answer + std::chrono::seconds(5);
/// A mail server that answers has taken what waits by then; a message that it is just being given may come twice.
constexpr auto longest_delivery = std::chrono::seconds(2);
constexpr std::chrono::milliseconds longest_log = std::chrono::seconds(1);
/// What is being written is written by then, unless its disk hangs.
constexpr auto longest_trial = std::chrono::seconds(10);
/// Runs of each second take place even when they start as late as that.
constexpr std::chrono::milliseconds shortest_hold(100), longest_hold(800), between_holds(50);
constexpr auto state_is_needed = "the state can't be written, and mail or records that are owed would be lost";

Task<> ask(asio::thread_pool& pool, Program program, std::string answer,
           std::shared_ptr<std::optional<std::string>> objection) {
  auto question = [program = std::move(program), answer = std::move(answer)] { return objection_to(program, answer); };
  *objection = co_await off_the_loop(pool.get_executor(), std::move(question));
}

OpenRun as_open(const StartedRun& run) {
  OpenRun open{
      run.identity, run.order.occurrence.tick, run.order.definition->time_limit, {}, run.progress.failed_attempts};
  if (run.command) open.process = identify_process(run.command->pid);
  return open;
}

}  // namespace

void Daemon::take_over(HandedOver handed) {
  if (!handed.state) {
    return log(Severity::error, "upgrade-failed",
               {{"reason", "what the program before left is not understood: " + handed.trouble}});
  }
  Handover& state = *handed.state;
  std::erase_if(left_runs_, [&](const OpenRun& left) {
    return std::any_of(state.runs.started.begin(), state.runs.started.end(),
                       [&](const StartedRun& run) { return run.identity.id == left.identity.id; });
  });
  left_ends_.insert(state.ended.begin(), state.ended.end());
  forget_ended();
  // Those that are left are adopted anew.
  log(Severity::info, "upgraded",
      {{"running", std::to_string(state.runs.started.size() + left_runs_.size())},
       {"waiting", std::to_string(state.runs.waiting.size())}});
  recipient_limit_.take_over(state.mailed);
  for (const StartedRun& run : state.runs.started) store_.take_over(as_open(run));
  for (const WaitingRun& run : state.runs.waiting)
    store_.take_over(run.order.definition->name, run.order.occurrence.due);
  take_over_zone(state.zone);
  scheduler_.take_over(std::move(state.jobs));
  go_on_with(state.definitions, std::move(state.missing));
  streams_.take_over(std::move(state.waiting_lines));  // before what runs print from now on
  runs_.take_over(std::move(state.runs));
  for (LeftOutput& left : state.left)
    launcher_.take_left(left, left.to ? outputs_.go_on_late(*std::move(left.to)) : nullptr);
  if (!state.forsaken.empty()) tasks_.start("forsaken", ProcessLauncher::forget(std::move(state.forsaken)));
}

/// Their files may have turned bad, or be gone, since the last look of the image before.
void Daemon::go_on_with(const std::vector<SharedDefinition>& jobs, std::vector<MissingJobs> missing) {
  std::set<std::string> names;
  for (const SharedDefinition& job : jobs) names.insert(job->name);
  missing_jobs_ = std::move(missing);
  tree_.keep(names, missing_jobs_);
  scheduler_.go_on_with(jobs, jobs.size() >= many_jobs ? Severity::debug : Severity::info);
}

void Daemon::begin_upgrade() {
  if (ending_) return log(Severity::error, "upgrade-failed", {{"reason", "acron ends"}});
  upgrade_again_ = true;
  if (!ready_) return;  // what the image before handed over is not all taken up; say_ready() comes back to it
  if (std::exchange(upgrading_, true)) return;
  tasks_.start("upgrade", upgrade());
}

Task<> Daemon::upgrade() {
  while (upgrade_again_ && !ending_) {
    service_manager_.reloading();
    log(Severity::info, "upgrade", {{"program", seat_.program.path}, {"running", std::to_string(runs_.begun())}});
    const std::string reason = co_await try_to_upgrade();
    log(Severity::error, "upgrade-failed", {{"reason", reason}});
    if (!ending_) service_manager_.ready(std::to_string(scheduler_.size()) + " jobs");
  }
  upgrading_ = false;
}

/// Returns only when it did not work, and why.
Task<std::string> Daemon::try_to_upgrade() {
  std::string reason;
  upgrade_again_ = false;
  if (lock_lost_because_) co_return "the lock file is lost: " + *lock_lost_because_;
  reason = co_await try_state();
  if (!reason.empty()) co_return reason;
  do {
    upgrade_again_ = false;  // an answer says nothing of a program that was put there since
    reason = co_await ask_program();
  } while (reason.empty() && upgrade_again_);
  if (!reason.empty()) co_return reason;
  co_await wait_for_couriers();
  const bool log_blocks = !co_await wait_for_log();
  co_return co_await hand_over(log_blocks);
}

/// Learns whether the state can be written before anything is held for it, and has a spoiled file replaced while memory
/// still has what it held. Why it must not go on; empty if it may.
Task<std::string> Daemon::try_state() {
  const auto until = Steady::now() + longest_trial;
  const auto before = store_.counters().commits;
  store_.write_early();
  asio::steady_timer timer(loop_);
  while (store_.is_writing() && store_.counters().commits == before) {
    if (Steady::now() >= until) co_return "the state can't be written: its disk does not answer";
    timer.expires_after(a_moment);
    co_await timer.async_wait(quietly);
  }
  if (mail_would_be_lost()) co_await wait_for_couriers();
  co_return mail_would_be_lost() ? state_is_needed : "";
}

/// No file has it, and the disk can't take it.
bool Daemon::mail_would_be_lost() const {
  const auto state = store_.counters();
  return state.in_trouble && (state.has_salvage || store_.unkept_mails() > 0);
}

/// Why the new program had better not be executed.
Task<std::string> Daemon::ask_program() {
  const auto until = Steady::now() + longest_question;
  const auto objection = std::make_shared<std::optional<std::string>>();
  // A task of its own: threads that hang in a dead disk would keep us waiting.
  auto answer = answer_of(options_.run_directory, options_.state_directory);
  tasks_.start("ask", ask(pool_, seat_.program, std::move(answer), objection));
  asio::steady_timer timer(loop_);
  while (!*objection && Steady::now() < until) {
    timer.expires_after(a_moment);
    co_await timer.async_wait(quietly);
  }
  co_return objection->value_or(
      "no thread is free to ask the new program: a disk does not answer, that of the tree or of zone files");
}

Task<> Daemon::wait_for_couriers() {
  const auto until = Steady::now() + longest_delivery;
  asio::steady_timer timer(loop_);
  while (courier_.waiting() + webhooks_.waiting() > 0 && Steady::now() < until && !ending_) {
    timer.expires_after(a_moment);
    co_await timer.async_wait(quietly);
  }
}

/// Whether it has taken every line so far: one that blocks must not hold up the loop when it is closed.
Task<bool> Daemon::wait_for_log() {
  const auto until = Steady::now() + longest_log;
  asio::steady_timer timer(loop_);
  while (!log_is_written() && Steady::now() < until) {
    timer.expires_after(a_moment);
    co_await timer.async_wait(quietly);
  }
  co_return log_is_written();
}

/// Returns only when it did not work, and why. Where something takes its time, all goes on between two holds, so that
/// no start is late by more than one of them.
Task<std::string> Daemon::hand_over(bool log_blocks) {
  const auto deadline = Steady::now() + longest_trial;
  asio::steady_timer timer(loop_);
  for (auto hold = shortest_hold; !ending_ && !mail_would_be_lost(); hold = std::min(2 * hold, longest_hold)) {
    auto reason = co_await hold_and_hand_over(Steady::now() + hold, log_blocks);
    if (reason) co_return *std::move(reason);
    if (Steady::now() >= deadline) co_return "what runs print, or what is recorded, could not be written within 10 s";
    timer.expires_after(between_holds);
    co_await timer.async_wait(quietly);
  }
  co_return ending_ ? "acron ends" : state_is_needed;
}

/// Returns nothing when there was no rest by then.
Task<std::optional<std::string>> Daemon::hold_and_hand_over(Steady::time_point until, bool log_blocks) {
  std::optional<std::string> reason;
  runs_.hold(true);
  launcher_.hold(true);
  streams_.take_all(true);
  do {
    if (!co_await come_to_rest(until)) break;
    auto waiting_lines = streams_.stop();
    if (auto handover = all_that_goes_on()) {
      handover->waiting_lines = std::move(waiting_lines);
      reason = execute_with(*std::move(handover), log_blocks);
    }
    streams_.resume();
  } while (!reason && Steady::now() < until);
  streams_.take_all(false);
  launcher_.hold(false);
  runs_.hold(false);
  co_return reason;
}

/// Runs that are just ending end, output that was read is written, and what was recorded is on the disk.
Task<bool> Daemon::come_to_rest(Steady::time_point until) {
  asio::steady_timer timer(loop_);
  while (!ending_ && !mail_would_be_lost()) {
    // A state that can't be written now is no reason to stay as we are, unless mail would be lost.
    const bool is_safe = store_.at_rest() || (store_.counters().in_trouble && !store_.is_writing());
    if (is_safe && runs_.at_rest() && launcher_.at_rest()) co_return true;
    if (Steady::now() >= until) break;
    timer.expires_after(a_moment);
    co_await timer.async_wait(quietly);
  }
  co_return false;
}

std::optional<Handover> Daemon::all_that_goes_on() {
  Handover handover;
  handover.pid = ::getpid();
  if (const auto process = identify_process(handover.pid)) handover.started = process->started;
  handover.program = seat_.program;
  handover.open_files = open_files_of_children_;
  handover.zone = site_.zone.name();
  handover.zones = TimeZone::save();
  handover.jobs = scheduler_.state_at(clock_.now());  // may begin runs, which then wait
  handover.definitions = scheduler_.definitions();
  handover.missing = missing_jobs_;
  handover.mailed = recipient_limit_.state();
  handover.ended = store_.unwritten_ends();
  handover.ended.insert(handover.ended.end(), left_ends_.begin(), left_ends_.end());
  auto runs = runs_.state();
  if (!runs) return std::nullopt;
  handover.runs = *std::move(runs);
  if (!launcher_.at_rest()) return std::nullopt;
  handover.left = launcher_.left();
  handover.forsaken = launcher_.processes();
  std::erase_if(handover.forsaken, [&](pid_t process) {
    const auto& started = handover.runs.started;
    return std::any_of(started.begin(), started.end(),
                       [&](const StartedRun& run) { return run.command && run.command->pid == process; });
  });
  return handover;
}

/// Returns why it could not.
std::string Daemon::execute_with(Handover handover, bool log_blocks) {
  close_log(log_blocks ? std::chrono::milliseconds(0) : longest_log);
  handover.lost_log_lines = lost_log_lines();
  std::string reason;
  {
    const SignalsHeldBack held;
    const HandingOver handing(handover, seat_.lock.descriptor());
    reason = handing.trouble().empty() ? execute(seat_.program) : handing.trouble();
  }
  if (!options_.foreground && ::chdir("/") != 0) reason += "; and / is gone";
  open_log(options_.log, options_.verbose ? Severity::debug : Severity::info);
  return reason;
}

}  // namespace acron
