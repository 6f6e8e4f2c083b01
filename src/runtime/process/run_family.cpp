#include "run_family.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <map>

namespace acron {
namespace {

std::vector<ProcessEntry> only_living(std::vector<ProcessEntry> family) {
  std::erase_if(family, [](const ProcessEntry& process) { return !process.alive; });
  return family;
}

}  // namespace

std::vector<ProcessEntry> family_of(pid_t leader, pid_t us, const std::vector<ProcessEntry>& table,
                                    const std::function<bool(pid_t)>& is_marked) {
  std::multimap<pid_t, ProcessEntry> children;
  for (const ProcessEntry& process : table) children.emplace(process.parent, process);
  std::vector<ProcessEntry> family;
  const auto add_children = [&](pid_t parent, const auto& belongs) {
    const auto [first, last] = children.equal_range(parent);
    for (auto child = first; child != last; ++child) {
      if (child->second.pid != leader && belongs(child->second.pid)) family.push_back(child->second);
    }
  };
  const auto every = [](pid_t) { return true; };
  add_children(leader, every);
  add_children(us, is_marked);
  for (std::size_t next = 0; next < family.size() && family.size() <= table.size(); ++next) {
    const pid_t parent = family[next].pid;
    add_children(parent, every);
  }
  return family;
}

std::vector<ProcessEntry> family_left_by(pid_t leader, pid_t us, const std::vector<ProcessEntry>& table,
                                         const std::function<bool(pid_t)>& is_marked) {
  std::set<pid_t> members{leader};
  for (const ProcessEntry& process : table) {
    if (process.pid != us && is_marked(process.pid)) members.insert(process.pid);
  }
  for (std::size_t before = 0; before != members.size();) {
    before = members.size();
    for (const ProcessEntry& process : table) {
      if (process.pid != us && members.count(process.parent) > 0) members.insert(process.pid);
    }
  }
  members.erase(leader);
  std::vector<ProcessEntry> family;
  std::copy_if(table.begin(), table.end(), std::back_inserter(family),
               [&](const ProcessEntry& process) { return members.count(process.pid) > 0; });
  return family;
}

std::vector<ProcessEntry> apart_from(const std::set<pid_t>& leaders, pid_t us, const std::vector<ProcessEntry>& table) {
  std::set<pid_t> taken = leaders;
  for (std::size_t before = 0; before != taken.size();) {
    before = taken.size();
    for (const ProcessEntry& process : table) {
      if (taken.count(process.parent) > 0 || leaders.count(process.group) > 0) taken.insert(process.pid);
    }
  }
  taken.insert(us);  // only now: its children are not all a run's
  std::vector<ProcessEntry> others;
  for (const ProcessEntry& process : table) {
    if (process.alive && taken.count(process.pid) == 0) others.push_back(process);
  }
  return others;
}

std::vector<ProcessEntry> living_family_of(pid_t leader, const std::function<bool(pid_t)>& is_marked) {
  return only_living(family_of(leader, ::getpid(), process_table(), is_marked));
}

std::vector<ProcessEntry> living_family_left_by(pid_t leader, const std::function<bool(pid_t)>& is_marked) {
  return only_living(family_left_by(leader, ::getpid(), process_table(), is_marked));
}

}  // namespace acron
