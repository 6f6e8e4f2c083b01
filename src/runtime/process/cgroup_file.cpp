#include "cgroup_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

std::optional<std::string> read_cgroup_file(int directory, const std::string& path) {
  constexpr std::size_t most = 1024 * 1024;
  const Descriptor file(::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  std::string text;
  std::array<char, 4096> block{};
  ssize_t got = 0;
  while (text.size() < most && (got = ::read(file.number(), block.data(), block.size())) > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  if (got < 0) return {};
  return text;
}

bool write_cgroup_file(int directory, const std::string& path, std::string_view value) {
  const Descriptor file(::openat(directory, path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.number(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

}  // namespace acron
