#pragma once

#include <string>

#include "acron/core/job/definition.hpp"

namespace acron {

/// A job file that parse_job, given the definition's name, no `_defaults` and root's privileges, reads back as the same
/// definition. May hold secrets of the job's outputs.
std::string definition_text(const JobDefinition& definition);

}  // namespace acron
