// Any bytes as a zone file: read or refused, and what was read has periods in order.

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "../src/core/schedule/tzif.hpp"
#include "../src/core/schedule/zone_table.hpp"

using namespace acron;

namespace {

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::cerr << what << '\n';
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto rules = parse_tzif(bytes);
  if (!rules) {
    require(!rules.error().message.empty(), "an error without a reason");
    return 0;
  }
  require(rule_of_tzif(bytes).empty() == !rules->rule, "the rule and its text are not both there");
  const ZoneTable table{*rules};
  require(table.fits(*rules) || rules->has_leap_seconds, "a table does not fit its own rules");
  constexpr TimePoint until{std::chrono::sys_days{std::chrono::year{2600} / 1 / 1}};
  auto period = table.period_at(TimePoint::min());
  require(period.begin == TimePoint::min(), "the first period has a begin");
  while (period.end < until) {
    const auto next = table.period_at(period.end);
    require(next.begin == period.end && next.end > next.begin, "the periods are out of order");
    period = next;
  }
  return 0;
}
