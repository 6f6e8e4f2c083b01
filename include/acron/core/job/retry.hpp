#pragma once

#include <cstdint>
#include <optional>

#include "acron/core/time.hpp"

namespace acron {

/// The `retry` directive: further attempts of a run that failed.
struct RetryPolicy {
  std::uint32_t retries = 0;  // after the first attempt; 1 to 100 when a job asks for any
  Duration delay{};           // from the end of an attempt to the start of the next
  bool doubles = false;       // with each further attempt, up to longest_backoff
  bool operator==(const RetryPolicy&) const = default;
};

inline constexpr Duration longest_backoff = std::chrono::hours{1};

/// How long to wait after that many failed attempts, 1 or more.
Duration delay_after(const RetryPolicy& policy, std::uint32_t failed_attempts);

/// The same, or empty when the run is over: no retry is left, or it would not start before the run that is due in
/// `until_next` (empty: never).
std::optional<Duration> wait_before_retry(const RetryPolicy& policy, std::uint32_t failed_attempts,
                                          std::optional<Duration> until_next);

}  // namespace acron
