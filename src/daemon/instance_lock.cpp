#include "instance_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/errno_error.hpp"
#include "acron/runtime/files/trusted_path.hpp"
#include "other_acron.hpp"

namespace acron {
namespace {

/// A directory that others can write is no place for a lock: they could put their own in it.
std::optional<Error> make_directory(const std::string& path) {
  if (auto objection = objection_to_procfs(path)) return Error{*std::move(objection)};
  std::error_code ec;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ec);
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return errno_error("can't make the run directory " + path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return errno_error(path);
  if (!S_ISDIR(status.st_mode)) return Error{path + " is not a directory"};
  if (status.st_uid != ::geteuid()) return Error{path + " belongs to another user; name another with --run-dir"};
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return Error{path + " can be written by others; chmod go-w it"};
  if (const auto objection = objection_to_place_of(path)) return Error{*objection + "; or name another with --run-dir"};
  return std::nullopt;
}

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

enum class Taken : std::uint8_t { by_us, by_another, by_what_is_left, not_possible };

Taken take(int descriptor) {
  constexpr useconds_t between_looks = 20'000;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return Taken::not_possible;
    if (is_claimed(descriptor)) return Taken::by_another;
    if (std::chrono::steady_clock::now() >= deadline) return Taken::by_what_is_left;
    ::usleep(between_looks);
  }
  return Taken::by_us;
}

std::string lock_in(const std::string& run_directory) { return run_directory + "/acron.lock"; }

struct OpenedLock {
  Descriptor file;
  bool is_new = false;
};

OpenedLock open_lock(const std::string& path) {
  constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  Descriptor fresh(::open(path.c_str(), flags | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR));
  if (fresh) return {std::move(fresh), true};
  if (errno != EEXIST) return {};
  return {Descriptor(::open(path.c_str(), flags | O_CREAT, S_IRUSR | S_IWUSR)), false};
}

/// Somebody removes the lock file, and the acron that holds it has not seen that yet.
bool is_held_though_removed(const std::string& run_directory, int fresh) {
  std::error_code failed;
  const std::string real = std::filesystem::canonical(run_directory, failed);
  return !failed && acron_with_removed(lock_in(real), fresh).has_value();
}

bool names(const std::string& path, int descriptor) {
  struct stat named {};
  struct stat open {};
  return ::fstat(descriptor, &open) == 0 && ::lstat(path.c_str(), &named) == 0 && named.st_ino == open.st_ino &&
         named.st_dev == open.st_dev;
}

/// With errno where it fails. O_NONBLOCK: a FIFO would hang the open.
bool write_whole(const std::string& path, const std::string& text) {
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const Descriptor file(::open(path.c_str(), flags, 0644));
  const ssize_t written = file ? ::write(file.number(), text.data(), text.size()) : -1;
  if (written >= 0 && written < static_cast<ssize_t>(text.size())) errno = ENOSPC;
  return written == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<std::optional<InstanceLock>> InstanceLock::take(const std::string& run_directory) {
  if (const auto failure = make_directory(run_directory)) return *failure;
  const std::string path = lock_in(run_directory);
  OpenedLock lock = open_lock(path);
  if (!lock.file) return errno_error("can't open " + path);
  if (lock.is_new && is_held_though_removed(run_directory, lock.file.number())) return std::optional<InstanceLock>();
  const Taken taken = acron::take(lock.file.number());
  if (taken == Taken::by_us) return std::optional(InstanceLock(run_directory, std::move(lock.file)));
  if (taken == Taken::not_possible) return errno_error("can't lock " + path);
  if (taken == Taken::by_what_is_left)
    return Error{
        path +
        " is held, but not by a living acron that can be seen from here. An acron in another container has the same "
        "run directory? Give each a --run-dir of its own (and a --state). An acron was killed while a disk did not "
        "answer? It holds the file until the disk does. It was killed just as it started a job? End the process that "
        "has the file open ('fuser -v' tells which, where it can be seen)"};
  return std::optional<InstanceLock>();
}

std::optional<InstanceLock> InstanceLock::held(const std::string& run_directory, int descriptor) {
  if (descriptor <= STDERR_FILENO) return std::nullopt;
  Descriptor file(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return InstanceLock(run_directory, std::move(file));
}

void InstanceLock::claim() const {
  struct flock lock = whole_file();
  // Nobody else has claimed what we hold; a file system that refuses makes second copies slow to see that they are.
  static_cast<void>(::fcntl(file_.number(), F_SETLK, &lock));
}

InstanceLock::Look InstanceLock::look() const {
  Look look{Place::kept, lock_in(directory_), {}, {}};
  if (!names(look.file, file_.number())) {
    const auto failure = take_again();
    look.place = failure ? Place::lost : Place::restored;
    if (failure) look.reason = failure->message;
  }
  if (look.place == Place::restored || (look.place == Place::kept && noted_pid() != ::getpid())) {
    const auto failure = write_pid_file();
    if (failure) look.pid_file_trouble = failure->message;
  }
  return look;
}

/// In the place of our descriptor, which is known to others by its number.
std::optional<Error> InstanceLock::take_again() const {
  if (const auto failure = make_directory(directory_)) return failure;
  const std::string path = lock_in(directory_);
  Descriptor again = open_lock(path).file;
  if (!again) return errno_error("can't open " + path);
  std::optional<Error> failure;
  if (::flock(again.number(), LOCK_EX | LOCK_NB) != 0) {
    failure = errno == EWOULDBLOCK ? Error{"it was removed, and another process holds the new one"}
                                   : errno_error("can't lock " + path);
  } else if (::dup3(again.number(), file_.number(), O_CLOEXEC) < 0) {
    failure = errno_error("dup3");
  }
  again = Descriptor();
  if (!failure) claim();  // last, since a close drops every claim of this process
  return failure;
}

std::optional<Error> InstanceLock::write_pid_file() const {
  const std::string path = pid_file(), fresh = path + ".new";
  if (write_whole(fresh, std::to_string(::getpid()) + "\n") && ::rename(fresh.c_str(), path.c_str()) == 0)
    return std::nullopt;
  const Error failure = errno_error(path);
  ::unlink(fresh.c_str());
  ::unlink(path.c_str());  // better none than the pid of a process that may be anybody's by now
  return failure;
}

pid_t InstanceLock::noted_pid() const {
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  const Descriptor file(::open(pid_file().c_str(), flags));
  std::array<char, 32> text{};
  const ssize_t size = file ? ::read(file.number(), text.data(), text.size()) : 0;
  pid_t pid = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, pid);
  return pid;
}

void InstanceLock::remove_pid_file() const {
  if (noted_pid() == ::getpid()) ::unlink(pid_file().c_str());
}

}  // namespace acron
