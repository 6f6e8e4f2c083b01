#include "run_cgroups.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <sstream>
#include <string_view>
#include <utility>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/files/errno_error.hpp"
#include "cgroup_file.hpp"
#include "cgroup_place.hpp"
#include "signals_blocked.hpp"

namespace acron {
namespace {

/// No unit is called so: an acron that finds itself in there (after an exec of itself) knows its subtree.
constexpr std::string_view own_group = "acron-itself";
constexpr std::string_view run_prefix = "run-";  // run-PID-COUNT; the pid is acron's
constexpr std::size_t looked_at_once = 64;

bool has_word(const std::string& text, std::string_view word) {
  std::istringstream words(text);
  for (std::string each; words >> each;) {
    if (each == word) return true;
  }
  return false;
}

/// Where systemd is in charge, what it has not delegated is its own, though root could write there.
bool is_left_to_us(const std::string& directory) {
  struct stat status {};
  if (::stat("/run/systemd/system", &status) != 0) return true;
  for (const char* attribute : {"trusted.delegate", "user.delegate"}) {
    std::array<char, 2> value{};
    if (::getxattr(directory.c_str(), attribute, value.data(), value.size()) == 1 && value[0] == '1') return true;
  }
  return false;
}

/// The acron that has made a group of this name; 0 when none has.
pid_t maker_of(std::string_view name) {
  pid_t pid = 0;
  if (!name.starts_with(run_prefix)) return 0;
  name.remove_prefix(run_prefix.size());
  const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), pid);
  return fault == std::errc() && end != name.data() + name.size() && *end == '-' ? pid : 0;
}

/// The directory of the group that a process is in; empty when we can't see it.
std::optional<std::string> directory_of_group(const std::string& process) {
  const auto cgroup = read_cgroup_file(AT_FDCWD, "/proc/" + process + "/cgroup");
  const auto mounts = read_cgroup_file(AT_FDCWD, "/proc/self/mountinfo");
  return cgroup && mounts ? cgroup_directory(*cgroup, *mounts) : std::nullopt;
}

