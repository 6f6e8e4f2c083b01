#pragma once

#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// Why a name is refused that is no zone's, and which zone it most likely means. Looks at files itself and asks for no
/// zone by name: what answers to that is this. May be called from any thread, and for thousands of names in a row.
[[nodiscard]] Error unknown_zone(std::string_view name);

}  // namespace acron
