#include "acron/core/job/retry.hpp"

#include <algorithm>

namespace acron {

Duration delay_after(const RetryPolicy& policy, std::uint32_t failed_attempts) {
  if (!policy.doubles) return policy.delay;
  auto delay = std::min(policy.delay, longest_backoff);
  for (; failed_attempts > 1 && delay < longest_backoff; --failed_attempts)
    delay = std::min(2 * delay, longest_backoff);
  return delay;
}

std::optional<Duration> wait_before_retry(const RetryPolicy& policy, std::uint32_t failed_attempts,
                                          std::optional<Duration> until_next) {
  if (failed_attempts > policy.retries) return std::nullopt;
  const auto delay = delay_after(policy, failed_attempts);
  if (until_next && delay >= *until_next) return std::nullopt;
  return delay;
}

}  // namespace acron
