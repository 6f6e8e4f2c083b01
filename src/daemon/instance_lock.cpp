#include "instance_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace acron {
namespace {

Error because(const std::string& what) { return Error{what + ": " + std::strerror(errno)}; }

/// A directory that others can write is no place for a lock: they could put their own in it.
std::optional<Error> make_directory(const std::string& path) {
  std::error_code ec;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ec);
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return because("can't make the run directory " + path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return because(path);
  if (!S_ISDIR(status.st_mode)) return Error{path + " is not a directory"};
  if (status.st_uid != ::geteuid()) return Error{path + " belongs to another user; name another with --run-dir"};
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return Error{path + " can be written by others; chmod go-w it"};
  return std::nullopt;
}

}  // namespace

Result<std::optional<InstanceLock>> InstanceLock::take(const std::string& run_directory) {
  if (const auto failure = make_directory(run_directory)) return *failure;
  const std::string path = run_directory + "/acron.lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return because("can't open " + path);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return std::optional(InstanceLock(run_directory, descriptor));
  const bool taken = errno == EWOULDBLOCK;
  const Error failure = because("can't lock " + path);
  ::close(descriptor);
  if (!taken) return failure;
  return std::optional<InstanceLock>();
}

std::optional<InstanceLock> InstanceLock::held(const std::string& run_directory, int descriptor) {
  struct stat named {};
  struct stat open {};
  const bool is_it = descriptor > STDERR_FILENO && ::fstat(descriptor, &open) == 0 &&
                     ::lstat((run_directory + "/acron.lock").c_str(), &named) == 0 && named.st_ino == open.st_ino &&
                     named.st_dev == open.st_dev && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  if (is_it) return InstanceLock(run_directory, descriptor);
  if (descriptor > STDERR_FILENO) ::close(descriptor);
  return std::nullopt;
}

InstanceLock::InstanceLock(InstanceLock&& other) noexcept
    : directory_(std::move(other.directory_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

InstanceLock::~InstanceLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void InstanceLock::write_pid_file() const {
  const std::string path = directory_ + "/acron.pid", fresh = path + ".new";
  const std::string text = std::to_string(::getpid()) + "\n";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file < 0) return;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(file);
  if (written) ::rename(fresh.c_str(), path.c_str());
}

void InstanceLock::remove_pid_file() const { ::unlink((directory_ + "/acron.pid").c_str()); }

}  // namespace acron
