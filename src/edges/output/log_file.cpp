#include "log_file.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

#include "acron/runtime/files/append_file.hpp"
#include "cut_files.hpp"

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

std::string objection_to_log_file(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return "is not a regular file";
  return {};
}

CutFiles& cut_files() {
  static CutFiles files;
  return files;
}

}  // namespace

LogFile::LogFile(std::string path, std::optional<Account> account, const SinkState& before)
    : path_(std::move(path)),
      account_(std::move(account)),
      file_(before.descriptor),
      failure_(before.failure),
      lost_bytes_(before.lost_bytes) {}

void LogFile::open() {
  file_ = Descriptor();
  try {
    open_anew();
  } catch (const std::bad_alloc&) {
    fail("no memory");
  }
}

void LogFile::open_anew() {
  const bool with_roots_rights = ::geteuid() == 0 && (!account_ || account_->uid == 0);
  auto file = [&] {
    const RightsOf rights(account_);
    return open_to_append(path_, with_roots_rights);
  }();
  if (!file) {
    const auto& [error, reason] = file.error();
    return fail(error == 0 ? reason + ", or give the job a 'user' who may write there" : reason);
  }
  if (const std::string reason = objection_to_log_file(file->number()); !reason.empty()) return fail(reason);
  file_ = std::move(*file);
  if (lost_bytes_ == 0) failure_.clear();  // it could not be opened before, and nothing came meanwhile
}

/// What was moved away is written on for as long as nothing can be opened in its place.
void LogFile::open_in_place() {
  Descriptor before = std::move(file_);
  const std::string failure = failure_;
  open();
  struct stat status {};
  const bool has_name = before && ::fstat(before.number(), &status) == 0 && status.st_nlink > 0;
  if (file_ || !has_name) return;
  file_ = std::move(before);
  failure_ = failure;
}

void LogFile::append(std::string_view text) {
  if (!file_ || !is_name_of(path_, file_.number())) open_in_place();
  std::array<std::string_view, 2> pieces{end_of_cut_line(), text};
  if (file_) write(pieces);
  const std::size_t lost = pieces[1].size();
  lost_bytes_ += lost;
  if (lost > 0 && file_) note_cut();
}

/// Takes from the pieces what it has written.
void LogFile::write(std::array<std::string_view, 2>& pieces) {
  while (std::any_of(pieces.begin(), pieces.end(), [](std::string_view piece) { return !piece.empty(); })) {
    std::array<iovec, 2> vector{};
    std::transform(pieces.begin(), pieces.end(), vector.begin(), [](std::string_view piece) {
      return iovec{const_cast<char*>(piece.data()), piece.size()};
    });
    const ssize_t written = ::writev(file_.number(), vector.data(), static_cast<int>(vector.size()));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(written < 0 ? std::strerror(errno) : "nothing was written");
    auto count = static_cast<std::size_t>(written);
    for (std::string_view& piece : pieces) {
      const std::size_t taken = std::min(count, piece.size());
      piece.remove_prefix(taken);
      count -= taken;
    }
  }
}

/// The stump of the line stays: cutting it off could take what another process appends in the same moment.
void LogFile::note_cut() const {
  struct stat status {};
  try {
    if (ends_amid_a_line(file_.number()) && ::fstat(file_.number(), &status) == 0) cut_files().add(status);
  } catch (const std::bad_alloc&) {
  }  // what comes next joins the stump
}

/// Which it is for us to write; empty when none was cut.
std::string_view LogFile::end_of_cut_line() const {
  struct stat status {};
  if (!file_ || cut_files().empty() || ::fstat(file_.number(), &status) != 0) return {};
  return cut_files().take(status) ? "\n" : "";
}

void LogFile::fail(const std::string& reason) {
  if (failure_.empty()) failure_ = reason;
}

}  // namespace acron
