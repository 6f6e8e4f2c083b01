#pragma once

#include <vector>

namespace acron {

/// Starts a process that reads the pipes until all are closed, and then ends; nobody has to wait for it. It keeps
/// nothing else open, the instance lock least of all. Does nothing when there are none. False when it could not be
/// started.
bool leave_reader_of(std::vector<int> pipes);

}  // namespace acron
