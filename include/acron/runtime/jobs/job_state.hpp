#pragma once

#include <optional>
#include <string>

#include "acron/core/schedule/splay.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// A run of a job that is made up for, and when it is to start.
struct DueMakeUp {
  Occurrence missed;
  TimePoint start;
};

/// How far the schedule of a loaded job was followed: what it takes to lose no tick, and to start none twice.
struct JobState {
  std::string job;
  TimePoint moment;  // all that was due by then has been seen to
  std::optional<Occurrence> last;
  std::optional<DueMakeUp> make_up;
};

}  // namespace acron
