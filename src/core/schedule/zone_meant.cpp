#include "zone_meant.hpp"

#include <algorithm>

#include "acron/core/text.hpp"

namespace acron {
namespace {

bool is_known(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `UTC+2`, `GMT-05:00` and `+02:00`, which the database counts the other way round: POSIX has west positive.
std::string meant_offset(std::string_view name) {
  const auto lower = lower_ascii(name);
  auto offset = std::string_view{lower};
  if (offset.starts_with("utc") || offset.starts_with("gmt")) offset.remove_prefix(3);
  if (!offset.starts_with('+') && !offset.starts_with('-')) return {};
  const auto sign = offset.front() == '+' ? "-" : "+";
  offset.remove_prefix(1);
  for (const std::string_view minutes : {":00", "00"}) {
    if (offset.size() > minutes.size() && offset.ends_with(minutes)) {
      offset.remove_suffix(minutes.size());
      break;
    }
  }
  if (offset.size() == 2 && offset.starts_with('0')) offset.remove_prefix(1);
  const bool is_hour =
      !offset.empty() && offset.size() <= 2 && offset.find_first_not_of("0123456789") == std::string_view::npos;
  return is_hour ? "Etc/GMT" + std::string{sign} + std::string{offset} : std::string{};
}

}  // namespace

std::string meant_zone(std::string_view name, std::span<const std::string_view> names) {
  const auto lower = lower_ascii(name);
  const auto same = std::find_if(names.begin(), names.end(), [&](auto n) { return lower_ascii(n) == lower; });
  if (same != names.end()) return std::string{*same};
  if (auto offset = meant_offset(name); is_known(offset, names)) return offset;
  const auto city =
      std::find_if(names.begin(), names.end(), [&](auto n) { return lower_ascii(n).ends_with("/" + lower); });
  if (city != names.end()) return std::string{*city};
  constexpr std::size_t longest_abbreviation = 5;
  const bool has_digit_or_sign =
      name.find_first_of("0123456789+-") != std::string_view::npos && name.find('/') == std::string_view::npos;
  if (name.size() <= longest_abbreviation || has_digit_or_sign) return {};
  return std::string{nearest(name, names)};
}

}  // namespace acron
