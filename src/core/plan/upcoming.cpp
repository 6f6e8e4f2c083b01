#include "acron/core/plan/upcoming.hpp"

#include <algorithm>
#include <optional>
#include <queue>
#include <tuple>

namespace acron {
namespace {

/// Walks along the runs of one job.
class Cursor {
 public:
  Cursor(const JobDefinition& job, const UpcomingQuery& query)
      : job_(&job),
        zone_(job.zone.value_or(query.zone)),
        fraction_(splay_fraction(query.host, job.name, job.splay.key)),
        next_(after(query.from)) {}

  [[nodiscard]] bool at_end() const { return !next_; }
  [[nodiscard]] bool later_than(const Cursor& other) const {
    return std::tie(next_->due, job_->name) > std::tie(other.next_->due, other.job_->name);
  }
  UpcomingRun take() {
    const UpcomingRun run{job_->name, *next_, zone_};
    next_ = after(next_->due);
    return run;
  }

 private:
  [[nodiscard]] std::optional<Occurrence> after(TimePoint time) const {
    return occurrence_after(job_->schedule, zone_, job_->splay, fraction_, time);
  }

  const JobDefinition* job_;
  TimeZone zone_;
  std::uint32_t fraction_;
  std::optional<Occurrence> next_;
};

std::vector<UpcomingRun> of_each(std::vector<Cursor> cursors, std::size_t count) {
  std::vector<UpcomingRun> runs;
  for (Cursor& cursor : cursors) {
    for (std::size_t i = 0; i < count && !cursor.at_end(); ++i) runs.push_back(cursor.take());
  }
  std::sort(runs.begin(), runs.end(), [](const UpcomingRun& a, const UpcomingRun& b) {
    return std::tie(a.occurrence.due, a.job) < std::tie(b.occurrence.due, b.job);
  });
  return runs;
}

std::vector<UpcomingRun> of_all(std::vector<Cursor> cursors, std::size_t count) {
  const auto later = [](const Cursor& a, const Cursor& b) { return a.later_than(b); };
  std::erase_if(cursors, [](const Cursor& cursor) { return cursor.at_end(); });
  std::priority_queue<Cursor, std::vector<Cursor>, decltype(later)> queue(later, std::move(cursors));
  std::vector<UpcomingRun> runs;
  while (runs.size() < count && !queue.empty()) {
    Cursor cursor = queue.top();
    queue.pop();
    runs.push_back(cursor.take());
    if (!cursor.at_end()) queue.push(cursor);
  }
  return runs;
}

}  // namespace

std::vector<UpcomingRun> upcoming_runs(std::span<const std::shared_ptr<const JobDefinition>> jobs,
                                       const UpcomingQuery& query) {
  std::vector<Cursor> cursors;
  cursors.reserve(jobs.size());
  for (const auto& job : jobs) {
    if (is_scheduled_on({query.host, query.called}, *job->settings)) cursors.emplace_back(*job, query);
  }
  return query.per_job ? of_each(std::move(cursors), query.count) : of_all(std::move(cursors), query.count);
}

}  // namespace acron
