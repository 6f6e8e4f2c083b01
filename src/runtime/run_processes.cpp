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
constexpr pid_t no_group = 0;    // the kernel's own processes have it
constexpr int most_kills = 100;  // what starts processes faster than that can't be caught without a cgroup

}  // namespace

/// As long as the leader is alive, or a zombie that we have not reaped, its pid names no other group.
bool RunProcesses::group_is_known() const {
  if (child_.is_child) return true;
  pollfd exit{child_.exit.native_handle(), POLLIN, 0};
  return !child_.exited && ::poll(&exit, 1, 0) == 0;
}

Task<> RunProcesses::terminate() {
  const pid_t group = group_is_known() ? child_.pid : no_group;
  if (group != no_group) ::kill(-group, SIGTERM);
  if (group != no_group) ::kill(-group, SIGCONT);  // a stopped process would leave a SIGTERM pending for ever
  if (child_.cgroup) {
    child_.cgroup->signal_outside(group, SIGTERM);
    child_.cgroup->signal_outside(group, SIGCONT);
    co_return;
  }
  co_await find_strays();
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
      co_await find_strays();
      // Those from before the search lasted may have children by now that are not found any other way.
      for (const ProcessEntry& stray : before) signal_process(stray, SIGKILL);
      if (strays_.empty()) co_return;
      for (const ProcessEntry& stray : strays_) signal_process(stray, SIGKILL);
    }
    co_await pause();
  }
}

Task<> RunProcesses::find_strays() {
  const auto living = child_.is_child ? living_family_of : living_family_left_by;
  auto search = [living, leader = child_.pid, mark = child_.mark] { return living(leader, mark); };
  auto found = co_await searches_.run(std::move(search), longest_search);
  // Where that hangs, those whose parents are known can be told all the same.
  strays_ = found ? std::move(*found) : living(child_.pid, {});
  if (!group_is_known()) co_return;
  std::erase_if(strays_, [this](const ProcessEntry& process) { return process.group == child_.pid; });
}

/// On a timer of its own: the child's is cancelled for other reasons.
Task<> RunProcesses::pause() {
  asio::steady_timer timer(child_.timer.get_executor(), between_kills);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace acron
