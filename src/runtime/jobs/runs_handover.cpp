// What becomes of runs when acron is replaced by another image of itself in the same process.

#include <algorithm>
#include <utility>

#include "acron/runtime/jobs/runs.hpp"

namespace acron {

void Runs::hold(bool held) {
  held_ = held;
  if (!held_) changed();
}

bool Runs::is_at_rest(const Running& running) {
  if (running.phase == Phase::beginning || running.phase == Phase::left) return true;
  const bool is_told = running.progress.retry_due || (running.watch.state && running.watch.state());
  return running.phase == Phase::under_way && is_told && (!running.output || running.output->at_rest());
}

bool Runs::at_rest() const {
  return std::all_of(jobs_.begin(), jobs_.end(), [](const auto& job) {
    return std::all_of(job.second.running.begin(), job.second.running.end(), is_at_rest);
  });
}

std::size_t Runs::begun() const {
  std::size_t count = 0;
  for (const auto& [name, job] : jobs_) {
    count += static_cast<std::size_t>(std::count_if(job.running.begin(), job.running.end(), [](const Running& running) {
      return running.phase != Phase::beginning;
    }));
  }
  return count;
}

std::optional<StartedRun> Runs::state_of(const Running& running) {
  if (!is_at_rest(running)) return std::nullopt;
  StartedRun state{running.order, running.identity, running.progress, running.end.made(), running.account, {}, {}};
  if (!running.progress.retry_due) state.command = running.watch.state();
  if (running.output) state.output = running.output->state();
  state.withdrawn = running.withdrawn;
  return state;
}

std::optional<RunsState> Runs::state() const {
  RunsState state;
  for (const auto& [name, job] : jobs_) {
    for (const Running& running : job.running) {
      if (running.phase == Phase::left) continue;  // the journal has it
      if (running.phase == Phase::beginning) {
        state.waiting.push_back({running.order, OverlapDecision::start, running.withdrawn});
      } else if (auto one = state_of(running)) {
        state.started.push_back(*std::move(one));
      } else {
        return std::nullopt;
      }
    }
  }
  state.waiting.insert(state.waiting.end(), turns_.begin(), turns_.end());
  return state;
}

void Runs::take_over(RunsState state) {
  for (StartedRun& run : state.started) take_over(std::move(run));
  for (WaitingRun& run : state.waiting) enqueue(std::move(run));
}

void Runs::take_over(StartedRun run) {
  Running& running = add_running({run.identity, run.order});
  running.account = std::move(run.account);
  if (run.output)
    running.output =
        services_.outputs.go_on(run.order.definition, run.identity, {true, running.account}, *std::move(run.output));
  running.progress = std::move(run.progress);
  running.begun = run.command;
  running.phase = Phase::under_way;
  running.withdrawn = std::move(run.withdrawn);
  if (run.is_to_end) running.end.make();
  tasks_.start("run", see_through(running));
}

}  // namespace acron
