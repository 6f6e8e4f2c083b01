#pragma once

#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "acron/core/config/job_parser.hpp"
#include "tree_walk.hpp"

namespace acron {

/// What a job file holds: a definition, or an error of reading it, or what is wrong with its text; none of them where
/// it changed while it was read.
struct ReadJob {
  std::shared_ptr<const JobDefinition> definition;
  std::string error;
  Diagnostics faults;
};

/// Reads and parses job files on other threads while the walk goes on: of a large tree that is the greater part of the
/// work.
class JobReader {
 public:
  /// `root` outlives it.
  explicit JobReader(const std::string& root) : root_(root) {}

  /// `version` is the one that the walk found. `defaults` must live, unchanged, until finish().
  void add(const std::string& name, const FileVersion& version, const Defaults& defaults);
  /// Waits for all. In the order in which they were added.
  std::vector<ReadJob> finish();

 private:
  struct Source {
    std::string name;
    FileVersion version;
    const Defaults* defaults;
  };

  static std::vector<ReadJob> read(const std::string& root, const std::vector<Source>& sources);

  const std::string& root_;
  std::vector<Source> sources_;
  std::vector<std::future<std::vector<ReadJob>>> begun_;
  std::size_t count_ = 0;
};

}  // namespace acron
