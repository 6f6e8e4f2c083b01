#include "reading_rest.hpp"

#include <algorithm>
#include <ctime>

namespace acron {

std::chrono::nanoseconds rest_after(std::chrono::nanoseconds cpu_time) {
  using namespace std::chrono_literals;
  constexpr std::chrono::nanoseconds shortest = 10ms;  // a hundred pieces a second cost little, however small they are
  constexpr std::chrono::nanoseconds longest = 1s;     // others may have used that time
  return std::clamp(99 * cpu_time, shortest, longest);
}

std::chrono::nanoseconds cpu_time_used() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace acron
