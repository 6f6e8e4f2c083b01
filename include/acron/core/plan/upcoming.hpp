#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/definition.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// A run that is to come, with the zone its job is read in.
struct UpcomingRun {
  std::string_view job;  // of the definition, which outlives this
  Occurrence occurrence;
  TimeZone zone;
};

/// Which runs of a tree are asked for.
struct UpcomingQuery {
  std::string host;  // in the spelling that the splay hashes
  TimeZone zone;     // for jobs that name none
  TimePoint from;    // strictly after it
  std::size_t count = 10;
  bool per_job = false;       // `count` of each job, not of all
  std::string called = host;  // what `only` compares
};

/// In the order of their due times, then of names. Gates are not asked: what is scheduled, not what they let through.
std::vector<UpcomingRun> upcoming_runs(std::span<const std::shared_ptr<const JobDefinition>> jobs,
                                       const UpcomingQuery& query);

}  // namespace acron
