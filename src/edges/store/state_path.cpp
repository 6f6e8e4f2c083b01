#include "state_path.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>

#include "acron/core/characters.hpp"
#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/errno_error.hpp"
#include "acron/runtime/files/trusted_path.hpp"
#include "file_witness.hpp"

namespace acron {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> companions{"-wal", "-shm", "-journal"};
constexpr std::string_view aside = "state.db.bad-";
constexpr std::string_view mark_of_log = "-wal-in-use";
constexpr std::size_t kept_aside = 3;
constexpr int most_names = 100;  // tried in one second

StoreTrouble from_errno() {
  // Somebody has put the file elsewhere: what it has is not lost, and not to be forgotten.
  if (errno == ELOOP)
    return {StoreTrouble::Kind::unavailable,
            "it is a symlink; put the file itself there, or name its directory with --state"};
  // What can't be opened can still be renamed, in a directory of ours; a disk that is full or broken can't be helped.
  const bool in_the_way = errno == EACCES || errno == EPERM || errno == EISDIR || errno == ENXIO;
  return {in_the_way ? StoreTrouble::Kind::damaged : StoreTrouble::Kind::unavailable, std::strerror(errno)};
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

bool is_something_else(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

std::string utc_now() {
  const std::time_t now = ::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return text.data();
}

void sync_directory(const std::string& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.number());
}

}  // namespace

Result<StatePath> StatePath::prepare(const std::string& directory) {
  if (auto objection = objection_to_procfs(directory)) return Error{*std::move(objection)};
  std::error_code ec;
  fs::create_directories(fs::path(directory).parent_path(), ec);
  if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    return errno_error("can't make the state directory " + directory);
  const std::string real = fs::canonical(directory, ec);
  if (ec) return Error{directory + ": " + ec.message()};
  struct stat status {};
  if (::stat(real.c_str(), &status) != 0) return errno_error(real);
  if (!S_ISDIR(status.st_mode)) return Error{real + " is not a directory"};
  if (status.st_uid != ::geteuid()) return Error{real + " belongs to another user; name another with --state"};
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return Error{real + " can be written by others; chmod go-w it"};
  if (const auto objection = objection_to_place_of(directory))
    return Error{*objection + "; or name another with --state"};
  return StatePath(real);
}

bool StatePath::is_empty_file() const {
  struct stat status {};
  return ::lstat(file_.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

bool StatePath::is_missing() const { return !exists(file_); }

bool StatePath::make_log_readable() const {
  constexpr off_t one_page = 4096;
  struct stat log {};
  const bool has_log = ::lstat((file_ + "-wal").c_str(), &log) == 0 && S_ISREG(log.st_mode) && log.st_size > 0;
  return has_log && ::truncate(file_.c_str(), one_page) == 0;
}

void StatePath::mark_log() const {
  constexpr int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  const Descriptor mark(::open((file_ + std::string(mark_of_log)).c_str(), flags, S_IRUSR | S_IWUSR));
}

void StatePath::unmark_log() const { ::unlink((file_ + std::string(mark_of_log)).c_str()); }

bool StatePath::is_log_marked() const { return exists(file_ + std::string(mark_of_log)); }

bool StatePath::is_log_gone() const { return !exists(file_ + "-wal"); }

bool StatePath::has_log() const {
  if (is_log_gone() || is_something_else(file_ + "-wal")) return false;
  std::ifstream log(file_ + "-wal", std::ios::binary);
  std::string head(beginning_of_log.front().size(), '\0');
  log.read(head.data(), static_cast<std::streamsize>(head.size()));
  return is_one_of(head, beginning_of_log);
}

bool StatePath::has_lost_log() const { return exists(file_) && is_log_marked() && !has_log(); }

std::optional<StoreTrouble> StatePath::make_file() const {
  for (const std::string_view companion : companions) {
    const std::string path = file_ + std::string(companion);
    if (is_something_else(path)) return StoreTrouble::damage(path + " is not a regular file");
    // A log without its database would be played into the new one.
    if (!exists(file_) && exists(path)) return StoreTrouble::damage(file_ + " is gone, though " + path + " is there");
  }
  // O_NONBLOCK: a FIFO would hang the open; a regular file takes no notice of it.
  constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  const bool is_new = !exists(file_);
  const Descriptor file(::open(file_.c_str(), flags, S_IRUSR | S_IWUSR));
  if (!file) return from_errno();
  struct stat status {};
  const bool is_known = ::fstat(file.number(), &status) == 0;
  const bool is_file = is_known && S_ISREG(status.st_mode);
  if (is_file && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) ::fchmod(file.number(), S_IRUSR | S_IWUSR);
  if (!is_file) return StoreTrouble::damage("is not a regular file");
  if (is_new) sync_directory(directory_);
  return std::nullopt;
}

Result<std::string> StatePath::set_aside() const {
  const std::string name = directory_ + "/" + std::string(aside) + utc_now();
  for (int count = 1; count <= most_names; ++count) {
    const std::string target = count == 1 ? name : name + "." + std::to_string(count);
    if (exists(target)) continue;
    // The database first: should we die in between, the log that is left is found to have lost it.
    std::string kept = target;
    if (::renameat2(AT_FDCWD, file_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
      if (errno != ENOENT) return errno_error("can't rename " + file_);
      kept.clear();
    }
    for (const std::string_view companion : companions) {
      const std::string to = target + std::string(companion);
      if (::rename((file_ + std::string(companion)).c_str(), to.c_str()) == 0 && kept.empty()) kept = to;
    }
    remove_old_ones();
    sync_directory(directory_);
    return {boost::system::in_place_value, kept};
  }
  return Error{"too many files " + name};
}

void StatePath::remove_old_ones() const {
  std::set<std::string> names;  // sorted by time, as they are written; without the companions
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(directory_, ec)) {
    std::string name = entry.path().filename();
    if (!name.starts_with(aside)) continue;
    for (const std::string_view companion : companions)
      if (name.ends_with(companion)) name.resize(name.size() - companion.size());
    names.insert(name);
  }
  for (; names.size() > kept_aside; names.erase(names.begin())) {
    const std::string path = directory_ + "/" + *names.begin();
    ::unlink(path.c_str());  // fails on a directory, which we never made and don't remove
    for (const std::string_view companion : companions) ::unlink((path + std::string(companion)).c_str());
  }
}

}  // namespace acron
