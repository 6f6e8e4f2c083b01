#pragma once

#include <atomic>
#include <boost/container_hash/hash.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "acron/core/config/job_parser.hpp"
#include "acron/runtime/files/file_safety.hpp"
#include "acron/runtime/tree/job_tree.hpp"
#include "change_hint.hpp"
#include "ignore_files.hpp"
#include "tree_walk.hpp"
#include "vanished_jobs.hpp"

namespace acron {

/// The stamp of a file that was never read: the same as no other.
inline constexpr std::size_t not_read = ~std::size_t{0};

/// What a name in the tree stood for when it was last looked at.
struct Known {
  FileVersion version;
  std::size_t defaults = 0;  // stamp of the `_defaults` files it was read with
  std::uint32_t look = 0;
  bool is_job = false;  // a good version is loaded
  bool faulty = false;
  std::size_t because = 0;         // hash of the reason, of a fault that is not one of its text
  std::string rests_because = {};  // of a job file that is switched off by what it says, or no longer says
};

/// The `_defaults` that hold in one directory, and whether an `_ignore` does not.
struct DefaultsHere {
  Defaults defaults;
  std::size_t stamp = 0;
  std::string broken_by = {};  // one of them that is faulty: nothing new below is read
  bool settled = true;         // none is still being written: else what lies below must not be read without it

  // Both states have stamps that no good text has, so that what was read in them is read again after them.
  void become_broken(const std::string& file) {
    if (broken_by.empty()) broken_by = file;
    boost::hash_combine(stamp, std::string("broken"));
  }
  void become_unsettled() {
    settled = false;
    boost::hash_combine(stamp, std::string("unsettled"));
  }
};

/// The `_defaults` file of one directory, as it was last read.
struct KnownDefaults {
  FileVersion version;
  std::size_t inherited = 0;
  std::uint32_t look = 0;
  DefaultsHere here;
  std::string bad_because;  // why it could not be read
};

/// A file that was empty at the last look.
struct Emptiness {
  FileVersion version;
  std::uint32_t look = 0;
};

/// What a tree remembers from one look to the next.
struct JobTree::State {
  std::string root;
  Duration settle{};
  Privileges privileges;
  Untrusted untrusted = Untrusted::refused;
  FileSafety safety;
  FileSafety read_safety;  // of what the walk has let pass
  ChangeHint hint;
  TreeRoot root_seen;
  std::chrono::steady_clock::time_point walked;
  Duration patience = std::chrono::minutes(5);  // with jobs that vanished in bulk
  VanishedJobs vanished;
  TreeLook last;  // without its news
  std::uint32_t looks = 0;
  bool keeps_texts = false;
  std::map<std::string, Known> files;
  std::map<std::string, KnownDefaults> defaults;  // by directory
  std::map<std::string, Emptiness> empty;         // by name
  std::set<std::string> misnamed;                 // files that seem to be meant as a `_defaults` or an `_ignore`
  IgnoreFiles ignores;
  std::atomic<bool> retry_faulty{false};

  void forget_faulty() {
    for (auto& [name, known] : files) {
      if (known.faulty) known.version = {};
    }
    for (auto& [directory, known] : defaults) {
      if (!known.here.broken_by.empty()) known.version = {};
    }
  }
};

}  // namespace acron
