#include "acron/core/plan/crowd.hpp"

#include <algorithm>
#include <chrono>

#include "acron/core/text.hpp"

namespace acron {
namespace {

std::chrono::sys_seconds second_of(const UpcomingRun& run) {
  return std::chrono::floor<std::chrono::seconds>(run.occurrence.due);
}

Crowd crowd_of(std::span<const UpcomingRun> runs) {
  Crowd crowd{second_of(runs.front()), {}};
  for (const UpcomingRun& run : runs) crowd.jobs.push_back(run.job);
  std::sort(crowd.jobs.begin(), crowd.jobs.end());
  crowd.jobs.erase(std::unique(crowd.jobs.begin(), crowd.jobs.end()), crowd.jobs.end());
  return crowd;
}

}  // namespace

std::optional<Crowd> largest_crowd(std::span<const UpcomingRun> runs) {
  std::optional<Crowd> largest;
  while (!runs.empty()) {
    const auto end = std::find_if(runs.begin(), runs.end(),
                                  [&](const UpcomingRun& run) { return second_of(run) != second_of(runs.front()); });
    const auto count = static_cast<std::size_t>(end - runs.begin());
    if (count >= smallest_crowd && (!largest || count > largest->jobs.size())) {
      Crowd crowd = crowd_of(runs.first(count));
      if (crowd.jobs.size() >= std::max(smallest_crowd, largest ? largest->jobs.size() + 1 : 0)) largest = crowd;
    }
    runs = runs.subspan(count);
  }
  return largest;
}

std::string describe(const Crowd& crowd) {
  constexpr std::size_t named = 3;
  std::string text = std::to_string(crowd.jobs.size()) + " jobs start within the second " + in_utc(crowd.second) + ": ";
  for (std::size_t i = 0; i < named; ++i) text += (i == 0 ? "" : ", ") + printable_name(crowd.jobs[i]);
  if (crowd.jobs.size() > named) text += " and " + std::to_string(crowd.jobs.size() - named) + " more";
  return text + "; 'splay job' would spread them";
}

}  // namespace acron
