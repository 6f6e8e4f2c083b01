#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <vector>

#include "acron/core/keyed_digest.hpp"
#include "acron/runtime/loop/task.hpp"
#include "acron/runtime/process/open_run.hpp"

namespace acron {

struct MarkedRun {
  OpenRun run;
  bool is_noted = false;  // in the record of starts
  /// Else nothing but what it has left behind tells of it, which it may have done when it ended in order.
  [[nodiscard]] bool is_known_to_be_open() const { return is_noted || run.process.has_value(); }
};

/// The runs that living processes carry the mark of (see RunMark), each once. `process` is the run's first process
/// where that is alive: only itself can show so, since the mark names its pid, user and start. Of a run whose first
/// process has ended, what it left behind shows that it has begun. Looks into the environment of every process, on
/// threads of its own; one that hangs hides only what belongs to the same user. And the runs that `entries` tell of
/// (see StartRecord), whether a process of theirs is alive or not. In the order in which they started.
Task<std::vector<MarkedRun>> marked_runs(boost::asio::any_io_executor loop, DigestKey key, std::string entries);

}  // namespace acron
