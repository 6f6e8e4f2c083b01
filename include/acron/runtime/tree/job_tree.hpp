#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/config/source.hpp"
#include "acron/core/job/definition_changes.hpp"
#include "acron/core/job/run_as.hpp"
#include "acron/runtime/tree/missing_jobs.hpp"
#include "acron/runtime/tree/switched_off.hpp"
#include "acron/runtime/tree/trust_warnings.hpp"

namespace acron {

/// A directory that held more than half of all jobs, or all of them, and in which no job file is left.
struct EmptiedDirectory {
  std::string name;  // "" is the tree
  std::size_t jobs = 0;
  Duration kept_for{};
};

/// What one look at the tree brought.
struct TreeLook {
  DefinitionChanges changes;
  std::vector<Diagnostic> faults;  // and warnings, that were not there at the look before
  bool unsettled = false;          // something is perhaps still being written: look again soon
  std::size_t job_files = 0;
  std::size_t faulty_files = 0;
  std::set<std::string> kept;              // jobs that go on as they were, since what is there now can't be loaded
  std::vector<EmptiedDirectory> vanished;  // that had jobs at the look before
  std::vector<MissingJobs> missing;        // of all that vanished by now and are waited for
  std::vector<std::string> back;           // directories that were emptied, and of which no jobs are missing any more
  std::vector<Distrusted> distrusted;      // where that is only reported
  std::map<std::string, std::string> left_out;  // files, directories with all below, and why
  SwitchedOff switched_off;                     // by a name or by what the file says, and not loaded since
  std::map<std::string, std::string> texts;     // of job files and `_defaults` that were read, where they are kept
};

/// What becomes of files and directories that others could have written, where root has to ask.
enum class Untrusted : std::uint8_t { refused, reported, obeyed };

/// The tree of job files, looked at again and again. A file that turns bad keeps the version that was good; a part of
/// the tree that can't be read keeps all that it had; so does, for a while, a directory that is emptied at once and
/// held most of the jobs. Blocks: belongs on the pool, one look at a time.
class JobTree {
 public:
  /// A file counts once it has not changed for `settle`; zero takes everything as it is.
  JobTree(std::string root, Duration settle, Privileges privileges = {}, Untrusted untrusted = Untrusted::refused);
  ~JobTree();

  /// Why the tree can't be read, or must not be trusted at all (only root asks); empty if it may be.
  [[nodiscard]] std::optional<std::string> objection() const;

  /// Before the first look: jobs that an earlier tree kept, and that this one keeps like those it loaded itself; of
  /// those whose files are missing, until when.
  void keep(const std::set<std::string>& jobs, const std::vector<MissingJobs>& missing);

  /// For how long jobs are kept that vanished in bulk, instead of five minutes.
  void keep_vanished_for(Duration patience);

  /// The looks to come bring the texts that they parse: who reads a file once more may read another.
  void keep_texts();

  /// The next look reads files again that could not be loaded, though they are as they were. May be called during a
  /// look.
  void retry_faulty();

  /// The first look reads everything. `demanded`: by a person, to whom what is there now is what should be.
  TreeLook look(bool demanded = false);

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
