// Runs that an acron which died left behind.

#include <memory>
#include <utility>

#include "daemon.hpp"

namespace acron {

/// As soon as its job is loaded. A job that is gone has no more to say of its run than its name.
void Daemon::adopt_left_runs() {
  std::vector<OpenRun> rest;
  for (OpenRun& run : std::exchange(left_runs_, {})) {
    SharedDefinition definition = scheduler_.definition(run.identity.job);
    if (!definition && ready_) {
      JobDefinition bare;
      bare.name = run.identity.job;
      definition = std::make_shared<const JobDefinition>(std::move(bare));
    }
    if (definition) {
      runs_.adopt(run, std::move(definition));
    } else {
      rest.push_back(std::move(run));
    }
  }
  left_runs_ = std::move(rest);
}

}  // namespace acron
