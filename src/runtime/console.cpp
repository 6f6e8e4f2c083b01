#include "acron/runtime/console.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace acron {
namespace {

bool lead_to_one_file() {
  struct stat out {
  }, err{};
  return ::fstat(STDOUT_FILENO, &out) == 0 && ::fstat(STDERR_FILENO, &err) == 0 && out.st_dev == err.st_dev &&
         out.st_ino == err.st_ino;
}

}  // namespace

std::timed_mutex& console_lock(int descriptor) {
  static std::timed_mutex out, err;
  static const bool are_one = lead_to_one_file();
  return descriptor == STDERR_FILENO && !are_one ? err : out;
}

}  // namespace acron
