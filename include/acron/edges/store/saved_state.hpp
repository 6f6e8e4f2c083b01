#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acron/core/job/definition.hpp"
#include "acron/core/job/incident.hpp"
#include "acron/core/job/run_record.hpp"
#include "acron/core/keyed_digest.hpp"
#include "acron/core/mail/owed_mail.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/core/time.hpp"
#include "acron/runtime/process/open_run.hpp"

namespace acron {

/// The newest run of a job, and how the job fares.
struct LastRun {
  TimePoint tick;                     // or when the job was first seen, for one that has not run
  std::string run;                    // its id; empty when there was none
  std::optional<TimePoint> due;       // of a run
  std::optional<TimePoint> started;   // of a run
  std::optional<TimePoint> finished;  // empty: it goes on, or its end was not seen
  Incident incident{};                // up to the run that ended last
  TimePoint seen;                     // when the job was last known to be loaded
  bool operator==(const LastRun&) const = default;
};

using LastRuns = std::map<std::string, LastRun, std::less<>>;

/// A run that waits for its turn.
struct QueuedRun {
  std::string job;
  Occurrence occurrence;
  std::string waits_for;  // `the previous run`
  bool operator==(const QueuedRun&) const = default;
};

/// A run that has ended.
struct PastRun {
  TimePoint tick;
  RunRecord record;
};

/// What an earlier life of the daemon left.
struct SavedState {
  LastRuns last_runs;
  std::vector<OpenRun> open_runs;
  std::vector<QueuedRun> queued_runs;  // in the order in which they became due
  std::vector<OwedMail> outbox;        // oldest first
  std::optional<DigestKey> mark_key;
};

}  // namespace acron
