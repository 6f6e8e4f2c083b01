#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"
#include "posix_zone_rule.hpp"

namespace acron {

/// The rules of one zone, as its TZif file states them. Leap seconds are taken out.
struct ZoneRules {
  std::chrono::seconds first_offset{};  // before the first transition
  std::vector<Transition> transitions;  // strictly ascending, within the years 0 to 9999
  std::optional<PosixZoneRule> rule;    // after the last transition
  // The file ends with the last leap second that was known to come, as those of tzdata's `right/` do, and has no rule.
  bool has_leap_seconds = false;
  bool operator==(const ZoneRules&) const = default;
};

/// Reads the bytes of a TZif file, version 1 or later (RFC 9636). Any bytes are read or refused; the message of the
/// error continues a sentence whose subject is the file: `is empty`, `is cut off`.
[[nodiscard]] Result<ZoneRules> parse_tzif(std::string_view bytes);

/// The rule for the years to come as a file states it that can be read, with the abbreviations: a value for TZ. Empty
/// where it states none.
[[nodiscard]] std::string_view rule_of_tzif(std::string_view bytes);

}  // namespace acron
