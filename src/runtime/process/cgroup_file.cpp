#include "cgroup_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace acron {

std::optional<std::string> read_cgroup_file(int directory, const std::string& path) {
  constexpr std::size_t most = 1024 * 1024;
  const int file = ::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::string text;
  std::array<char, 4096> block{};
  ssize_t got = 0;
  while (text.size() < most && (got = ::read(file, block.data(), block.size())) > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  const int failure = errno;
  ::close(file);
  errno = failure;
  if (got < 0) return {};
  return text;
}

bool write_cgroup_file(int directory, const std::string& path, std::string_view value) {
  const int file = ::openat(directory, path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = ::write(file, value.data(), value.size()) == static_cast<ssize_t>(value.size());
  const int failure = errno;
  ::close(file);
  errno = failure;
  return written;
}

}  // namespace acron
