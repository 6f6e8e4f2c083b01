#pragma once

#include <string>
#include <string_view>

namespace acron {

/// The line of a job file that a text behind `every` stands for: as it is written when it is good, else as it is most
/// likely meant, which may be `cron` then. Empty when that is not clear. What is returned is accepted.
std::string meant_by_every(std::string_view text);

/// The same of a text behind `cron`.
std::string meant_by_cron(std::string_view text);

}  // namespace acron
