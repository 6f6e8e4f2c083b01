#include "acron/runtime/process/process_launcher.hpp"

#include <sys/types.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <string_view>
#include <utility>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/log/log.hpp"
#include "acron/runtime/loop/own_thread.hpp"
#include "acron/runtime/loop/task_group.hpp"
#include "acron/runtime/process/left_reader.hpp"
#include "child_start.hpp"
#include "child_supervision.hpp"
#include "launch_threads.hpp"
#include "left_pipes.hpp"
#include "listened_pipes.hpp"
#include "orphans.hpp"
#include "process_environment.hpp"
#include "pump.hpp"
#include "run_cgroups.hpp"
#include "run_family.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr auto between_sweeps = std::chrono::seconds(5);
constexpr std::size_t most_searches = 16;  // that hang

Result<std::unique_ptr<RunCgroups>> try_cgroups(const LauncherOptions& options) {
  if (!options.cgroups) return Error{"cgroups are not wanted"};
  LaunchPad pad;
  if (!options.cgroup_directory.empty()) return RunCgroups::open(options.cgroup_directory, pad);
  const auto own = RunCgroups::own_directory();
  if (!own) return own.error();
  return RunCgroups::open(*own, pad);
}

/// Null where runs are followed without.
std::unique_ptr<RunCgroups> open_cgroups(const LauncherOptions& options) {
  auto opened = try_cgroups(options);
  if (!opened) {
    log(Severity::debug, "accounting", {{"accounting", "process-group"}, {"reason", opened.error().message}});
    return nullptr;
  }
  log(Severity::debug, "accounting", {{"accounting", "cgroup"}, {"controllers", (*opened)->controllers()}});
  return std::move(*opened);
}

/// How processes of a run are known that have left its group, where there is no cgroup. Among our own children its id
/// tells them; among all that live, where another acron may have given the same id, only its mark with our key does.
std::function<bool(pid_t)> membership(const Command& command, const std::optional<DigestKey>& key) {
  const std::string_view name = "ACRON_RUN_ID=";
  const auto line = std::find_if(command.environment.begin(), command.environment.end(),
                                 [&](const std::string& entry) { return entry.starts_with(name); });
  if (line == command.environment.end()) return [](pid_t) { return false; };
  if (!command.begun || command.begun->is_child)
    return [own = *line](pid_t pid) { return std::ranges::count(environment_lines(pid, own), own) > 0; };
  return [run = line->substr(name.size()), key](pid_t pid) {
    const auto mark = key ? mark_on(pid, *key) : std::nullopt;
    return mark && mark->identity.id == run;
  };
}

/// A group bounds the run as a whole; beside it, what bounds each process (or all that the user has) would only be in
/// the way of programs that reserve more than they use.
void leave_limits_to(const RunCgroup& cgroup, ChildPlan& plan) {
  std::erase_if(plan.limits, [&](const auto& limit) {
    return (limit.first == RLIMIT_AS && cgroup.bounds_memory) ||
           (limit.first == RLIMIT_NPROC && cgroup.bounds_processes);
  });
}

/// A group costs as much as the start itself: it is made for runs of which something is asked that nothing else can do.
bool is_worth_a_cgroup(const Command& command) {
  const RunSettings& settings = *command.settings;
  return command.time_limit || settings.limits.memory || settings.limits.processes ||
         settings.overlap == OverlapPolicy::replace;
}

/// While it lives, a child is just being started.
class Beginning {
 public:
  Beginning(Child& child, ChildStart& start, std::size_t& count) : start_(start), count_(count) {
    start_.on_over([&child] { child.timer.cancel(); });
    ++count_;
  }
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;
  ~Beginning() {
    --count_;
    start_.on_over(nullptr);
  }

 private:
  ChildStart& start_;
  std::size_t& count_;
};

std::optional<CommandState> state_of(Child& child, const Pump& out, const Pump& err) {
  if (!out.at_rest() || !err.at_rest()) return std::nullopt;
  CommandState state;
  state.pid = child.pid;
  state.exit = child.exit.native_handle();
  if (!out.ended()) state.out = child.out.native_handle();
  if (!err.ended()) state.err = child.err.native_handle();
  state.stdout_bytes = child.outcome.stdout_bytes;
  state.stderr_bytes = child.outcome.stderr_bytes;
  state.limit_ends = child.limit_ends;
  state.kill_due = child.kill_due;
  state.timed_out_after = child.outcome.timed_out_after;
  state.is_child = child.is_child;
  state.streams_joined = child.outcome.streams_joined;
  if (child.cgroup) state.cgroup = child.cgroup->name;
  return state;
}

}  // namespace

