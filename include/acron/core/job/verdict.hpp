#pragma once

#include <string>

#include "acron/core/job/run.hpp"

namespace acron {

/// The `error` directive: what counts as a failure.
struct FailurePolicy {
  bool if_nonzero = true;
  bool if_stderr = false;
  bool operator==(const FailurePolicy&) const = default;
};

/// What we think of what a run did. `reason` is empty for a success, else words for a subject line:
/// `exit status 3`, `timed out after 1m, killed by SIGTERM`, `wrote to stderr`, `could not be started: ...`.
struct Verdict {
  bool failed = false;
  std::string reason;
};

/// A timeout, a death by signal and a command that could not be started are failures under every policy.
Verdict judge(const FailurePolicy& policy, const RunOutcome& outcome);

/// `SIGSEGV`; `signal 63` for one without a name.
std::string signal_name(int signal);

}  // namespace acron
