#pragma once

#include <cstdint>
#include <string>

#include "acron/core/job/verdict.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// A job's failed runs in a row, up to its last run; none of them for a job that is well, or that never ran.
struct Incident {
  std::uint32_t failed_runs = 0;
  TimePoint since{};  // when the first of them ended; of no meaning when there are none
  [[nodiscard]] bool going_on() const { return failed_runs > 0; }
  bool operator==(const Incident&) const = default;
};

/// The incident after one more run, which ended at `ended`. A run counts once, however many attempts it took; one that
/// was skipped does not count.
Incident next(const Incident& before, const Verdict& verdict, TimePoint ended);

/// What one run changed.
enum class Turn : std::uint8_t { still_well, first_failure, still_failing, recovered };
Turn turn_of(const Incident& before, const Verdict& verdict);

/// `recovered after 3 h 12 m and 19 failed runs`. `before` is going on.
std::string describe_recovery(const Incident& before, TimePoint ended);

}  // namespace acron
