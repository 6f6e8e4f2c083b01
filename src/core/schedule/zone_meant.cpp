#include "zone_meant.hpp"

#include <algorithm>

#include "acron/core/text.hpp"

namespace acron {
namespace {

bool is_known(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Behind `UTC`, `GMT` or nothing: `+2` and `-05:00`; empty for a name.
std::string_view offset_in(std::string_view lower) {
  if (lower.starts_with("utc") || lower.starts_with("gmt")) lower.remove_prefix(3);
  return lower.starts_with('+') || lower.starts_with('-') ? lower : std::string_view{};
}

/// Of `+02:00` and `-0500`, which the database counts the other way round. Hours alone, as in `UTC+2`, may be those of
/// POSIX, which has west positive, too.
std::string meant_offset(std::string_view offset) {
  const auto sign = offset.front() == '+' ? "-" : "+";
  const std::string_view minutes = offset.ends_with(":00") ? ":00" : "00";
  if (!offset.ends_with(minutes)) return {};
  auto hours = offset.substr(1, offset.size() - std::min(offset.size(), minutes.size() + 1));
  if (hours.size() == 2 && hours.starts_with('0')) hours.remove_prefix(1);
  const bool is_hour =
      !hours.empty() && hours.size() <= 2 && hours.find_first_not_of("0123456789") == std::string_view::npos;
  return is_hour ? "Etc/GMT" + std::string{sign} + std::string{hours} : std::string{};
}

}  // namespace

std::string meant_zone(std::string_view name, std::span<const std::string_view> names) {
  const auto lower = lower_ascii(name);
  const auto same = std::find_if(names.begin(), names.end(), [&](auto n) { return lower_ascii(n) == lower; });
  if (same != names.end()) return std::string{*same};
  if (const auto offset = offset_in(lower); !offset.empty()) {
    auto meant = meant_offset(offset);
    return is_known(meant, names) ? meant : std::string{};
  }
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
