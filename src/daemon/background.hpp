#pragma once

#include "acron/runtime/files/descriptor.hpp"

namespace acron {

/// Leaves the terminal as daemon(7) asks: two forks, a session of its own, / as directory, /dev/null as stdin and
/// stdout. Call it before the loop, the log and any thread exist.
class Background {
 public:
  /// Returns in the daemon only. The process that was called waits until the daemon is `started` or has ended, and
  /// exits with 0 or 1 accordingly. Throws std::system_error when it can't fork.
  Background();

  /// Lets the waiting process go with success, and gives up stderr, which was kept for errors until now.
  void started();

 private:
  Descriptor waiting_;  // write end of the pipe that the first process reads
};

}  // namespace acron
