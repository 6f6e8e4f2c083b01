#pragma once

#include <string>

#include "acron/core/schedule/time_zone.hpp"

namespace acron {

/// The machine that acron runs on, as its schedules see it.
struct Site {
  std::string host;           // already in the spelling that the splay hashes
  TimeZone zone;              // of the wall clock, for jobs that name none
  std::string called = host;  // what `only` compares: the machine's name, even one that many machines share
};

}  // namespace acron
