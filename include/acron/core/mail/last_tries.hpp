#pragma once

#include "acron/core/time.hpp"

namespace acron {

/// How an acron that was told to end stands once its jobs have had their time.
struct EndOfJobs {
  Duration since_told;
  Duration granted;           // to jobs: --drain and --stop-jobs
  bool keeps_mail = true;     // what is owed is on the disk, for the next start
  bool has_deadline = false;  // it is killed soon after what was granted, as in a container
};

/// For how long mail that is owed is still tried: a server that takes mail has all by then, and a dead one does not
/// hold up a restart.
Duration time_for_last_tries(const EndOfJobs& jobs);

}  // namespace acron
