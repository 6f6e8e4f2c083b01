#pragma once

#include <sys/resource.h>

#include <string>
#include <vector>

#include "acron/core/job/run_as.hpp"
#include "acron/core/schedule/time_zone.hpp"

namespace acron {

/// What every child starts from; read once, at the daemon's start, because NSS may block.
struct ChildSurroundings {
  std::vector<std::string> environment;  // PATH PWD SHELL HOME USER LOGNAME
  std::string path;                      // as in the environment
  std::string directory;                 // the home directory, as the user database has it: may be empty or missing
  std::string user;                      // the name, or the number where there is none
  std::string zone;                      // TZ; empty: none
  rlimit open_files{};                   // the daemon raises its own; a child gets the old one back
};

/// For the user that acron runs as. Calls getpwuid(3): may block. Call it before the open-files limit is raised.
ChildSurroundings surroundings_of_this_user();

/// The TZ that has children see the clock which schedules are read by: acron's own TZ, or UTC where that names no zone.
/// Empty where acron has none, or one that says nothing, since the C library then reads /etc/localtime as acron does.
/// `is_kept`: the file has turned bad since, so the zone is given by its name. Where that has no good file any more, it
/// is given by its rule.
std::string zone_variable_for_children(const TimeZone& ours, bool is_kept);

/// What job files may ask of acron as this user. Calls getpwuid(3) and getgrgid(3): may block.
Privileges privileges_of_this_user();

}  // namespace acron
