#include "acron/runtime/child_surroundings.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace acron {

ChildSurroundings surroundings_of_this_user() {
  const uid_t uid = ::getuid();
  const passwd* entry = ::getpwuid(uid);
  const std::string user = entry != nullptr ? entry->pw_name : std::to_string(uid);
  struct stat status {};
  const bool at_home = entry != nullptr && ::stat(entry->pw_dir, &status) == 0 && S_ISDIR(status.st_mode);
  const std::string home = at_home ? entry->pw_dir : "/";
  const std::string path =
      uid == 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" : "/usr/local/bin:/usr/bin:/bin";
  ChildSurroundings surroundings;
  surroundings.path = path;
  // PWD because a shell would set it.
  surroundings.environment = {"PATH=" + path, "PWD=" + home,  "SHELL=/bin/sh",
                              "HOME=" + home, "USER=" + user, "LOGNAME=" + user};
  surroundings.directory = home;
  ::getrlimit(RLIMIT_NOFILE, &surroundings.open_files);
  return surroundings;
}

Privileges privileges_of_this_user() {
  const passwd* user = ::getpwuid(::geteuid());
  Privileges privileges{::geteuid() == 0, user != nullptr ? user->pw_name : std::string(), {}};
  const group* entry = ::getgrgid(::getegid());
  if (entry != nullptr) privileges.group = entry->gr_name;
  return privileges;
}

}  // namespace acron
