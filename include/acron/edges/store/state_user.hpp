#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace acron {

/// The process that has the state file in this directory locked for itself alone, as acron does for as long as it runs;
/// empty when nobody has. 0 for one that can't be seen from here, in another container say. Blocks.
[[nodiscard]] std::optional<pid_t> user_of_state(const std::string& directory);

}  // namespace acron
