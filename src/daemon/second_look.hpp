#pragma once

#include <map>
#include <string>
#include <vector>

#include "acron/core/config/job_parser.hpp"
#include "acron/runtime/jobs/run_output.hpp"

namespace acron {

/// What `--check` says of job files beyond what loading them needs.
struct SecondLook {
  Diagnostics faults;  // errors and warnings
  Diagnostics advice;  // for a person who asks for more: never counted
};

/// Looks at job files and at the `_defaults` above them, each once. `texts` has what was parsed, by name.
SecondLook look_again(const std::map<std::string, std::string>& texts, const std::vector<std::string>& jobs);

/// Of each job whose name makes it a copy of another or says that it is disabled, where none is switched off.
Diagnostics warnings_of_names(const std::vector<SharedDefinition>& jobs);

}  // namespace acron
