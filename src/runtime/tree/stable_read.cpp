#include "stable_read.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "acron/core/config/job_parser.hpp"

namespace acron {
namespace {

/// Running out of something, or a file that went away, is not the file's fault: the next look tries again.
Reading not_readable(int error) {
  if (error == ENOENT || error == ELOOP || error == EMFILE || error == ENFILE || error == ENOMEM) return {};
  return {{}, std::string("can't be read: ") + std::strerror(error)};
}

Reading read_to_end(int descriptor, std::size_t size) {
  std::string text(size, '\0');
  std::size_t length = 0;
  while (length < size) {
    const ssize_t got = ::read(descriptor, text.data() + length, size - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return not_readable(errno);
    if (got == 0) return {};
    length += static_cast<std::size_t>(got);
  }
  return {std::move(text), {}};
}

}  // namespace

Reading read_unchanged(const FilePlace& place, const FileVersion& version, const FileSafety& safety) {
  // O_NONBLOCK: a FIFO put in the file's place must not hang us.
  const Descriptor file(::openat(place.directory->number(), place.entry.c_str(),
                                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) return not_readable(errno);
  // One byte more than allowed tells that it is too large.
  const auto size = std::min(static_cast<std::size_t>(version.size), largest_job_file + 1);
  Reading reading = read_to_end(file.number(), size);
  // If it still is what was found, it was that all the time, and what was read is that. The version alone does not tell
  // who may write it: a kernel's ctime stands still for milliseconds.
  struct stat status {};
  const bool is_what_was_found = ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode) &&
                                 version_of(status) == version && !safety.objection_to(status);
  return is_what_was_found ? reading : Reading{};
}

}  // namespace acron
