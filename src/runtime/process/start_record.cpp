#include "acron/runtime/process/start_record.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "acron/core/job/run_mark.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

constexpr std::size_t most_bytes = std::size_t{1536} * 1024;
/// That stay on the disk: some 250 starts, and their ends.
constexpr std::size_t kept_bytes = std::size_t{96} * 1024;

/// In a directory that is ours alone. Empty, and errno, when it can't be used.
Descriptor open_own_file(const std::string& path) {
  // O_NONBLOCK: a FIFO would hang the open.
  constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  Descriptor file(::open(path.c_str(), flags, S_IRUSR | S_IWUSR));
  struct stat status {};
  if (!file || ::fstat(file.number(), &status) != 0) return {};
  if (S_ISREG(status.st_mode) && status.st_uid == ::geteuid() && status.st_nlink == 1) return file;
  errno = EPERM;
  return {};
}

std::string entries_in(int file, std::size_t most) {
  struct stat status {};
  if (::fstat(file, &status) != 0 || status.st_size <= 0) return {};
  std::string content(std::min(most, static_cast<std::size_t>(status.st_size)), '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t count = ::pread(file, content.data() + size, content.size() - size, static_cast<off_t>(size));
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  // Behind the last entry are the zero bytes that end it, and those of room that is kept.
  const auto last = content.find_last_not_of('\0');
  size = last == std::string::npos ? 0 : std::min(last + 3, size);
  return content.substr(0, size);
}

/// From its beginning on.
bool write_all(int file, std::string_view content) {
  for (std::size_t at = 0; at < content.size();) {
    const ssize_t count = ::pwrite(file, content.data() + at, content.size() - at, static_cast<off_t>(at));
    if (count <= 0) return false;
    at += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

StartRecord::StartRecord(std::string directory) : path_(std::move(directory) + "/starts") {
  use(open());
  if (!file_) return;
  left_ = entries_in(file_.number(), most_bytes);
  used_ = left_.size();
  ::lseek(file_.number(), static_cast<off_t>(used_), SEEK_SET);
}

StartRecord::Opened StartRecord::open() const {
  Opened opened{open_own_file(path_)};
  if (!opened.file) opened.trouble = errno;
  // Where that is not possible, or not now, the file grows as it is written.
  const bool is_full = opened.file && ::fallocate(opened.file.number(), 0, 0, kept_bytes) != 0 &&
                       (errno == ENOSPC || errno == EDQUOT || errno == EFBIG);
  if (is_full) opened.trouble = errno;
  return opened;
}

StartRecord::Opened StartRecord::make_anew() const {
  Opened opened = open();
  if (!opened.file) return opened;
  const bool is_empty = ::ftruncate(opened.file.number(), kept_bytes) == 0 &&
                        write_all(opened.file.number(), std::string(kept_bytes, '\0'));
  if (!is_empty) opened.used = most_bytes;  // of whatever lies there
  return opened;
}

void StartRecord::use(Opened opened) {
  file_ = std::move(opened.file);
  used_ = opened.used;
  trouble_ = opened.trouble;
  say_trouble();
}

std::string StartRecord::take_left() { return std::exchange(left_, {}); }

void StartRecord::write(std::string_view entry) {
  if (!file_) return;
  trouble_ = used_ + entry.size() > most_bytes ? EFBIG : 0;
  if (trouble_ != 0) return;
  // The place in the file is that of its descriptor, which the child shares with us, too.
  const long written = ::syscall(SYS_write, file_.number(), entry.data(), entry.size());
  if (written > 0) used_ += static_cast<std::size_t>(written);
  if (written < 0) trouble_ = errno;
  if (written >= 0 && static_cast<std::size_t>(written) < entry.size()) trouble_ = ENOSPC;
}

void StartRecord::say_trouble() {
  const bool was_said = std::exchange(is_said_, trouble_ != 0);
  if (trouble_ == 0 || was_said) return;
  log(Severity::warning, "starts-unwritten",
      {{"file", path_},
       {"reason", std::strerror(trouble_)},
       {"effect", "a start is not known after a kill -9 before it is in the state file"}});
}

void StartRecord::clear(const std::function<bool(std::string_view run)>& goes_on) {
  if (used_ == 0) return;
  std::string rest = entries_of(entries_in(file_.number(), used_), goes_on, kept_bytes / 2);
  const std::size_t size = rest.size();
  if (size == used_) return;
  if (used_ > kept_bytes) static_cast<void>(::ftruncate(file_.number(), kept_bytes));
  rest.resize(std::min(used_.load(), kept_bytes));  // zeros behind it
  if (!write_all(file_.number(), rest)) return;     // tried again behind the next start
  ::lseek(file_.number(), static_cast<off_t>(size), SEEK_SET);
  used_ = size;
}

bool StartRecord::is_in_place() const {
  struct stat named {};
  struct stat open {};
  return file_ && ::fstat(file_.number(), &open) == 0 && ::lstat(path_.c_str(), &named) == 0 &&
         named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

}  // namespace acron
