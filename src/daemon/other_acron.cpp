#include "other_acron.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view removed = " (deleted)";  // behind the name that proc(5) tells

bool is_private_file_of_ours(const struct stat& file) {
  return S_ISREG(file.st_mode) && file.st_uid == ::geteuid() && (file.st_mode & 07777) == (S_IRUSR | S_IWUSR);
}

bool is_lock_file(const fs::path& descriptor) {
  std::error_code failed;
  std::string link = fs::read_symlink(descriptor, failed);
  if (link.ends_with(removed)) link.resize(link.size() - removed.size());
  struct stat file {};
  return link.ends_with("/acron.lock") && ::stat(descriptor.c_str(), &file) == 0 && is_private_file_of_ours(file);
}

/// Others may hold on to a file of ours that they can't open (O_PATH), but have no claim on it.
bool is_claimed_removed(const fs::path& descriptor, dev_t file_system) {
  const Descriptor found(::open(descriptor.c_str(), O_PATH | O_CLOEXEC));
  struct stat file {};
  const bool may_be = found && ::fstat(found.number(), &file) == 0 && is_private_file_of_ours(file) &&
                      file.st_nlink == 0 && file.st_dev == file_system;
  const std::string to_lock = "/proc/self/fd/" + std::to_string(found.number());
  const Descriptor lock(may_be ? ::open(to_lock.c_str(), O_RDWR | O_CLOEXEC) : -1);
  return lock && is_claimed(lock.number());
}

template <typename Condition>
bool has_open(const fs::path& process, Condition wanted) {
  std::error_code failed;
  fs::directory_iterator descriptor(process / "fd", failed);
  for (; !failed && descriptor != fs::directory_iterator(); descriptor.increment(failed)) {
    if (wanted(descriptor->path())) return true;
  }
  return false;
}

std::set<pid_t> all_processes() {
  std::set<pid_t> processes;
  std::error_code failed;
  fs::directory_iterator entry("/proc", failed);
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    const pid_t process = std::atoi(entry->path().filename().c_str());
    if (process > 0) processes.insert(process);
  }
  return processes;
}

/// Those that hold a lock of fcntl(2) on any file. A machine has thousands of processes, with a thousand descriptors
/// each, but few of these. A /proc that is mounted with subset=pid has no list of locks.
std::set<pid_t> processes_with_claims() {
  std::ifstream locks("/proc/locks");
  if (!locks) return all_processes();
  std::set<pid_t> processes;
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, strictness, access;
    pid_t process = 0;
    if (words >> number >> kind >> strictness >> access >> process && kind == "POSIX") processes.insert(process);
  }
  return processes;
}

/// The first thread of a process runs the loop. Where another one hangs in a dead disk, it is a zombie until that ends.
bool has_first_thread(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto name_end = text.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= text.size() || text[name_end + 2] != 'Z';
}

}  // namespace

/// Until its child has descriptors of its own, the claim of one that was killed lasts, too.
bool is_claimed(int lock_file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(lock_file, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK || lock.l_pid <= 0) return false;
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, lock.l_pid, 0)));
  pollfd end{process.number(), POLLIN, 0};
  const bool alive = process && ::poll(&end, 1, 0) == 0;  // one that waits to be reaped has ended
  return alive && has_first_thread(lock.l_pid);
}

bool is_acron(pid_t process) { return has_open("/proc/" + std::to_string(process), is_lock_file); }

std::optional<pid_t> acron_with_removed(const std::string& path, int fresh) {
  struct stat file {};
  if (::fstat(fresh, &file) != 0) return std::nullopt;
  const std::string link = path + std::string(removed);
  std::error_code failed;
  const auto holds_it = [&](const fs::path& descriptor) {
    return fs::read_symlink(descriptor, failed) == link && is_claimed_removed(descriptor, file.st_dev);
  };
  for (const pid_t process : processes_with_claims()) {
    if (process != ::getpid() && has_open(fs::path("/proc") / std::to_string(process), holds_it)) return process;
  }
  return std::nullopt;
}

}  // namespace acron
