#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace acron {

/// Jobs that were loaded from a directory which was emptied all at once, and that continue while files are missing.
struct MissingJobs {
  std::string directory;  // "" is the tree
  std::size_t jobs = 0;   // that were there
  std::chrono::steady_clock::time_point until;
};

}  // namespace acron
