#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "acron/core/config/source.hpp"
#include "acron/core/job/run_as.hpp"
#include "acron/runtime/scheduler.hpp"

namespace acron {

/// What one look at the tree brought.
struct TreeLook {
  DefinitionChanges changes;
  std::vector<Diagnostic> faults;  // that were not there at the look before
  bool unsettled = false;          // something is perhaps still being written: look again soon
  std::size_t job_files = 0;
  std::size_t faulty_files = 0;
  std::set<std::string> kept;  // jobs that go on as they were, since what is there now can't be loaded
};

/// The tree of job files, looked at again and again. A file that turns bad keeps the version that was good; a part of
/// the tree that can't be read keeps all that it had. Blocks: belongs on the pool, one look at a time.
class JobTree {
 public:
  /// A file counts once it has not changed for `settle`; zero takes everything as it is.
  JobTree(std::string root, Duration settle, Privileges privileges = {});
  ~JobTree();

  /// Why the tree must not be trusted at all (only root asks); empty if it may be.
  [[nodiscard]] std::optional<std::string> objection() const;

  /// Before the first look: jobs that an earlier tree kept, and that this one keeps like those it loaded itself.
  void keep(const std::set<std::string>& jobs);

  /// The next look reads files again that could not be loaded, though they are as they were. May be called during a
  /// look.
  void retry_faulty();

  /// The first look reads everything.
  TreeLook look();

  /// What a look would bring, if it can be told without one: nothing new, since the kernel saw no change. Only on local
  /// file systems, and every ten minutes the tree is to be looked at all the same. Where it is empty, a look must
  /// follow. Does not block: may be called on the loop, but not during a look.
  [[nodiscard]] std::optional<TreeLook> unchanged();

 private:
  class Look;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acron
