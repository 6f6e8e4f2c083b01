#include "orphans.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace acron {
namespace {

/// Where one that is waited for lies before them, the kernel does not tell of the others; so this asks for each.
void reap_each(const std::set<pid_t>& waited_for) {
  std::error_code failed;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", failed)) {
    std::ifstream children(thread.path() / "children");
    for (pid_t pid = 0; children >> pid;) {
      if (waited_for.count(pid) == 0) ::waitpid(pid, nullptr, WNOHANG);
    }
  }
}

}  // namespace

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

bool reap_orphans(const std::set<pid_t>& waited_for) {
  for (;;) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0) return false;
    if (ended.si_pid == 0 || waited_for.count(ended.si_pid) > 0) return true;
    ::waitpid(ended.si_pid, nullptr, WNOHANG);
  }
}

bool reap_all_orphans(const std::set<pid_t>& waited_for) {
  if (!reap_orphans(waited_for)) return false;
  reap_each(waited_for);
  return true;
}

}  // namespace acron
