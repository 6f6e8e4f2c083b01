#include "child_plan.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace acron {
namespace {

bool become(const Account& account, const char*& step) {
  step = "can't take the groups of the user";
  if (::syscall(SYS_setgroups, account.groups.size(), account.groups.data()) != 0) return false;
  step = "can't become the group";
  if (::syscall(SYS_setresgid, account.gid, account.gid, account.gid) != 0) return false;
  step = "can't become the user";
  if (::syscall(SYS_setresuid, account.uid, account.uid, account.uid) != 0) return false;
  // Read back: a kernel or a filter that only said so must not leave us root.
  std::array<uid_t, 3> uids{};
  std::array<gid_t, 3> gids{};
  step = "did not become the user";
  errno = EPERM;
  const bool read = ::syscall(SYS_getresuid, &uids[0], &uids[1], &uids[2]) == 0 &&
                    ::syscall(SYS_getresgid, &gids[0], &gids[1], &gids[2]) == 0;
  return read && std::all_of(uids.begin(), uids.end(), [&](uid_t uid) { return uid == account.uid; }) &&
         std::all_of(gids.begin(), gids.end(), [&](gid_t gid) { return gid == account.gid; });
}

void set_variable(std::vector<std::string>& environment, const std::string& name, const std::string& value) {
  const auto found = std::find_if(environment.begin(), environment.end(),
                                  [&](const std::string& entry) { return entry.starts_with(name + "="); });
  if (found == environment.end()) {
    environment.push_back(name + "=" + value);
  } else {
    *found = name + "=" + value;
  }
}

std::vector<std::pair<int, rlimit>> rlimits_of(const ResourceLimits& limits, const rlimit& open_files) {
  std::vector<std::pair<int, rlimit>> all{{RLIMIT_NOFILE, open_files}};
  const auto both = [](std::uint64_t value) { return rlimit{value, value}; };
  if (limits.files) all.front().second = both(*limits.files);
  if (limits.memory) all.emplace_back(RLIMIT_AS, both(*limits.memory));
  if (limits.processes) all.emplace_back(RLIMIT_NPROC, both(*limits.processes));
  if (limits.core) all.emplace_back(RLIMIT_CORE, both(*limits.core));
  if (limits.cpu) {
    // SIGXCPU, and a second later SIGKILL for who ignores it (setrlimit(2)).
    const auto seconds = static_cast<rlim_t>(limits.cpu->count());
    all.emplace_back(RLIMIT_CPU, rlimit{seconds, seconds + 1});
  }
  return all;
}

UnsignedMark mark_of(const OpenRun& run, const std::optional<Account>& account, const DigestKey& key) {
  const std::int64_t user = account ? account->uid : ::getuid();
  return {{run.identity, run.tick, run.time_limit, time_since_boot(), user}, this_boot(), key};
}

}  // namespace

void ChildPlan::tell_start() const {
  if (!mark) return;
  mark->sign(static_cast<pid_t>(::syscall(SYS_getpid)));
  if (starts != nullptr) starts->write(mark->entry());
}

bool ChildPlan::apply() const {
  ::setsid();
  failed_step = "can't set the priority";
  if (nice && ::setpriority(PRIO_PROCESS, 0, *nice) != 0) return false;
  failed_step = "can't set a limit";
  for (const auto& [what, limit] : limits) {
    if (::syscall(SYS_prlimit64, 0, what, &limit, nullptr) != 0) return false;
  }
  if (become && !acron::become(*become, failed_step)) return false;
  ::umask(umask);
  failed_step = "can't enter the directory";
  failed_to_enter = ::chdir(directory.c_str()) != 0;
  if (failed_to_enter) return false;
  failed_step = nullptr;
  return true;
}

std::string ChildPlan::objection() const {
  if (home_of.empty() || directory.starts_with('/')) return {};
  if (directory.empty()) return "user " + home_of + " has no home directory" + home_remedy;
  return "the home directory '" + directory + "' of user " + home_of + " is not named from the root" + home_remedy;
}

ChildPlan plan_for(const Command& command, const ChildSurroundings& surroundings,
                   const std::optional<DigestKey>& mark_key) {
  const RunSettings& settings = *command.settings;
  const auto& account = command.account;
  ChildPlan plan;
  plan.environment = surroundings.environment;
  plan.path = surroundings.path;
  plan.directory = surroundings.directory;
  if (account) {
    plan.directory = account->home;
    plan.path = account->uid == 0 ? surroundings.path : "/usr/local/bin:/usr/bin:/bin";
    set_variable(plan.environment, "PATH", plan.path);
    set_variable(plan.environment, "HOME", account->home.starts_with('/') ? account->home : "/");
    set_variable(plan.environment, "USER", account->name);
    set_variable(plan.environment, "LOGNAME", account->name);
  }
  if (settings.working_directory.empty()) {
    plan.home_of = account ? account->name : surroundings.user;
  } else {
    plan.directory = settings.working_directory;
  }
  plan.shell = settings.shell;
  if (!plan.shell.empty()) set_variable(plan.environment, "SHELL", plan.shell);
  set_variable(plan.environment, "PWD", plan.directory);
  if (!surroundings.zone.empty()) plan.environment.push_back("TZ=" + surroundings.zone);
  for (const EnvironmentVariable& variable : settings.environment) {
    set_variable(plan.environment, variable.name, variable.value);
    if (variable.name == "PATH") plan.path = variable.value;
  }
  plan.environment.insert(plan.environment.end(), command.environment.begin(), command.environment.end());
  plan.limits = rlimits_of(settings.limits, surroundings.open_files);
  plan.umask = settings.umask.value_or(plan.umask);
  plan.nice = settings.nice;
  plan.become = account;
  if (command.of_run && mark_key) plan.mark.emplace(mark_of(*command.of_run, account, *mark_key));
  plan.joins_streams = command.joins_streams;
  return plan;
}

}  // namespace acron
