#pragma once

#include <cstdint>

namespace acron {

/// `info` is what an operator would tell a colleague, `debug` the rest; `warning` and `error` want an eye on them.
enum class Severity : std::uint8_t { debug, info, warning, error };

}  // namespace acron
