#pragma once

#include <span>
#include <string>
#include <string_view>

namespace acron {

/// The zone that an unknown name most likely means: a city alone, another case of letters, a slip, an offset. Empty for
/// abbreviations such as `PST`, of which the next name would be another zone.
std::string meant_zone(std::string_view name, std::span<const std::string_view> names);

}  // namespace acron
