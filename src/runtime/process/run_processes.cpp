#include "run_processes.hpp"

#include <poll.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "run_family.hpp"

namespace acron {
namespace {

namespace asio = boost::asio;

constexpr auto longest_search = std::chrono::seconds(5);
constexpr auto between_kills = std::chrono::milliseconds(20);
constexpr pid_t no_group = 0;  // the kernel's own processes have it
bool by_parents_only(pid_t) { return false; }

constexpr int most_kills = 100;  // what starts processes faster than that can't be caught without a cgroup

}  // namespace

/// As long as the leader is alive, or a zombie that we have not reaped, its pid names no other group.
bool RunProcesses::group_is_known() const {
  if (child_.is_child) return true;
  pollfd exit{child_.exit.native_handle(), POLLIN, 0};
  return !child_.exited && ::poll(&exit, 1, 0) == 0;
}

Task<> RunProcesses::terminate() {
  // Before their parents die of it: who has cleared its environment is found by its parent alone.
  if (!child_.cgroup) strays_ = co_await find(by_parents_only);
  const pid_t group = group_is_known() ? child_.pid : no_group;
  if (group != no_group) ::kill(-group, SIGTERM);
  if (group != no_group) ::kill(-group, SIGCONT);  // a stopped process would leave a SIGTERM pending for ever
  if (child_.cgroup) {
    child_.cgroup->signal_outside(group, SIGTERM);
    child_.cgroup->signal_outside(group, SIGCONT);
    co_return;
  }
  for (const ProcessEntry& process : co_await find(child_.is_of_run)) {
    if (std::find(strays_.begin(), strays_.end(), process) == strays_.end()) strays_.push_back(process);
  }
  for (const int signal : {SIGTERM, SIGCONT}) {
    for (const ProcessEntry& stray : strays_) signal_process(stray, signal);
  }
}

bool RunProcesses::any_alive() const {
  if (child_.cgroup) return child_.cgroup->is_populated();
  return has_living_members(child_.pid) || std::any_of(strays_.begin(), strays_.end(), still_lives);
}

Task<> RunProcesses::kill() {
  if (group_is_known()) ::kill(-child_.pid, SIGKILL);
  for (int round = 0; round < most_kills; ++round) {
    if (child_.cgroup) {
      if (child_.cgroup->kill()) co_return;
    } else {
      const auto before = strays_;
      strays_ = co_await find(child_.is_of_run);
      // Those from before the search lasted may have children by now that are not found any other way.
      for (const ProcessEntry& stray : before) signal_process(stray, SIGKILL);
      if (strays_.empty()) co_return;
      for (const ProcessEntry& stray : strays_) signal_process(stray, SIGKILL);
    }
    co_await pause();
  }
}

/// The living outside of the group.
Task<std::vector<ProcessEntry>> RunProcesses::find(std::function<bool(pid_t)> is_marked) {
  const auto living = child_.is_child ? living_family_of : living_family_left_by;
  auto search = [living, leader = child_.pid, is_marked = std::move(is_marked)] { return living(leader, is_marked); };
  auto found = co_await searches_.run(std::move(search), longest_search);
  // Where that hangs, those whose parents are known can be told all the same.
  auto strays = found ? std::move(*found) : living(child_.pid, by_parents_only);
  if (group_is_known())
    std::erase_if(strays, [this](const ProcessEntry& process) { return process.group == child_.pid; });
  co_return strays;
}

/// On a timer of its own: the child's is cancelled for other reasons.
Task<> RunProcesses::pause() {
  asio::steady_timer timer(child_.timer.get_executor(), between_kills);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace acron