ProcessLauncher::ProcessLauncher(asio::any_io_executor executor, ChildSurroundings surroundings,
                                 const LauncherOptions& options)
    : executor_(std::move(executor)),
      surroundings_(std::move(surroundings)),
      cgroups_(open_cgroups(options)),
      launches_(std::make_unique<LaunchThreads>(executor_)),
      listening_(std::make_unique<ListenedPipes>(executor_)),
      searches_(std::make_unique<OwnThread>(executor_, most_searches)),
      left_(std::make_unique<LeftPipes>(executor_, *listening_, spare_block_, hold_.held())),
      sweep_(executor_) {
  // Ignored by whoever started us, it would have the kernel reap children before we have learnt how they ended.
  struct sigaction chld {};
  if (::sigaction(SIGCHLD, nullptr, &chld) == 0 && chld.sa_handler == SIG_IGN) ::signal(SIGCHLD, SIG_DFL);
  adopt_orphans();
  sweep_later();
}

ProcessLauncher::~ProcessLauncher() = default;

void ProcessLauncher::end_all(SteadyTime kill_by) {
  kill_by_ = kill_by;
  for (EndRequest* end : ends_) end->make_before(kill_by);
}

void ProcessLauncher::leave_running() const {
  const auto dropped = left_->dropped();
  const bool is_read = leave_reader_of(listening_->all());
  LeftPipes::log_dropped(
      dropped, is_read ? "acron ends: acron-reader throws away what they print from now on"
                       : "acron ends, and acron-reader can't be started: their next word ends them (SIGPIPE)");
}

void ProcessLauncher::terminate_others() const {
  for (const ProcessEntry& process : apart_from(children_, ::getpid(), process_table())) {
    for (const int signal : {SIGTERM, SIGCONT}) signal_process(process, signal);
  }
}

bool ProcessLauncher::has_others() const { return !apart_from(children_, ::getpid(), process_table()).empty(); }

bool ProcessLauncher::at_rest() const { return !is_starting() && left_->at_rest(); }

std::vector<LeftOutput> ProcessLauncher::left() const { return left_->state(); }

void ProcessLauncher::take_left(const LeftOutput& left, std::shared_ptr<LateReceiver> late) {
  Child child(executor_);
  CommandState state;
  state.out = left.out;
  state.err = left.err;
  if (resume_child(child, state)) return;
  for (const int pipe : {left.out, left.err}) listening_->add(pipe);
  left_->take(std::move(child.out), std::move(child.err), std::move(late));
}

void ProcessLauncher::watch_pipes(LastingPipes lasting) { listening_->watch(std::move(lasting)); }

Task<RunOutcome> ProcessLauncher::run(const Command& command, OutputReceiver& receiver) {
  Child child(executor_);
  if (co_await begin(child, command)) {
    co_await see_through(child, command, receiver);
    reap(child);
    children_.erase(child.pid);
    if (!is_starting()) reap_orphans(children_);  // else one of them may be a child that has ended at once
  }
  if (child.cgroup) cgroups_->remove(*child.cgroup);
  sweep_later();
  co_return std::move(child.outcome);
}

Task<bool> ProcessLauncher::begin(Child& child, const Command& command) {
  child.is_of_run = membership(command, mark_key_);
  child.outcome.streams_joined = command.joins_streams;
  if (command.begun) co_return resume(child, *command.begun);
  const bool begun = co_await start(child, command);  // in the condition, g++ 12 would mistake its frame
  if (!begun) co_return false;
  child.open_pipes = command.joins_streams ? 1 : 2;
  if (command.time_limit) child.limit_ends = std::chrono::steady_clock::now() + command.time_limit->limit;
  if (command.watch != nullptr && command.watch->started) command.watch->started(child.pid);
  co_return true;
}

bool ProcessLauncher::resume(Child& child, const CommandState& state) {
  if (const auto failed = resume_child(child, state)) {
    child.outcome.ending = NotStarted{"its process can't be watched any more: " + failed.message()};
    return false;
  }
  if (cgroups_ && !state.cgroup.empty()) child.cgroup = cgroups_->of_name(state.cgroup);
  if (cgroups_ && !state.is_child) child.cgroup = cgroups_->of_left_process(state.pid, child.exit.native_handle());
  if (child.is_child) children_.insert(child.pid);
  return true;
}

Task<bool> ProcessLauncher::start(Child& child, const Command& command) {
  if (kill_by_) {
    child.outcome.ended_with_acron = true;
    child.outcome.ending = NotStarted{"acron ends"};
    co_return false;
  }
  ChildPlan plan = plan_for(command, surroundings_, mark_key_);
  plan.starts = starts_;
  if (std::string objection = plan.objection(); !objection.empty()) {
    child.outcome.ending = NotStarted{std::move(objection)};
    co_return false;
  }
  if (cgroups_ && is_worth_a_cgroup(command)) child.cgroup = cgroups_->make(command.settings->limits);
  if (child.cgroup) leave_limits_to(*child.cgroup, plan);
  // Asked once, since it takes 64 system calls: whoever wants a signal has said so by the first run.
  if (!caught_or_ignored_) caught_or_ignored_ = std::make_shared<const std::vector<int>>(signals_caught_or_ignored());
  const auto launch = std::make_shared<ChildStart>(command.text, std::move(plan), caught_or_ignored_);
  std::string failure = co_await see_started(child, launch);
  if (starts_ != nullptr && command.of_run) starts_->say_trouble();
  if (failure.empty()) co_return true;
  child.outcome.ending = NotStarted{std::move(failure)};
  co_return false;
}

