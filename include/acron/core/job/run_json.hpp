#pragma once

#include <cstddef>
#include <string>

#include "acron/core/job/run_report.hpp"

namespace acron {

/// The last bytes of what a run printed that a record holds.
inline constexpr std::size_t output_in_record = 4096;

/// One run that has ended as a JSON object (RFC 8259) for programs that are told of it: UTF-8 whatever was printed, on
/// one line, a few KiB at most. Times are RFC 3339 in UTC; what does not apply is left out. The fields are listed in
/// the manual, and none changes its meaning.
std::string run_json(const RunReport& report);

}  // namespace acron
