#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/job/definition.hpp"
#include "acron/core/job/run.hpp"
#include "acron/runtime/process/accounts.hpp"
#include "acron/runtime/process/launcher.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

/// Where late output goes: all that another image of the program needs to continue with it.
struct LateState {
  RunIdentity run;
  std::shared_ptr<const JobDefinition> definition;
  std::optional<Account> account;
  std::vector<SinkState> sinks;  // without descriptors
};

/// Takes what processes print that a command has left behind: from both streams, long after the run has ended.
class LateReceiver : public OutputReceiver {
 public:
  /// Called once, when the last of these processes has closed its output.
  virtual Task<> close() = 0;
  /// While neither `receive` nor `close` is going on.
  [[nodiscard]] virtual LateState state() const = 0;
  /// Which has left them behind; at any time.
  [[nodiscard]] virtual const std::string& job() const = 0;
};

/// The pipes of a command that has ended, which processes that it left behind still hold.
struct LeftOutput {
  int out = -1, err = -1;       // descriptors; -1 once one has ended
  std::optional<LateState> to;  // empty: what comes is thrown away
};

}  // namespace acron
