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
  if (error == ENOENT || error == EMFILE || error == ENFILE || error == ENOMEM) return {};
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

Reading read_unchanged(const std::string& path, const FileVersion& version) {
  // O_NONBLOCK: a FIFO put in the file's place must not hang us.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (descriptor < 0) return not_readable(errno);
  // One byte more than allowed tells that it is too large.
  const auto size = std::min(static_cast<std::size_t>(version.size), largest_job_file + 1);
  Reading reading = read_to_end(descriptor, size);
  // If it is still what the walk found, it was that all the time.
  struct stat after {};
  if (::fstat(descriptor, &after) != 0 || version_of(after) != version) reading = {};
  ::close(descriptor);
  return reading;
}

}  // namespace acron
