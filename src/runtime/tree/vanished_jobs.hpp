#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "acron/runtime/tree/job_tree.hpp"

namespace acron {

/// Of names below the tree; "" is the tree.
[[nodiscard]] bool is_below(const std::string& name, const std::string& directory);

/// How many jobs there were below each directory and are gone, and how many job files are there; "" is the tree.
class Census {
 public:
  void gone(const std::string& job) { count(job, &Count::gone); }
  void there(const std::string& job) { count(job, &Count::there); }

  [[nodiscard]] std::size_t gone_below(const std::string& directory) const { return at(directory).gone; }
  [[nodiscard]] std::size_t there_below(const std::string& directory) const { return at(directory).there; }
  /// The one that held more than half of all jobs and has none left, if there is one: the topmost.
  [[nodiscard]] const std::string* emptied() const;

 private:
  struct Count {
    std::size_t gone = 0, there = 0;
  };

  void count(const std::string& job, std::size_t Count::*kind);
  [[nodiscard]] Count at(const std::string& directory) const;

  std::map<std::string, Count> directories_;
};

/// Remembers where jobs have vanished in bulk: more likely a file system that is not mounted, or a deployment that went
/// wrong, than what anybody wants. They are kept for a while.
class VanishedJobs {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// After a walk that misses jobs, or after one that did. Notes in `look` what begins or ends.
  void update(const Census& census, Time now, Duration patience, TreeLook& look);
  /// Before the first update: what an earlier tree waited for.
  void restore(const std::vector<MissingJobs>& missing);
  [[nodiscard]] std::vector<MissingJobs> missing() const;
  /// What is missing is meant to be.
  void forget() { incidents_.clear(); }

  [[nodiscard]] bool keeps(const std::string& job) const;
  [[nodiscard]] bool any() const { return !incidents_.empty(); }
  /// Whether something has been kept for long enough.
  [[nodiscard]] bool is_due(Time now) const;

 private:
  struct Incident {
    Time until;        // what was below the directory is kept
    std::size_t jobs;  // that were
    bool is_told = true;
  };

  /// The log of the new program has the event, too.
  void tell_restored(const Census& census, Time now, TreeLook& look);
  static bool is_back(const Census& census, const std::string& directory, const Incident& incident);

  std::map<std::string, Incident> incidents_;  // by directory
};

}  // namespace acron
