#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "acron/core/job/run_record.hpp"
#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/runtime/process/late_output.hpp"
#include "acron/runtime/process/launcher.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

/// Where the output of one run goes, from its start to its verdict.
class RunOutput : public OutputReceiver {
 public:
  /// Called when a child has begun, by each attempt: the files are opened. One that can't be started takes no
  /// descriptor from those that are.
  virtual void begun() = 0;
  /// Called once, when the run has ended and before close(): the messages that the verdict asks for.
  virtual std::vector<OutgoingMail> owed(const RunRecord& record) = 0;
  /// Called once, when the run has ended: brings what is held back to where the verdict sends it.
  virtual Task<> close(const RunRecord& record) = 0;
  /// Nothing is being written; so as long as `receive` is not called. Not after close().
  [[nodiscard]] virtual bool at_rest() const = 0;
  /// When at rest. Its descriptors are still ours.
  [[nodiscard]] virtual OutputState state() const = 0;
};

/// With whose rights the outputs of a run open their files.
struct FileRights {
  bool any = false;                  // none while the run's user could not be looked up: no file can be opened
  std::optional<Account> account{};  // empty: acron's own
};

/// A port (tests have a fake): has the outputs that a job names.
class OutputRouter {
 public:
  virtual ~OutputRouter() = default;
  /// Never fails: an output that can't be opened is logged, and the run goes on without it.
  virtual std::unique_ptr<RunOutput> open(SharedDefinition definition, const RunIdentity& run, FileRights rights) = 0;
  /// Goes on with the outputs of a run of another image of the program. Owns the state's descriptors.
  virtual std::unique_ptr<RunOutput> go_on(SharedDefinition definition, const RunIdentity& run, FileRights rights,
                                           OutputState state) = 0;
  /// Goes on with the late output of a run of another image of the program.
  virtual std::shared_ptr<LateReceiver> go_on_late(LateState state) = 0;
};

}  // namespace acron
