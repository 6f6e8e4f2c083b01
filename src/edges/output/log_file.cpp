#include "log_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace acron {

namespace {

constexpr const char* not_regular = "is not a regular file";

/// This thread sees the file system as the account does, while it lives; the other threads do not, since the kernel is
/// asked and not the C library. Without an account nothing changes.
class RightsOf {
 public:
  explicit RightsOf(const std::optional<Account>& account) : taken_(account.has_value()) {
    if (!taken_) return;
    std::array<gid_t, 1024> before{};
    const long count = ::syscall(SYS_getgroups, before.size(), before.data());
    groups_.assign(before.begin(), before.begin() + std::max(count, 0L));
    ::syscall(SYS_setgroups, account->groups.size(), account->groups.data());
    ::syscall(SYS_setfsgid, account->gid);
    ::syscall(SYS_setfsuid, account->uid);
  }
  ~RightsOf() {
    if (!taken_) return;
    ::syscall(SYS_setfsuid, ::geteuid());
    ::syscall(SYS_setfsgid, ::getegid());
    ::syscall(SYS_setgroups, groups_.size(), groups_.data());
  }
  RightsOf(const RightsOf&) = delete;
  RightsOf& operator=(const RightsOf&) = delete;

 private:
  bool taken_;
  std::vector<gid_t> groups_;
};

/// What a failed open says of such a path.
std::string words_of(int failure) {
  switch (failure) {
    case ELOOP: return "is a symlink, which is not followed";
    case ENXIO: return not_regular;  // a FIFO without a reader, or a socket
    default: return std::strerror(failure);
  }
}

}  // namespace

LogFile::~LogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void LogFile::open() {
  // O_NONBLOCK: a FIFO without a reader would hang the open; a regular file takes no notice of it.
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  {
    const RightsOf rights(account_);
    descriptor_ = ::open(path_.c_str(), flags, S_IRUSR | S_IWUSR | S_IRGRP);
  }
  if (descriptor_ < 0) return fail(words_of(errno));
  const std::string reason = objection();
  if (reason.empty()) return;
  ::close(descriptor_);
  descriptor_ = -1;
  fail(reason);
}

std::string LogFile::objection() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return not_regular;
  if (::geteuid() == 0 && (!account_ || account_->uid == 0) && status.st_nlink > 1)
    return "has a second name (a hard link), so it may be another file";
  return {};
}

void LogFile::append(std::string_view first, std::string_view second) {
  while (descriptor_ >= 0 && first.size() + second.size() > 0) {
    const std::array<iovec, 2> pieces{
        {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}}};
    const ssize_t written = ::writev(descriptor_, pieces.data(), static_cast<int>(pieces.size()));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      fail(written < 0 ? std::strerror(errno) : "nothing was written");
      break;
    }
    auto count = static_cast<std::size_t>(written);
    const std::size_t from_first = std::min(count, first.size());
    first.remove_prefix(from_first);
    second.remove_prefix(count - from_first);
  }
  lost_bytes_ += first.size() + second.size();
}

void LogFile::fail(const std::string& reason) {
  if (failure_.empty()) failure_ = reason;
}

}  // namespace acron
