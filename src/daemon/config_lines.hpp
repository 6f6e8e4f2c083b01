#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"

namespace acron {

/// A `name = value` line of the configuration file, and where in it the value stands.
struct ConfigLine {
  std::string name, value;
  std::size_t line, column;
};

/// The lines of a configuration file, each name at most once and one of `names`. The error is of the first line that is
/// none, and begins with `LINE:COLUMN: `.
[[nodiscard]] Result<std::vector<ConfigLine>> config_lines(std::string_view text,
                                                           std::span<const std::string_view> names);

}  // namespace acron
