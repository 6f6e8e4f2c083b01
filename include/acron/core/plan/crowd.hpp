#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/plan/upcoming.hpp"

namespace acron {

/// Jobs of one machine that start within the same second.
struct Crowd {
  TimePoint second;
  std::vector<std::string_view> jobs;  // sorted, each once
};

/// So few are no crowd.
inline constexpr std::size_t smallest_crowd = 3;

/// The largest crowd among the runs, the earliest of equals; empty where there is none. `runs` in order of time.
std::optional<Crowd> largest_crowd(std::span<const UpcomingRun> runs);

/// `12 jobs start within the second 2026-01-07T00:00:00.000+00:00: a, b, c and 9 more; ...` and what to do about it.
std::string describe(const Crowd& crowd);

}  // namespace acron
