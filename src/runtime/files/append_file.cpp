#include "acron/runtime/files/append_file.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "acron/runtime/files/trusted_path.hpp"

namespace acron {
namespace {

// O_NONBLOCK: a FIFO without a reader would hang the open; a regular file takes no notice of it.
constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
constexpr mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP;

using Opened = boost::system::result<Descriptor, WalkFault>;

WalkFault failed(int error) {
  switch (error) {
    case ELOOP: return {error, "is a symlink, which is not followed"};
    case ENXIO: return {error, "is not a regular file"};  // a FIFO without a reader, or a socket
    default: return {error, std::strerror(error)};
  }
}

WalkFault not_trusted(const std::string& what) {
  return {0, what + " in a directory that others can write; name a place that root alone can write"};
}

/// Others may have made this one.
std::optional<WalkFault> objection_to(const struct stat& status) {
  if (status.st_uid != 0) return not_trusted("is owned by uid " + std::to_string(status.st_uid));
  if (status.st_nlink > 1 && !S_ISDIR(status.st_mode)) return not_trusted("has a second name (a hard link)");
  return std::nullopt;
}

Opened open_with_roots_rights(const std::string& path) {
  const auto end = walk_to(path, {.allow_group = true, .allow_procfs = false});
  if (!end) return end.error().error > 0 ? failed(end.error().error) : end.error();
  Descriptor file(::openat(end->directory.number(), end->name.c_str(), flags, mode));
  // The kernel may refuse root, too, to open another's file in /tmp (fs.protected_regular, proc(5)).
  if (!file && errno == EACCES && end->is_shared) return not_trusted("is owned by another user");
  if (!file) return failed(errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return failed(errno);
  if (end->is_shared) {
    if (auto objection = objection_to(status)) return *std::move(objection);
  }
  if (S_ISREG(status.st_mode) && status.st_nlink > 1)
    return WalkFault{wrong_file, "has a second name (a hard link), so it may be another file"};
  return Opened(std::move(file));
}

/// No link of procfs is followed that the kernel resolves without a text, as /proc/self/cwd: those are ours.
Descriptor open_without_magic(const std::string& path) {
  open_how how{};
  how.flags = flags;
  how.mode = mode;
  how.resolve = RESOLVE_NO_MAGICLINKS;
  const int file = static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
  const bool is_unknown =
      file < 0 && (errno == ENOSYS || errno == EPERM);  // before Linux 5.6; by an old seccomp filter
  return Descriptor(is_unknown ? ::open(path.c_str(), flags, mode) : file);
}

bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

}  // namespace

Opened open_to_append(const std::string& path, bool with_roots_rights) {
  if (with_roots_rights) return open_with_roots_rights(path);
  Descriptor file = open_without_magic(path);
  const int error = file ? 0 : errno;
  if (error == ELOOP && !is_link(path)) return through_procfs();
  if (error != 0) return failed(error);
  if (is_on_procfs(file.number())) return through_procfs();
  return Opened(std::move(file));
}

bool is_name_of(const std::string& path, int descriptor) {
  struct stat there {
  }, here{};
  return ::lstat(path.c_str(), &there) == 0 && ::fstat(descriptor, &here) == 0 && there.st_ino == here.st_ino &&
         there.st_dev == here.st_dev;
}

bool ends_amid_a_line(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  // It is open for writing alone, so it is opened once more; where that can't be, nobody knows.
  const Descriptor file(::open(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_RDONLY | O_CLOEXEC));
  char last = '\n';
  return file && ::lseek(file.number(), -1, SEEK_END) >= 0 && ::read(file.number(), &last, 1) == 1 && last != '\n';
}

}  // namespace acron
