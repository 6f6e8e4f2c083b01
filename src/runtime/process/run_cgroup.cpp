#include "run_cgroup.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <memory>
#include <sstream>

#include "acron/runtime/files/descriptor.hpp"
#include "cgroup_file.hpp"
#include "process_table.hpp"

namespace acron {
namespace {

/// A job may make groups below its own (a container does).
constexpr int deepest_cgroup = 32;

bool remove_with_those_below(int parent, const std::string& name, int depth) {
  if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
  if (errno != EBUSY || depth == deepest_cgroup) return false;
  Descriptor opened(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!opened) return errno == ENOENT;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(opened.number()), ::closedir);
  if (!directory) return false;
  const int descriptor = opened.release();
  bool any_below = false;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_type != DT_DIR || *entry->d_name == '.') continue;
    any_below = true;
    if (!remove_with_those_below(descriptor, entry->d_name, depth + 1)) return false;
  }
  return any_below && ::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0;
}

std::vector<pid_t> members_of(const RunCgroup& cgroup) {
  std::istringstream text(read_cgroup_file(cgroup.tree, cgroup.name + "/cgroup.procs").value_or(""));
  std::vector<pid_t> members;
  for (pid_t pid = 0; text >> pid;) members.push_back(pid);
  return members;
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> number_behind(std::string_view key, const std::optional<std::string>& text) {
  const auto at = text ? text->find(key) : std::string::npos;
  return at != std::string::npos ? number_in(text->substr(at + key.size())) : std::nullopt;
}

}  // namespace

int RunCgroup::open_directory() const { return ::openat(tree, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

bool RunCgroup::is_populated() const {
  const auto events = read_cgroup_file(tree, name + "/cgroup.events");
  return events && events->find("populated 1") != std::string::npos;
}

void RunCgroup::signal_outside(pid_t group, int signal) const {
  std::vector<ProcessEntry> found;
  for (const pid_t pid : members_of(*this)) {
    const auto process = process_entry(pid);
    if (process && process->group != group) found.push_back(*process);
  }
  // What is a member now was one before, under that pid, or has become one meanwhile.
  const auto still = members_of(*this);
  for (const ProcessEntry& process : found) {
    if (std::find(still.begin(), still.end(), process.pid) != still.end()) signal_process(process, signal);
  }
}

bool RunCgroup::kill() const {
  if (write_cgroup_file(tree, name + "/cgroup.kill", "1")) return true;
  signal_outside(0, SIGKILL);
  return !is_populated();
}

std::optional<std::chrono::microseconds> RunCgroup::cpu_time() const {
  const auto time = number_behind("usage_usec ", read_cgroup_file(tree, name + "/cpu.stat"));
  if (!time) return {};
  return std::chrono::microseconds(*time);
}

std::optional<std::uint64_t> RunCgroup::peak_memory() const {
  const auto peak = read_cgroup_file(tree, name + "/memory.peak");
  return peak ? number_in(*peak) : std::nullopt;
}

bool RunCgroup::ran_out_of_memory() const {
  return number_behind("oom_kill ", read_cgroup_file(tree, name + "/memory.events")).value_or(0) > 0;
}

bool RunCgroup::remove() const { return remove_with_those_below(tree, name, 0); }

}  // namespace acron
