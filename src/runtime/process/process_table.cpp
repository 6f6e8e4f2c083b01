#include "process_table.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "acron/runtime/files/descriptor.hpp"

namespace acron {
namespace {

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

/// The beginning of PID/stat in /proc; empty when the process is gone.
std::string stat_line(int proc, const char* pid) {
  std::array<char, 512> buffer{};
  const Descriptor file(::openat(proc, (std::string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
  return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

}  // namespace

std::optional<ProcessEntry> parse_process(std::string_view stat) {
  const auto after_name = stat.rfind(')');  // the name may hold anything, brackets too
  if (after_name == std::string_view::npos) return {};
  ProcessEntry process;
  const auto [end, fault] = std::from_chars(stat.data(), stat.data() + after_name, process.pid);
  if (fault != std::errc()) return {};
  const std::string rest(stat.substr(after_name + 1));
  char state = 0;
  unsigned long long start = 0;  // the 22nd field of the line; the state is the third
  constexpr const char* fields = " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu";
  if (std::sscanf(rest.c_str(), fields, &state, &process.parent, &process.group, &start) != 4) return {};
  process.start_time = start;
  process.alive = state != 'Z' && state != 'X';
  return process;
}

std::optional<ProcessEntry> process_entry(pid_t pid) {
  return parse_process(stat_line(AT_FDCWD, ("/proc/" + std::to_string(pid)).c_str()));
}

std::vector<ProcessEntry> process_table() {
  std::vector<ProcessEntry> table;
  const Directory proc(::opendir("/proc"), ::closedir);
  if (!proc) return table;
  while (const dirent* entry = ::readdir(proc.get())) {
    if (*entry->d_name < '1' || *entry->d_name > '9') continue;
    if (const auto process = parse_process(stat_line(::dirfd(proc.get()), entry->d_name))) table.push_back(*process);
  }
  return table;
}

bool still_lives(const ProcessEntry& process) {
  const auto now = process_entry(process.pid);
  return now && now->alive && now->start_time == process.start_time;
}

void signal_process(const ProcessEntry& process, int signal) {
  const Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  // Looked at only now: what lives still is what the descriptor is of.
  if (pidfd.number() < 0 || !still_lives(process)) return;
  ::syscall(SYS_pidfd_send_signal, pidfd.number(), signal, nullptr, 0);
}

bool has_living_members(pid_t group) {
  const auto table = process_table();
  return std::any_of(table.begin(), table.end(),
                     [&](const ProcessEntry& process) { return process.group == group && process.alive; });
}

}  // namespace acron
