#include "acron/edges/store/state_user.hpp"

#include <fcntl.h>

#include <algorithm>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {
namespace {

// Where SQLite puts its locks in a file (sqlite3's os.h): the pending byte, the reserved one, and the shared ones.
constexpr off_t first_locked = 0x40000000;
constexpr off_t bytes_locked = 2 + 510;

}  // namespace

std::optional<pid_t> user_of_state(const std::string& directory) {
  // To be called before this process has the file open: closing it here would drop all locks on it.
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  const Descriptor file(::open((directory + "/state.db").c_str(), flags));
  if (!file) return std::nullopt;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = first_locked;
  lock.l_len = bytes_locked;
  // Who only reads, a backup in another container say, is no acron.
  const bool is_locked = ::fcntl(file.number(), F_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
  if (!is_locked) return std::nullopt;
  return std::max<pid_t>(lock.l_pid, 0);
}

}  // namespace acron