/// Whoever may write to the list of a group's processes can move processes there, which would be killed with the run.
bool only_we_can_write(int tree, const std::string& path) {
  struct stat status {};
  return ::fstatat(tree, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid == ::geteuid() &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

Result<std::string> RunCgroups::own_directory() {
  auto directory = directory_of_group("self");
  if (!directory) return Error{"no cgroup v2"};
  const std::string ending = "/" + std::string(own_group);
  if (directory->ends_with(ending)) directory->resize(directory->size() - ending.size());
  if (!is_left_to_us(*directory)) return Error{*directory + " is not delegated"};
  return Result<std::string>(boost::system::in_place_value, std::move(*directory));
}

Result<std::unique_ptr<RunCgroups>> RunCgroups::open(const std::string& directory, LaunchPad& pad) {
  if (!LaunchPad::enters_cgroups) return Error{"not on this kind of machine"};
  Descriptor tree(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!tree) return errno_error(directory);
  std::unique_ptr<RunCgroups> cgroups(new RunCgroups(directory, std::move(tree)));
  if (::faccessat(cgroups->tree_.number(), "cgroup.procs", W_OK, AT_EACCESS) != 0)
    return errno_error(directory + "/cgroup.procs");
  cgroups->enable_controllers();
  cgroups->adopt_left_groups();
  cgroups->tidy();
  if (const auto failed = cgroups->try_out(pad)) return *failed;
  return cgroups;
}

void RunCgroups::enable_controllers() {
  const std::string there = read_cgroup_file(tree_.number(), "cgroup.controllers").value_or("");
  if (!has_word(there, "memory") && !has_word(there, "pids")) return;
  const std::string group(own_group);
  if (::mkdirat(tree_.number(), group.c_str(), 0755) == 0 || errno == EEXIST) {
    // A refusal shows below: the kernel then hands no controller on.
    static_cast<void>(write_cgroup_file(tree_.number(), group + "/cgroup.procs", "0"));
  }
  for (const char* controller : {"+memory", "+pids"}) {
    static_cast<void>(write_cgroup_file(tree_.number(), "cgroup.subtree_control", controller));
  }
  const std::string handed_on = read_cgroup_file(tree_.number(), "cgroup.subtree_control").value_or("");
  has_memory_ = has_word(handed_on, "memory");
  has_pids_ = has_word(handed_on, "pids");
}

void RunCgroups::adopt_left_groups() {
  Descriptor again(::openat(tree_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(again ? ::fdopendir(again.number()) : nullptr, ::closedir);
  if (!directory) return;
  static_cast<void>(again.release());
  while (const dirent* entry = ::readdir(directory.get())) {
    const pid_t maker = maker_of(entry->d_name);
    const bool is_of_another = maker != ::getpid() && (maker == 0 || ::kill(maker, 0) == 0 || errno != ESRCH);
    if (!is_of_another) lingering_.push_back({tree_.number(), entry->d_name});
  }
}

std::optional<Error> RunCgroups::try_out(LaunchPad& pad) {
  const auto cgroup = make({});
  if (!cgroup) return errno_error("no group can be made");
  const Descriptor directory(cgroup->open_directory());
  int status = -1;
  {
    const SignalsBlocked blocked;
    auto child = [] { ::syscall(SYS_exit_group, 0); };
    int exited = -1;
    const pid_t pid = pad.start(pad.null_device(), pad.null_device(), directory.number(), exited, child);
    if (pid < 0) status = -errno;
    if (pid > 0) ::waitpid(pid, &status, 0);
    const Descriptor pidfd(exited);
  }
  remove(*cgroup);
  if (status == 0) return {};
  errno = status < 0 ? -status : ECHILD;
  return errno_error("no process can be started in a group");
}

std::optional<RunCgroup> RunCgroups::make(const ResourceLimits& limits) {
  RunCgroup cgroup{tree_.number(), {}};
  do {
    cgroup.name = std::string(run_prefix) + std::to_string(::getpid()) + "-" + std::to_string(count_++);
    if (::mkdirat(tree_.number(), cgroup.name.c_str(), 0755) == 0) break;
    if (errno != EEXIST) return {};
  } while (true);
  const auto set = [&](const char* file, const std::string& value) {
    return write_cgroup_file(tree_.number(), cgroup.name + file, value);
  };
  if (has_memory_ && limits.memory && set("/memory.max", std::to_string(*limits.memory))) {
    cgroup.bounds_memory = true;
    static_cast<void>(set("/memory.swap.max", "0"));   // not there without swap accounting
    static_cast<void>(set("/memory.oom.group", "1"));  // half of a run is none
  }
  if (has_pids_ && limits.processes) cgroup.bounds_processes = set("/pids.max", std::to_string(*limits.processes));
  return cgroup;
}

RunCgroup RunCgroups::of_name(std::string name) {
  lingering_.remove_if([&](const RunCgroup& other) { return other.name == name; });
  return {tree_.number(), std::move(name)};
}

std::optional<RunCgroup> RunCgroups::of_left_process(pid_t process, int pidfd) {
  const auto directory = directory_of_group(std::to_string(process));
  pollfd ended{pidfd, POLLIN, 0};
  if (::poll(&ended, 1, 0) != 0) return std::nullopt;
  if (!directory || !directory->starts_with(directory_ + "/")) return std::nullopt;
  std::string name = directory->substr(directory_.size() + 1);
  name.resize(std::min(name.find('/'), name.size()));  // the run may have made groups below its own
  if (maker_of(name) == 0) return std::nullopt;
  if (!only_we_can_write(tree_.number(), name) || !only_we_can_write(tree_.number(), name + "/cgroup.procs"))
    return std::nullopt;
  return of_name(std::move(name));
}

void RunCgroups::remove(const RunCgroup& cgroup) {
  if (!cgroup.remove()) lingering_.push_back(cgroup);
}

void RunCgroups::tidy() {
  for (std::size_t left = std::min(lingering_.size(), looked_at_once); left > 0; --left) {
    const auto oldest = lingering_.begin();
    if (oldest->remove()) {
      lingering_.erase(oldest);
    } else {
      lingering_.splice(lingering_.end(), lingering_, oldest);
    }
  }
}

std::string RunCgroups::controllers() const {
  if (has_memory_ && has_pids_) return "memory,pids";
  if (has_memory_) return "memory";
  return has_pids_ ? "pids" : "none";
}

}  // namespace acron
