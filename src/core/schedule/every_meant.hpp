#pragma once

#include <string>
#include <string_view>

namespace acron {

/// The line of a job file that a refused `every` most likely stands for: `every day at 17:00` for `day 5pm`. Empty when
/// that is not clear. May still be refused itself.
std::string meant_every(std::string_view text);

}  // namespace acron
