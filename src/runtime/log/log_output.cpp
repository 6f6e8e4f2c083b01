#include "log_output.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "acron/runtime/files/append_file.hpp"
#include "acron/runtime/log/console.hpp"

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
  torn_ = ends_amid_a_line(file_.number());
}

std::uint64_t LogOutput::write(std::string_view lines) {
  if (path_.empty()) {
    Console& console = console_of(STDERR_FILENO);
    const std::lock_guard lock(console.mutex);
    return write_to(STDERR_FILENO, lines, console.is_torn);
  }
  if (!is_name_of(path_, file_.number())) find_file();
  return write_to(file_.number(), lines, torn_);
}

std::uint64_t LogOutput::write_to(int descriptor, std::string_view lines, bool& torn) {
  // What comes now is a line of its own. A disk that has no room for that end may have some in the next moment.
  if (torn) torn = ::write(descriptor, "\n", 1) != 1;
  const bool is_refused = descriptor < 0 || torn;
  while (!is_refused && !lines.empty()) {
    const ssize_t written = ::write(descriptor, lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    torn = lines[static_cast<std::size_t>(written) - 1] != '\n';
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

bool LogOutput::has_no_name() const {
  struct stat status {};
  return ::fstat(file_.number(), &status) != 0 || status.st_nlink == 0;
}

}  // namespace acron
