#pragma once

#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "acron/core/config/job_parser.hpp"
#include "tree_walk.hpp"

namespace acron {

/// What a job file holds: a definition, or an error of reading it, or why it rests, or what is wrong with its text;
/// none of them where it changed while it was read.
struct ReadJob {
  std::shared_ptr<const JobDefinition> definition = {};
  std::string error = {};
  std::string rests_because = {};
  Diagnostics faults = {};
  std::string text = {};  // that was parsed, if it is kept
};

/// Reads and parses job files on other threads while the walk goes on: of a large tree that is the greater part of the
/// work. Keeps a bounded number of directories open, whatever the tree.
class JobReader {
 public:
  /// `safety` outlives it.
  JobReader(const FileSafety& safety, bool keeps_texts) : safety_(safety), keeps_texts_(keeps_texts) {}

  /// `defaults` must live, unchanged, until finish().
  void add(const FoundFile& file, const Defaults& defaults);
  /// Waits for all. In the order in which they were added.
  std::vector<ReadJob> finish();

 private:
  struct Source {
    std::string name;
    FilePlace place;
    FileVersion version;
    const Defaults* defaults;
  };
  using Sources = std::vector<Source>;

  static std::vector<ReadJob> read(const FileSafety& safety, bool keeps_texts, Sources sources);
  void begin();

  const FileSafety& safety_;
  bool keeps_texts_;
  Sources sources_;
  std::size_t directories_ = 0;  // of sources_
  std::vector<std::future<std::vector<ReadJob>>> begun_;
  std::size_t count_ = 0;
};

}  // namespace acron
