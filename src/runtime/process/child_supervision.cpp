#include "child_supervision.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>

#include "acron/runtime/files/descriptor.hpp"
#include "child_start.hpp"
#include "run_processes.hpp"

#include "acron/runtime/loop/quietly.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr auto listen_after_exit = std::chrono::seconds(1);
constexpr auto between_looks = std::chrono::milliseconds(100);

/// Asks the kernel: nobody may have noticed it yet.
bool has_ended(Child& child) {
  pollfd end{child.exit.native_handle(), POLLIN, 0};
  return ::poll(&end, 1, 0) == 1;
}

/// False when the deadline came before `done` held; without one it never comes.
template <typename Condition>
Task<bool> wait_until(Child& child, std::optional<SteadyTime> deadline, Condition done) {
  while (!done()) {
    if (deadline && std::chrono::steady_clock::now() >= *deadline) co_return false;
    child.timer.expires_at(deadline.value_or(SteadyTime::max()));
    co_await child.timer.async_wait(quietly);
  }
  co_return true;
}

/// The end of acron may bring it forward at any time.
SteadyTime kill_time(const Child& child, const EndRequest& end) {
  return std::min(*child.kill_due, end.kill_by().value_or(SteadyTime::max()));
}

/// Until all of it has ended: a shell dies of its SIGTERM at once, while what it started still cleans up.
Task<> wait_for_all(Child& child, const EndRequest& end, const RunProcesses& processes) {
  for (auto until = kill_time(child, end); std::chrono::steady_clock::now() < until; until = kill_time(child, end)) {
    if (child.finished() && !processes.any_alive()) co_return;
    child.timer.expires_at(child.finished() ? std::min(until, std::chrono::steady_clock::now() + between_looks)
                                            : until);
    co_await child.timer.async_wait(quietly);
  }
}

/// Whether all are closed before they could have been read for a second. While reading is held, nobody can know that
/// they are.
Task<bool> wait_for_pipes(Child& child, const ReadingHold& hold) {
  const auto begin = std::chrono::steady_clock::now() - hold.total();
  const auto end = [&] { return begin + hold.total() + listen_after_exit; };
  do {
    const auto until = hold.held() ? std::max(end(), std::chrono::steady_clock::now() + between_looks) : end();
    if (co_await wait_until(child, until, [&] { return child.open_pipes == 0; })) co_return true;
  } while (hold.held() || std::chrono::steady_clock::now() < end());
  co_return false;
}

/// TERM, if that was not sent before, then KILL. The kill is sent even when the leader obeyed, for those that did not.
Task<> end_child(Child& child, const Command& command, const EndRequest& end, OwnThread& searches) {
  RunProcesses processes(child, searches);
  if (!child.kill_due) {
    const Duration grace = command.time_limit ? command.time_limit->grace : end_grace;
    child.kill_due = std::chrono::steady_clock::now() + grace;
    if (command.watch != nullptr && command.watch->asked_to_end) command.watch->asked_to_end(grace);
    co_await processes.terminate();
  }
  co_await wait_for_all(child, end, processes);
  co_await processes.kill();
  const auto has_exited = [&] { return child.exited; };
  const bool is_dead = co_await wait_until(child, std::chrono::steady_clock::now() + overdue_death, has_exited);
  if (!is_dead && command.watch != nullptr && command.watch->outlives_kill) command.watch->outlives_kill();
  co_await wait_until(child, std::nullopt, has_exited);
}

Usage usage_of(const rusage& used) {
  const auto milliseconds = [](const timeval& time) { return Duration(time.tv_sec * 1000 + time.tv_usec / 1000); };
  constexpr std::uint64_t kibibyte = 1024;  // the unit of ru_maxrss (getrusage(2))
  return {milliseconds(used.ru_utime) + milliseconds(used.ru_stime),
          static_cast<std::uint64_t>(used.ru_maxrss) * kibibyte, Accounting::process_group};
}

