#include "acron/runtime/append_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "acron/runtime/trusted_path.hpp"

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
  const auto end = walk_to(path, {.allow_group = true});
  if (!end) return end.error().error == 0 ? end.error() : failed(end.error().error);
  Descriptor file(::openat(end->directory.number(), end->name.c_str(), flags, mode));
  // The kernel may refuse root, too, to open another's file in /tmp (fs.protected_regular, proc(5)).
  if (!file && errno == EACCES && end->is_shared) return not_trusted("is owned by another user");
  if (!file) return failed(errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return failed(errno);
  if (end->is_shared) {
    if (auto objection = objection_to(status)) return *std::move(objection);
  }
  return Opened(std::move(file));
}

}  // namespace

Opened open_to_append(const std::string& path, bool with_roots_rights) {
  if (with_roots_rights) return open_with_roots_rights(path);
  Descriptor file(::open(path.c_str(), flags, mode));
  return file ? Opened(std::move(file)) : failed(errno);
}

}  // namespace acron
