#pragma once

#include "acron/core/job/definition.hpp"

namespace acron {

/// Whether stdout and stderr of the job may be one pipe, which alone keeps their order: all that it prints goes to
/// files and acron's own streams, and a word on stderr is no failure. Mail, web servers and the system log tell the
/// streams apart. Where nothing is kept, there is no order to keep.
bool joins_streams(const JobDefinition& job);

}  // namespace acron
