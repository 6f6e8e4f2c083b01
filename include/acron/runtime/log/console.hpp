#pragma once

#include <mutex>

namespace acron {

/// What acron's stdout or stderr leads to; both have one when they lead to one file. The log and what jobs print may go
/// there: whoever writes lines holds the lock meanwhile, so that none is torn by another.
struct Console {
  explicit Console(int descriptor);

  std::timed_mutex mutex;
  bool is_torn;  // the last line has no end, of whomever it was: who comes next writes one. Under the lock
};

/// Blocks when it is asked for the first time.
Console& console_of(int descriptor);

}  // namespace acron
