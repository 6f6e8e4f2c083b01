#include "change_hint.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

namespace acron {
namespace {

constexpr std::uint32_t changes = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE |
                                  IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;

/// File systems on which every change goes through this kernel.
bool is_local(int directory) {
  constexpr long xfs = 0x58465342, zfs = 0x2fc12fc1;  // not in linux/magic.h
  static constexpr std::array local{
      long{EXT4_SUPER_MAGIC}, long{BTRFS_SUPER_MAGIC}, long{TMPFS_MAGIC}, long{F2FS_SUPER_MAGIC}, xfs, zfs};
  struct statfs status {};
  if (::fstatfs(directory, &status) != 0) return false;
  return std::find(local.begin(), local.end(), static_cast<long>(status.f_type)) != local.end();
}

}  // namespace

void ChangeHint::begin_walk() {
  queue_ = Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!mounts_) mounts_ = Descriptor(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
  mounts_changed();  // so far
  trusted_ = queue_ && mounts_;
}

void ChangeHint::watch(int directory) {
  if (!trusted_) return;
  // Its path could lead elsewhere by now.
  const std::string path = "/proc/self/fd/" + std::to_string(directory);
  trusted_ = is_local(directory) && ::inotify_add_watch(queue_.number(), path.c_str(), changes | IN_ONLYDIR) >= 0;
}

bool ChangeHint::may_have_changed() {
  // inotify is silent where another file system covers a directory, or a file, that is watched.
  if (!trusted_ || mounts_changed()) return true;
  std::array<char, 4096> events;
  return ::read(queue_.number(), events.data(), events.size()) >= 0 || errno != EAGAIN;
}

bool ChangeHint::mounts_changed() {
  pollfd mounts{mounts_.number(), POLLPRI, 0};
  return ::poll(&mounts, 1, 0) != 0;
}

}  // namespace acron
