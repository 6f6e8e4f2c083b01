#include "config_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/file_safety.hpp"
#include "acron/runtime/files/trusted_path.hpp"

namespace acron {
namespace {

constexpr std::size_t largest = 1024 * 1024;

using Text = Result<std::optional<std::string>>;

Text unreadable(const std::string& path, const std::string& reason) {
  return Error{"can't read the configuration file '" + path + "': " + reason};
}

Text failed(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) return std::optional<std::string>{};
  return unreadable(path, std::generic_category().message(error));
}

/// What our starter has open for us, `--config <(...)`: a walk by names can't reach it, and nobody else gave it.
bool is_own_descriptor(const std::string& path) {
  return path == "/dev/stdin" || path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
}

std::optional<std::string> objection_to_config_file(const struct stat& status, const FileSafety& safety) {
  if (S_ISCHR(status.st_mode)) return std::nullopt;  // /dev/null
  return safety.objection_to(status);
}

Text read_all(const std::string& path, int descriptor) {
  std::string text;
  std::array<char, 4096> bytes{};
  while (text.size() <= largest) {
    const auto count = ::read(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(path, std::generic_category().message(errno));
    if (count == 0) return std::optional{std::move(text)};
    text.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return unreadable(path, "it has more than " + std::to_string(largest) + " bytes");
}

/// A pipe that our starter has open for us is read to its end; one that has a name may never have a writer.
enum class Kind : std::uint8_t { given, named };

Text read_judged(const std::string& path, const Descriptor& file, const FileSafety& safety, Kind kind) {
  if (!file) return failed(path, errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return failed(path, errno);
  if (S_ISDIR(status.st_mode)) return failed(path, EISDIR);
  if (kind == Kind::named && !S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode))
    return unreadable(path, "it is not a regular file");
  if (const auto objection = objection_to_config_file(status, safety))
    return Error{"the configuration file " + path + " " + *objection};
  return read_all(path, file.number());
}

}  // namespace

Result<std::optional<std::string>> read_config_file(const std::string& path) {
  if (is_own_descriptor(path)) {
    const Descriptor given(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    return read_judged(path, given, FileSafety(false), Kind::given);
  }
  const FileSafety safety;
  std::error_code ec;
  const std::string absolute = std::filesystem::absolute(path, ec).string();
  const auto end = walk_to(absolute, {.strict = safety.is_strict(), .follow_last = true});
  if (end.has_error() && end.error().error != 0) return failed(path, end.error().error);
  if (end.has_error()) return Error{"the configuration file " + path + " can't be trusted: " + end.error().reason};
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;  // O_NONBLOCK: it may be a FIFO
  const Descriptor file(::openat(end->directory.number(), end->name.c_str(), flags));
  return read_judged(path, file, safety, Kind::named);
}

}  // namespace acron
