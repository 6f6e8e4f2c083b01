#include "acron/runtime/process/mark_key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {
namespace {

// In a directory that is ours alone. O_NONBLOCK: a FIFO would hang the open.
constexpr int common_flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;

std::string path_in(const std::string& directory) { return directory + "/mark.key"; }

}  // namespace

std::optional<DigestKey> read_mark_key(const std::string& directory) {
  const Descriptor file(::open(path_in(directory).c_str(), O_RDONLY | common_flags));
  struct stat status {};
  if (!file || ::fstat(file.number(), &status) != 0) return std::nullopt;
  constexpr mode_t of_others = S_IRWXG | S_IRWXO;
  const bool is_ours_alone =
      S_ISREG(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & of_others) == 0;
  DigestKey key{};
  const bool has_its_size = status.st_size == static_cast<off_t>(key.size());
  if (!is_ours_alone || !has_its_size) return std::nullopt;
  if (::read(file.number(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) return std::nullopt;
  return key;
}

bool write_mark_key(const std::string& directory, const DigestKey& key) {
  const std::string path = path_in(directory), fresh = path + ".new";
  ::unlink(fresh.c_str());
  const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | common_flags, S_IRUSR | S_IWUSR));
  if (!file) return false;
  if (::write(file.number(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    ::unlink(fresh.c_str());
    return false;
  }
  return std::rename(fresh.c_str(), path.c_str()) == 0;
}

}  // namespace acron
