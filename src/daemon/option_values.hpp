#pragma once

#include <cstddef>
#include <string>

#include "acron/core/result.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {

// What the values of single options may be. Errors tell of the value; who asks names the option.

/// A whole number from `least` to a million.
[[nodiscard]] Result<std::size_t> parse_count(const std::string& text, std::size_t least);

/// `yes`, `no`, and the other words for them that acron took from its first day on.
[[nodiscard]] Result<bool> parse_yes_or_no(const std::string& text);

[[nodiscard]] Result<LogTarget> parse_log_target(const std::string& text);

}  // namespace acron
