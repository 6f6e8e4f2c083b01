#pragma once

#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// Whether `text` can be the name of a file or directory from the root on: it begins with `/`, has no control
/// characters, and is as short as path_resolution(7) wants it.
[[nodiscard]] Result<void> check_absolute_path(std::string_view text);

}  // namespace acron
