#pragma once

#include <sys/resource.h>

#include <string>
#include <vector>

#include "acron/core/job/run_as.hpp"

namespace acron {

/// What every child starts from; read once, at the daemon's start, because NSS may block.
struct ChildSurroundings {
  std::vector<std::string> environment;  // PATH PWD SHELL HOME USER LOGNAME
  std::string path;                      // as in the environment
  std::string directory;                 // the home directory, or / where there is none
  rlimit open_files{};                   // the daemon raises its own; a child gets the old one back
};

/// For the user that acron runs as. Calls getpwuid(3): may block. Call it before the open-files limit is raised.
ChildSurroundings surroundings_of_this_user();

/// What job files may ask of acron as this user. Calls getpwuid(3) and getgrgid(3): may block.
Privileges privileges_of_this_user();

}  // namespace acron
