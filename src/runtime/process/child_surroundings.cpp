#include "acron/runtime/process/child_surroundings.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "acron/runtime/clock/system_zone.hpp"

namespace acron {

ChildSurroundings surroundings_of_this_user() {
  const uid_t uid = ::getuid();
  const passwd* entry = ::getpwuid(uid);
  const char* const variable = std::getenv("HOME");  // all that a container has of a user without an entry
  ChildSurroundings surroundings;
  surroundings.user = entry != nullptr ? entry->pw_name : std::to_string(uid);
  surroundings.directory = entry != nullptr ? entry->pw_dir : variable != nullptr ? variable : "";
  surroundings.path =
      uid == 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" : "/usr/local/bin:/usr/bin:/bin";
  const std::string home = surroundings.directory.starts_with('/') ? surroundings.directory : "/";
  // PWD because a shell would set it.
  surroundings.environment = {
      "PATH=" + surroundings.path,   "PWD=" + home, "SHELL=/bin/sh", "HOME=" + home, "USER=" + surroundings.user,
      "LOGNAME=" + surroundings.user};
  ::getrlimit(RLIMIT_NOFILE, &surroundings.open_files);
  return surroundings;
}

std::string zone_variable_for_children(const TimeZone& ours, bool is_kept) {
  const auto variable = given_zone_variable().value_or("");
  // They are none for acron, but UTC for the C library.
  const bool says_nothing = variable.empty() || variable == ":";
  const bool is_path = variable.starts_with('/') || variable.starts_with(":/");
  // A name without a good file is UTC for the C library, as the bad file is.
  const std::string rule = is_kept || (!says_nothing && !is_path) ? ours.rule_for_name() : std::string();
  if (!rule.empty()) return rule;
  if (is_kept && ours != TimeZone() && ours.name() != "localtime") return std::string(ours.name());
  if (says_nothing) return {};
  return ours == TimeZone() ? "UTC" : variable;
}

Privileges privileges_of_this_user() {
  const passwd* user = ::getpwuid(::geteuid());
  Privileges privileges{::geteuid() == 0, user != nullptr ? user->pw_name : std::string(), {}};
  const group* entry = ::getgrgid(::getegid());
  if (entry != nullptr) privileges.group = entry->gr_name;
  return privileges;
}

}  // namespace acron
