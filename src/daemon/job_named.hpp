#pragma once

#include <string>

#include "acron/core/result.hpp"

namespace acron {

/// The job that a person means who completes paths: `web/a` for `./web/a`, `web//a` and the whole path of its file. An
/// error for a path that leads out of the tree.
[[nodiscard]] Result<std::string> job_named(const std::string& given, const std::string& tree);

}  // namespace acron
