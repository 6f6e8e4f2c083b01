#include "acron/runtime/process/left_reader.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <span>
#include <string_view>

#include "reading_rest.hpp"

namespace acron {
namespace {

constexpr std::string_view name = "acron-reader";

/// Where the kernel reads the command line of this process: glibc keeps the pointer to its beginning. Empty without
/// /proc.
std::span<char> command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const auto size = std::distance(std::istreambuf_iterator<char>(file), {});
  return {::program_invocation_name, static_cast<std::size_t>(size)};
}

/// Nobody is to take the process for a living acron: `ps` and `pgrep -f` show the new name, cut off where there was
/// less. Ends in a zero, or the kernel would read on into the environment.
void rename_to_reader(std::span<char> command_line) {
  std::fill(command_line.begin(), command_line.end(), '\0');
  if (!command_line.empty()) name.copy(command_line.data(), command_line.size() - 1);
  ::prctl(PR_SET_NAME, name.data());
}

/// Every descriptor but these, which are in order.
void close_others(const std::vector<int>& kept) {
  unsigned first = 0;
  for (const int descriptor : kept) {
    const auto number = static_cast<unsigned>(descriptor);
    if (number > first) ::syscall(SYS_close_range, first, number - 1, 0);
    first = number + 1;
  }
  ::syscall(SYS_close_range, first, ~0U, 0);
}

/// Throws away what comes from a pipe; a pipe that has ended is asked no more.
void read_away(pollfd& pipe) {
  static std::array<char, 64 * 1024> block;
  if (pipe.revents == 0) return;
  if (::read(pipe.fd, block.data(), block.size()) == 0 || (pipe.revents & (POLLERR | POLLNVAL)) != 0) {
    ::close(pipe.fd);
    pipe.fd = -1;
  }
}

/// Less than two seconds.
void sleep_for(std::chrono::nanoseconds time) {
  constexpr std::chrono::nanoseconds second = std::chrono::seconds(1);
  const timespec rest{time / second, (time % second).count()};
  ::nanosleep(&rest, nullptr);
}

[[noreturn]] void read_all_away(std::vector<pollfd>& pipes) {
  const auto open = [](const pollfd& pipe) { return pipe.fd >= 0; };
  while (std::any_of(pipes.begin(), pipes.end(), open)) {
    if (::poll(pipes.data(), pipes.size(), -1) <= 0) continue;
    const auto before = cpu_time_used();
    for (pollfd& pipe : pipes) read_away(pipe);
    sleep_for(rest_after(cpu_time_used() - before));
  }
  ::_exit(0);
}

}  // namespace

bool leave_reader_of(std::vector<int> pipes) {
  if (pipes.empty()) return true;
  std::sort(pipes.begin(), pipes.end());
  std::vector<pollfd> polled;
  for (const int pipe : pipes) polled.push_back({pipe, POLLIN, 0});
  const std::span<char> own_command_line = command_line();
  const pid_t between = ::fork();
  if (between < 0) return false;
  if (between > 0) {
    int status = 1;
    while (::waitpid(between, &status, 0) < 0 && errno == EINTR) continue;
    return status == 0;
  }
  // Other threads had locks when we were forked: system calls only from here on.
  ::setsid();
  if (const pid_t reader = ::fork(); reader != 0) ::_exit(reader > 0 ? 0 : 1);
  rename_to_reader(own_command_line);  // in the memory of a fork, which is its own
  close_others(pipes);
  read_all_away(polled);
}

}  // namespace acron
