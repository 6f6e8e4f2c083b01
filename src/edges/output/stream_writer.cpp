#include "stream_writer.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

#include "acron/runtime/log/console.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto longest_wait = std::chrono::seconds(5);
constexpr auto longest_end = std::chrono::seconds(3);
constexpr auto longest_pause_at_end = std::chrono::seconds(1);
constexpr auto longest_wait_for_console = std::chrono::milliseconds(20);
/// As much as a pipe that is ready takes at once, and from one writer only.
constexpr std::size_t longest_write = PIPE_BUF;

/// By stream. Literals: there may be no memory when they are needed.
struct Words {
  const char *name, *closed, *unread, *nowhere;
};
constexpr std::array<Words, 2> words{{{"stdout", "acron's stdout is closed", "nobody reads acron's stdout",
                                       "acron runs in the background, where its stdout leads nowhere"},
                                      {"stderr", "acron's stderr is closed", "nobody reads acron's stderr",
                                       "acron runs in the background, where its stderr leads nowhere"}}};

const Words& words_about(Stream stream) { return words.at(static_cast<std::size_t>(stream)); }

/// The lines that one write takes, or else one long line.
std::string_view first_group(std::string_view lines) {
  std::size_t end = lines.substr(0, longest_write).rfind('\n');
  if (end == std::string_view::npos) end = lines.find('\n');
  return lines.substr(0, end == std::string_view::npos ? end : end + 1);
}

}  // namespace

PrintedByRun::PrintedByRun(Stream stream, std::string job, std::string run)
    : stream_(stream), job_(std::move(job)), run_(std::move(run)) {}

PrintedByRun::~PrintedByRun() { tell(); }

void PrintedByRun::tell() noexcept {
  const std::lock_guard lock(mutex_);
  if (lost_bytes_ == 0) return;
  try {
    log(Severity::error, "output-failed",
        {{"job", job_},
         {"run", run_},
         {"output", words_about(stream_).name},
         {"reason", failure_},
         {"lost-bytes", std::to_string(lost_bytes_)}});
    lost_bytes_ = 0;
  } catch (const std::bad_alloc&) {
  }
}

void PrintedByRun::lose(std::uint64_t bytes, std::string_view reason) noexcept {
  const std::lock_guard lock(mutex_);
  lost_bytes_ += bytes;
  try {
    if (failure_.empty()) failure_ = reason;
  } catch (const std::bad_alloc&) {
  }
}

std::uint64_t PrintedByRun::lost_bytes() const {
  const std::lock_guard lock(mutex_);
  return lost_bytes_;
}

std::string PrintedByRun::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

StreamWriter::StreamWriter(Stream stream, bool leads_nowhere)
    : stream_(stream),
      descriptor_(stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO),
      leads_nowhere_(leads_nowhere),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StreamWriter::~StreamWriter() {
  const auto end = Steady::now() + longest_end;
  {
    std::unique_lock lock(mutex_);
    while (thread_.joinable() && !entries_.empty() && Steady::now() < end &&
           Steady::now() < progress_ + longest_pause_at_end)
      changed_.wait_for(lock, longest_wait_for_console);
  }
  stop();
  lose_all("acron ended before it was read");
}

bool StreamWriter::has_room() const {
  const std::lock_guard lock(mutex_);
  return !is_full();
}

bool StreamWriter::is_stuck() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_ > 0 && Steady::now() > progress_ + longest_wait;
}

void StreamWriter::write(std::shared_ptr<PrintedByRun> whose, std::string lines) {
  if (leads_nowhere_) return whose->lose(lines.size(), words_about(stream_).nowhere);
  const std::lock_guard lock(mutex_);
  if (is_full()) return whose->lose(lines.size(), words_about(stream_).unread);
  if (entries_.empty()) progress_ = Steady::now();
  waiting_bytes_ += lines.size();
  entries_.push_back({std::move(whose), std::move(lines)});
  if (!thread_.joinable() && !is_stopping_) start();
  changed_.notify_all();
}

void StreamWriter::take_all(bool is_on) {
  const std::lock_guard lock(mutex_);
  takes_all_ = is_on;
}

std::vector<WaitingLines> StreamWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  ::eventfd_write(wake_.number(), 1);
  if (thread_.joinable()) thread_.join();
  std::vector<WaitingLines> waiting;
  for (const Entry& entry : entries_)
    waiting.push_back({stream_, entry.whose->job(), entry.whose->run(), entry.lines.substr(entry.written)});
  return waiting;
}

void StreamWriter::resume() {
  eventfd_t ignored = 0;
  ::eventfd_read(wake_.number(), &ignored);
  const std::lock_guard lock(mutex_);
  is_stopping_ = false;
  if (!entries_.empty()) start();
}

void StreamWriter::start() {
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
  }  // no memory for a thread: what comes next tries again
}

void StreamWriter::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_stopping_ || !entries_.empty(); });
    if (is_stopping_) return;
    write_front(lock);
    changed_.notify_all();
  }
}

/// Without the lock while it writes: entries are only ever put behind the first one.
void StreamWriter::write_front(std::unique_lock<std::mutex>& lock) {
  Entry& entry = entries_.front();
  const std::string_view group = first_group(std::string_view(entry.lines).substr(entry.written));
  lock.unlock();
  int error = 0;
  const std::size_t written = write_group(group, error);
  lock.lock();
  if (error != 0)
    entry.whose->lose(group.size() - written, error == EBADF ? words_about(stream_).closed : std::strerror(error));
  if (written > 0 || error != 0) progress_ = Steady::now();
  const std::size_t done = error != 0 ? group.size() : written;
  entry.written += done;
  waiting_bytes_ -= done;
  if (entry.written == entry.lines.size()) entries_.pop_front();
}

/// Returns how much was written: less than all when it is to stop, or when there is an error.
std::size_t StreamWriter::write_group(std::string_view lines, int& error) {
  Console& console = console_of(descriptor_);
  while (!console.mutex.try_lock_for(longest_wait_for_console)) {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return 0;
  }
  const std::lock_guard console_guard(console.mutex, std::adopt_lock);
  std::size_t written = 0;
  while (written < lines.size() && wait_until_writable(written > 0)) {
    const bool ends_line = console.is_torn && written == 0;  // another's
    const std::string_view piece = ends_line ? "\n" : lines.substr(written, longest_write);
    const ssize_t count = ::write(descriptor_, piece.data(), piece.size());
    if (count > 0) {
      console.is_torn = piece[static_cast<std::size_t>(count) - 1] != '\n';
      if (!ends_line) written += static_cast<std::size_t>(count);
    } else if (errno != EINTR && errno != EAGAIN) {
      error = errno;
      break;
    }
  }
  return written;
}

/// False when it is to stop: not amid a line while that can go on.
bool StreamWriter::wait_until_writable(bool is_amid_a_line) {
  std::array<pollfd, 2> waited{{{descriptor_, POLLOUT, 0}, {wake_.number(), POLLIN, 0}}};
  while (::poll(waited.data(), waited.size(), -1) < 0 && errno == EINTR) {
  }
  return waited[1].revents == 0 || (is_amid_a_line && waited[0].revents != 0);
}

void StreamWriter::lose_all(std::string_view reason) {
  for (const Entry& entry : entries_) entry.whose->lose(entry.lines.size() - entry.written, reason);
  entries_.clear();
}

}  // namespace acron
