#pragma once

#include <optional>
#include <string>

#include "acron/core/result.hpp"

namespace acron {

/// The text of a configuration file; empty where there is none. It is judged as a job file is, and so is each directory
/// on the way to it: whoever can write it can have root write a log anywhere. What was judged is what is read.
[[nodiscard]] Result<std::optional<std::string>> read_config_file(const std::string& path);

}  // namespace acron
