#include "acron/runtime/log/console.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "acron/runtime/files/append_file.hpp"

namespace acron {
namespace {

bool lead_to_one_file() {
  struct stat out {
  }, err{};
  return ::fstat(STDOUT_FILENO, &out) == 0 && ::fstat(STDERR_FILENO, &err) == 0 && out.st_dev == err.st_dev &&
         out.st_ino == err.st_ino;
}

}  // namespace

// Another acron, or another image of this one, may have met a full disk.
Console::Console(int descriptor) : is_torn(ends_amid_a_line(descriptor)) {}

Console& console_of(int descriptor) {
  static Console out(STDOUT_FILENO), err(STDERR_FILENO);
  static const bool are_one = lead_to_one_file();
  return descriptor == STDERR_FILENO && !are_one ? err : out;
}

}  // namespace acron
