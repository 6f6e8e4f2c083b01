#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace acron {

/// The `overlap` directive: what becomes of a run that is due while an earlier one of the job still goes on.
enum class OverlapPolicy : std::uint8_t {
  skip,     // it does not take place
  queue,    // it waits for the end of the other; a second one does not take place
  replace,  // the other is ended (SIGTERM, SIGKILL), then it starts
  allow,    // it starts beside the other
};

enum class OverlapDecision : std::uint8_t { start, skip, queue, replace };

/// However many are allowed, so many at most: a command that never ends must not fill the machine.
inline constexpr std::size_t most_runs_of_a_job = 100;

/// `running` counts the runs of the job that have started and not ended, between two attempts too; `waiting` those that
/// were queued, or wait for a lock or for the end of a run that they replace.
OverlapDecision decide(OverlapPolicy policy, std::size_t running, std::size_t waiting);

/// Why a run that `decide` skipped does not take place, for a log. `begun` is false while the previous run's user is
/// looked up, or a command that decides on it is asked.
std::string_view skip_reason(OverlapPolicy policy, std::size_t waiting, bool begun);

/// As it is written: `skip`, `queue`.
std::string_view describe(OverlapPolicy policy);

}  // namespace acron
