#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/runtime/tree/job_tree.hpp"
#include "temp_folder.hpp"

namespace acron {

inline constexpr std::string_view good = "every 10m\nrun true\n";
inline constexpr std::string_view bad = "evry 10m\nrun true\n";
using Names = std::vector<std::string>;

/// A tree of job files, and the jobs that a scheduler would have by now. A file counts as soon as it is written.
class JobFolder : public TempFolder {
 public:
  TreeLook look(bool demanded = false) {
    auto found = tree_->look(demanded);
    for (const std::string& name : found.changes.removed) jobs_.erase(name);
    for (const auto& definition : found.changes.loaded) jobs_[definition->name] = definition;
    return found;
  }

  /// As after an upgrade: a new tree, which is told what the one before kept.
  void renew(const std::set<std::string>& kept, const std::vector<MissingJobs>& missing = {}) {
    tree_.emplace(path().string(), Duration::zero());
    tree_->keep(kept, missing);
    std::erase_if(jobs_, [&](const auto& job) { return kept.count(job.first) == 0; });
  }

  /// The names of the jobs that are loaded, sorted.
  [[nodiscard]] Names live() const {
    Names names;
    for (const auto& [name, definition] : jobs_) names.push_back(name);
    return names;
  }
  [[nodiscard]] const JobDefinition& job(const std::string& name) const { return *jobs_.at(name); }
  [[nodiscard]] const std::string& command_of(const std::string& name) const { return job(name).command; }

 private:
  std::optional<JobTree> tree_{std::in_place, path().string(), Duration::zero()};
  std::map<std::string, SharedDefinition> jobs_;
};

}  // namespace acron
