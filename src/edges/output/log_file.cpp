#include "log_file.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "acron/runtime/append_file.hpp"

namespace acron {

namespace {

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

std::string objection_to(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return "is not a regular file";
  return {};
}

}  // namespace

LogFile::~LogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void LogFile::open() {
  const bool with_roots_rights = ::geteuid() == 0 && (!account_ || account_->uid == 0);
  auto file = [&] {
    const RightsOf rights(account_);
    return open_to_append(path_, with_roots_rights);
  }();
  if (!file) {
    const auto& [error, reason] = file.error();
    return fail(error == 0 ? reason + ", or give the job a 'user' who may write there" : reason);
  }
  if (const std::string reason = objection_to(file->number()); !reason.empty()) return fail(reason);
  descriptor_ = file->release();
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
