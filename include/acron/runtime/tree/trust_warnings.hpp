#pragma once

#include <string>
#include <vector>

#include "acron/core/config/job_parser.hpp"

namespace acron {

/// A file or directory that others could have written, and that an acron of root's would therefore refuse.
struct Distrusted {
  std::string name;    // below the tree; empty: the tree itself
  std::string reason;  // with the remedy, as FileSafety says it
};

/// A warning for each, but one for a directory and all below it of which the same is to be said: a tree that someone
/// else owns as a whole is one fault.
Diagnostics trust_warnings(std::vector<Distrusted> found);

}  // namespace acron
