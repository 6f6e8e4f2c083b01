#include "log_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "acron/runtime/append_file.hpp"
#include "acron/runtime/console.hpp"

namespace acron {
namespace {

auto open_log_file(const std::string& path) { return open_to_append(path, ::geteuid() == 0); }

mode_t kind_of(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

/// An acron whose disk became full amid a line may have left it so. The file is open for writing alone, so it is opened
/// once more; where that can't be, nobody knows.
bool ends_amid_a_line(int descriptor) {
  if (kind_of(descriptor) != S_IFREG) return false;
  const Descriptor file(::open(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_RDONLY | O_CLOEXEC));
  char last = '\n';
  return file && ::lseek(file.number(), -1, SEEK_END) >= 0 && ::read(file.number(), &last, 1) == 1 && last != '\n';
}

}  // namespace

LogOutput::LogOutput(std::string path) : path_(std::move(path)) {
  auto file = open_log_file(path_);
  if (!file) {
    const auto& [error, reason] = file.error();
    if (error > 0) throw std::system_error(error, std::generic_category(), path_);
    throw std::runtime_error("the log " + path_ + " can't be trusted: " + reason);
  }
  file_ = std::move(*file);
  kind_ = kind_of(file_.number());
  torn_ = ends_amid_a_line(file_.number());
}

std::uint64_t LogOutput::write(std::string_view lines) {
  if (path_.empty()) {
    const std::lock_guard lock(console_lock(STDERR_FILENO));
    return write_to(STDERR_FILENO, lines);
  }
  if (!is_in_place()) find_file();
  return write_to(file_.number(), lines);
}

std::uint64_t LogOutput::write_to(int descriptor, std::string_view lines) {
  // What comes now is a line of its own. A disk that has no room for that end may have some in the next moment.
  if (torn_) torn_ = ::write(descriptor, "\n", 1) != 1;
  const bool is_refused = descriptor < 0 || torn_;
  while (!is_refused && !lines.empty()) {
    const ssize_t written = ::write(descriptor, lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    torn_ = lines[static_cast<std::size_t>(written) - 1] != '\n';
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
}

/// A file that was moved away, and has no successor, still gets the lines, unless it was removed: nobody could ever
/// read them there.
void LogOutput::find_file() {
  auto fresh = open_log_file(path_);
  if (fresh && kind_of(fresh->number()) == kind_) {
    file_ = std::move(*fresh);
    torn_ = ends_amid_a_line(file_.number());
  } else if (file_ && has_no_name()) {
    file_ = Descriptor();
  }
}

bool LogOutput::is_in_place() const {
  struct stat there {
  }, here{};
  return ::stat(path_.c_str(), &there) == 0 && ::fstat(file_.number(), &here) == 0 && there.st_ino == here.st_ino &&
         there.st_dev == here.st_dev;
}

bool LogOutput::has_no_name() const {
  struct stat status {};
  return ::fstat(file_.number(), &status) != 0 || status.st_nlink == 0;
}

}  // namespace acron
