#include "change_hint.hpp"

#include <linux/magic.h>
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace acron {
namespace {

constexpr std::uint32_t changes = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE |
                                  IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;

/// File systems on which every change goes through this kernel.
bool is_local(const std::string& directory) {
  constexpr long xfs = 0x58465342, zfs = 0x2fc12fc1;  // not in linux/magic.h
  static constexpr std::array local{
      long{EXT4_SUPER_MAGIC}, long{BTRFS_SUPER_MAGIC}, long{TMPFS_MAGIC}, long{F2FS_SUPER_MAGIC}, xfs, zfs};
  struct statfs status {};
  if (::statfs(directory.c_str(), &status) != 0) return false;
  return std::find(local.begin(), local.end(), static_cast<long>(status.f_type)) != local.end();
}

}  // namespace

ChangeHint::ChangeHint() = default;

ChangeHint::~ChangeHint() { close(); }

void ChangeHint::close() {
  if (queue_ >= 0) ::close(queue_);
  queue_ = -1;
}

void ChangeHint::begin_walk() {
  close();
  queue_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  trusted_ = queue_ >= 0;
}

void ChangeHint::watch(const std::string& directory) {
  if (!trusted_) return;
  trusted_ = is_local(directory) && ::inotify_add_watch(queue_, directory.c_str(), changes | IN_ONLYDIR) >= 0;
}

bool ChangeHint::may_have_changed() {
  if (!trusted_) return true;
  std::array<char, 4096> events;
  return ::read(queue_, events.data(), events.size()) >= 0 || errno != EAGAIN;
}

}  // namespace acron
