#include "log_output.hpp"

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
  if (torn_ && ::write(descriptor, "\n", 1) == 1) torn_ = false;  // what comes now is a line of its own
  while (descriptor >= 0 && !lines.empty()) {
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
    torn_ = false;
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