/// Why it was not started. A start that takes long goes on beside us, as the child's own affair.
Task<std::string> ProcessLauncher::see_started(Child& child, const std::shared_ptr<ChildStart>& start) {
  if (const auto failed = start->prepare(child)) co_return failed.message();
  const Beginning beginning(child, *start, starting_);
  launches_->carry_out(start);
  do {
    child.timer.expires_after(LaunchThreads::patience);
    co_await child.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (start->is_over() || start->pid() > 0) continue;
    if (auto objection = launches_->help(*start)) co_return *std::move(objection);
  } while (!start->is_over() && start->pid() == 0);
  co_return take_up(child, start);
}

/// Watches the child that there is now. One that has not got to its program has never run, and nobody else would reap
/// it.
std::string ProcessLauncher::take_up(Child& child, const std::shared_ptr<ChildStart>& start) {
  child.pid = start->pid();
  Descriptor exited(start->take_exited());
  std::string failure = start->is_over() ? start->failure() : std::string();
  boost::system::error_code refused;
  if (failure.empty()) child.exit.assign(exited.number(), refused);
  if (refused) {
    ::kill(-child.pid, SIGKILL);
    failure = refused.message();
  }
  if (failure.empty()) {
    static_cast<void>(exited.release());
    children_.insert(child.pid);
    if (!start->is_over()) child.start = start;
    return {};
  }
  if (child.pid > 0) ::waitpid(child.pid, nullptr, 0);
  return failure;
}

Task<> ProcessLauncher::see_through(Child& child, const Command& command, OutputReceiver& receiver) {
  for (auto* pipe : {&child.out, &child.err}) listening_->add(pipe->native_handle());
  Pump out(child, child.out, Stream::out, child.outcome.stdout_bytes, receiver, spare_block_, hold_.held());
  Pump err(child, child.err, Stream::err, child.outcome.stderr_bytes, receiver, spare_block_, hold_.held());
  EndRequest own;
  EndRequest& end = command.end_request != nullptr ? *command.end_request : own;
  end.listen([&child] { child.timer.cancel(); });
  ends_.insert(&end);
  if (kill_by_) end.make_before(*kill_by_);  // made while the child was just being started
  if (command.watch != nullptr) command.watch->state = [&] { return state_of(child, out, err); };
  co_await all_of(out.run(), err.run(), watch_exit(child, hold_), supervise(child, command, end, {*searches_, hold_}));
  child.outcome.held = std::chrono::floor<Duration>(hold_.total() - child.held_before_exit);
  if (command.watch != nullptr) command.watch->state = nullptr;
  ends_.erase(&end);
  end.listen(nullptr);
  let_go_of_pipes(child, out, err, receiver);
}

/// Those that something left behind still holds are read on.
void ProcessLauncher::let_go_of_pipes(Child& child, const Pump& out, const Pump& err, OutputReceiver& receiver) {
  if (!out.left_open()) close_pipe(child.out, *listening_);
  if (!err.left_open()) close_pipe(child.err, *listening_);
  std::vector<Stream> left;
  if (child.out.is_open()) left.push_back(Stream::out);
  if (child.err.is_open()) left.push_back(Stream::err);
  child.outcome.output_left_open = !left.empty();
  if (!left.empty()) left_->take(std::move(child.out), std::move(child.err), receiver.late(left));
}

Task<> ProcessLauncher::forget(std::vector<pid_t> processes) {
  const auto is_living_child = [](pid_t process) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
  };
  for (const pid_t process : processes) {
    if (is_living_child(process)) ::kill(-process, SIGKILL);
  }
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!processes.empty()) {
    std::erase_if(processes, [](pid_t process) { return ::waitpid(process, nullptr, WNOHANG) != 0; });
    timer.expires_after(std::chrono::milliseconds(100));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

/// For what a run has left behind, as long as anything may be; a machine that does nothing is not woken up.
void ProcessLauncher::sweep_later() {
  if (std::exchange(sweep_is_due_, true)) return;
  sweep_.expires_after(between_sweeps);
  sweep_.async_wait([this](const boost::system::error_code& stopped) {
    if (!stopped) sweep();  // else we may be gone
  });
}

void ProcessLauncher::sweep() {
  sweep_is_due_ = false;
  const bool children_left = is_starting() || reap_all_orphans(children_);
  if (cgroups_) cgroups_->tidy();
  if (children_left || (cgroups_ && cgroups_->has_lingering())) sweep_later();
}

}  // namespace acron
