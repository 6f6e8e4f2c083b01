#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acron/core/job/overlap.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/runtime/jobs/run_output.hpp"
#include "acron/runtime/process/accounts.hpp"
#include "acron/runtime/process/launcher.hpp"
#include "acron/runtime/process/output_state.hpp"

namespace acron {

/// What a run is begun with.
struct RunOrder {
  SharedDefinition definition;
  Occurrence occurrence;
  std::optional<TimePoint> next_due;  // no attempt of this run starts later
};

/// A run that waits for its turn.
struct WaitingRun {
  RunOrder order;
  OverlapDecision decision = OverlapDecision::start;
  std::string withdrawn{};  // why it does not take place after all
};

/// How far a run has come that has started.
struct RunProgress {
  SteadyTime first_begin{}, begin{};  // of the first attempt and of the newest
  TimePoint started{};                // the newest attempt
  std::vector<FailedAttempt> failed_attempts;
  std::optional<SteadyTime> retry_due;  // it waits for its next attempt
  RunOutcome outcome;                   // of the newest attempt, once it has ended
  Duration duration{};                  // until then
};

/// A run that has started and not ended: all that is needed to see it to its end.
struct StartedRun {
  RunOrder order;
  RunIdentity identity;
  RunProgress progress;
  bool is_to_end = false;
  std::optional<Account> account;
  std::optional<CommandState> command;  // empty: it waits for its next attempt
  std::optional<OutputState> output;    // empty: its user could not be looked up yet, and so no file be opened
  std::string withdrawn{};              // why no further attempt begins
};

/// All that goes on. A value: its descriptors belong to whoever it is a picture of.
struct RunsState {
  std::vector<StartedRun> started;
  std::vector<WaitingRun> waiting;  // in their order
};

}  // namespace acron