/// As far as the group tells it; the rest stays as it is.
Usage counted_by(const RunCgroup& cgroup, Usage usage) {
  const auto cpu_time = cgroup.cpu_time();
  if (!cpu_time) return usage;
  usage.cpu_time = std::chrono::floor<Duration>(*cpu_time);
  usage.accounting = Accounting::cgroup_cpu;
  const auto peak_memory = cgroup.peak_memory();
  if (!peak_memory) return usage;
  usage.peak_memory = *peak_memory;
  usage.accounting = Accounting::cgroup;
  return usage;
}

}  // namespace

boost::system::error_code resume_child(Child& child, const CommandState& state) {
  boost::system::error_code failed;
  const auto take = [&failed](asio::posix::stream_descriptor& place, int number) {
    boost::system::error_code refused;
    Descriptor descriptor(number);
    if (descriptor) place.assign(number, refused);
    if (refused)
      failed = refused;
    else
      static_cast<void>(descriptor.release());
  };
  take(child.exit, state.exit);
  take(child.out, state.out);
  take(child.err, state.err);
  for (auto* pipe : {&child.out, &child.err}) {
    if (!pipe->is_open()) continue;
    boost::system::error_code ignored;  // it was made so when it was opened
    pipe->non_blocking(true, ignored);
    ++child.open_pipes;
  }
  child.pid = state.pid;
  child.outcome.stdout_bytes = state.stdout_bytes;
  child.outcome.stderr_bytes = state.stderr_bytes;
  child.outcome.timed_out_after = state.timed_out_after;
  child.limit_ends = state.limit_ends;
  child.kill_due = state.kill_due;
  child.is_child = state.is_child;
  child.outcome.streams_joined = state.streams_joined;
  return failed;
}

Task<> watch_exit(Child& child, const ReadingHold& hold) {
  co_await child.exit.async_wait(asio::posix::descriptor_base::wait_read, quietly);
  child.exited = true;
  child.held_before_exit = hold.total();
  child.timer.cancel();
}

Task<> supervise(Child& child, const Command& command, const EndRequest& end, SupervisionMeans means) {
  const auto& limit = command.time_limit;
  bool in_time = true;
  if (!child.kill_due)
    in_time = co_await wait_until(child, child.limit_ends, [&] { return child.exited || end.made(); });
  // On a machine that has stopped for a moment, both may be due: an end that came in time counts.
  if (!in_time && has_ended(child)) child.exited = in_time = true;
  const bool acron_ends = end.kill_by().has_value();
  child.outcome.replaced = !child.exited && end.made() && !acron_ends;
  child.outcome.ended_with_acron = !child.exited && acron_ends;
  if (!in_time && limit) child.outcome.timed_out_after = limit->limit;
  if (child.kill_due || !child.exited) co_await end_child(child, command, end, means.searches);
  if (co_await wait_for_pipes(child, means.hold)) co_return;
  child.stop_listening = true;
  boost::system::error_code ignored;  // of one that is not open
  for (auto* pipe : {&child.out, &child.err}) pipe->cancel(ignored);
}

void reap(Child& child) {
  int status = 0;
  rusage used{};
  while (::wait4(child.pid, &status, 0, &used) < 0) {
    if (errno == EINTR) continue;
    child.outcome.ending = NotStarted{"wait4: " + std::system_category().message(errno)};
    return;
  }
  child.outcome.usage = child.cgroup ? counted_by(*child.cgroup, usage_of(used)) : usage_of(used);
  if (WIFSIGNALED(status)) {
    child.outcome.ending = Signaled{WTERMSIG(status)};
    child.outcome.out_of_memory = WTERMSIG(status) == SIGKILL && child.cgroup && child.cgroup->ran_out_of_memory();
  } else {
    child.outcome.ending = Exited{WEXITSTATUS(status)};
  }
  std::string failure = child.start ? child.start->failure() : std::string();
  if (failure.empty()) return;
  child.outcome.ending = NotStarted{std::move(failure)};
  child.outcome.usage.reset();
}

}  // namespace acron
