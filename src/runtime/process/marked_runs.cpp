#include "acron/runtime/process/marked_runs.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "acron/core/job/run_mark.hpp"
#include "acron/runtime/loop/own_thread.hpp"
#include "process_environment.hpp"
#include "process_table.hpp"

namespace acron {
namespace {

constexpr auto longest_listing = std::chrono::seconds(10);  // tens of thousands of processes
constexpr auto longest_look = std::chrono::seconds(2);
constexpr std::size_t most_hanging = 16;
/// Between the making of a mark and the birth of its process; a machine may stop in between.
constexpr Duration longest_start = std::chrono::seconds(60);
/// The kernel tells when a process began in hundredths of a second, cut.
constexpr Duration coarseness = std::chrono::milliseconds(20);

using ByUser = std::map<std::int64_t, std::vector<ProcessEntry>>;

/// The real user id. Not the owner of /proc/PID, which is root for whoever forbids to be looked at.
std::optional<std::int64_t> user_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Uid:")) return std::stoll(line.substr(std::string_view("Uid:").size()));
  }
  return std::nullopt;
}

ByUser living_processes() {
  ByUser all;
  for (const ProcessEntry& process : process_table()) {
    if (!process.alive || process.pid == ::getpid()) continue;
    if (const auto user = user_of(process.pid)) all[*user].push_back(process);
  }
  return all;
}

/// Root may have become anybody, and anybody root, by what it executed.
bool may_have_become(std::int64_t user, std::int64_t now) { return now == user || now == 0 || user == 0; }

/// Whether it is the very process that the mark was made for.
bool is_first_process(const ProcessEntry& process, std::int64_t user, const RunMark& mark) {
  const Duration begin = begin_of(process.start_time);
  return process.pid == mark.process && process.group == process.pid && may_have_become(mark.user, user) &&
         begin >= mark.begun - coarseness && begin <= mark.begun + longest_start && still_lives(process);
}

OpenRun run_of(const RunMark& mark, const ProcessEntry& process, std::int64_t user) {
  OpenRun run{mark.identity, mark.tick, mark.time_limit, {}};
  if (is_first_process(process, user, mark))
    run.process = ProcessIdentity{process.pid, process.start_time, this_boot()};
  return run;
}

std::optional<OpenRun> run_marked_on(const ProcessEntry& process, std::int64_t user, const DigestKey& key) {
  const auto mark = mark_on(process.pid, key);
  if (!mark) return std::nullopt;
  return run_of(*mark, process, user);
}

/// Whoever has cleared its environment is found by its pid.
std::vector<MarkedRun> runs_told_of(const std::string& entries, const DigestKey& key) {
  std::vector<MarkedRun> runs;
  for (const RunMark& mark : read_marks(entries, this_boot(), key)) {
    const auto process = process_entry(static_cast<pid_t>(mark.process));
    const auto user = process && process->alive ? user_of(process->pid) : std::nullopt;
    OpenRun ended{mark.identity, mark.tick, mark.time_limit, {}};
    runs.push_back({user ? run_of(mark, *process, *user) : std::move(ended), true});
  }
  return runs;
}

std::vector<MarkedRun> runs_marked_on(const std::vector<ProcessEntry>& processes, std::int64_t user,
                                      const DigestKey& key) {
  std::vector<MarkedRun> runs;
  for (const ProcessEntry& process : processes) {
    if (auto run = run_marked_on(process, user, key)) runs.push_back({std::move(*run)});
  }
  return runs;
}

/// Once for each run: with its first process, if any has it.
std::vector<MarkedRun> each_once(const std::vector<MarkedRun>& runs) {
  std::map<std::string, MarkedRun> by_id;
  for (const MarkedRun& one : runs) {
    MarkedRun& known = by_id.try_emplace(one.run.identity.id, one).first->second;
    if (one.run.process) known.run = one.run;
    known.is_noted = known.is_noted || one.is_noted;
  }
  std::vector<MarkedRun> all;
  for (auto& [id, one] : by_id) all.push_back(std::move(one));
  std::stable_sort(all.begin(), all.end(), [](const MarkedRun& a, const MarkedRun& b) {
    return a.run.identity.started < b.run.identity.started;
  });
  return all;
}

}  // namespace

Task<std::vector<MarkedRun>> marked_runs(boost::asio::any_io_executor loop, DigestKey key, std::string entries) {
  OwnThread threads(loop, most_hanging);
  std::vector<MarkedRun> runs = runs_told_of(entries, key);
  const auto processes = co_await threads.run(living_processes, longest_listing);
  if (!processes) co_return each_once(runs);
  for (const auto& [user, of_user] : *processes) {
    auto look = [of_user = of_user, user = user, key] { return runs_marked_on(of_user, user, key); };
    const auto found = co_await threads.run(std::move(look), longest_look);
    if (found) runs.insert(runs.end(), found->begin(), found->end());
  }
  co_return each_once(runs);
}

}  // namespace acron
