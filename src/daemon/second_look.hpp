#pragma once

#include <string>
#include <vector>

#include "acron/core/config/job_parser.hpp"

namespace acron {

/// What `--check` says of job files beyond what loading them needs.
struct SecondLook {
  Diagnostics faults;  // errors and warnings
  Diagnostics advice;  // for a person who asks for more: never counted
};

/// Reads the job files below `tree` and the `_defaults` above them, each once.
SecondLook look_again(const std::string& tree, const std::vector<std::string>& jobs);

}  // namespace acron
