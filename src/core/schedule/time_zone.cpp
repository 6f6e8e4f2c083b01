#include "acron/core/schedule/time_zone.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "acron/core/text.hpp"
#include "known_zones.hpp"
#include "unknown_zone.hpp"
#include "zone_files.hpp"

namespace acron {
namespace {

constexpr std::array<std::string_view, 2> names_of_utc{"UTC", "Etc/UTC"};
/// For a zone without a name; Debian's tzdata has a link of this name to /etc/localtime.
constexpr std::string_view nameless = "localtime";
/// glibc's and musl's choice for a TZ such as `CET-1CEST`.
constexpr std::string_view usual_dates = ",M3.2.0,M11.1.0";

KnownZones& known_zones() {
  static KnownZones zones;
  return zones;
}

bool is_utc(std::string_view name) {
  return std::find(names_of_utc.begin(), names_of_utc.end(), name) != names_of_utc.end();
}

/// `posix` and `right` hold every zone again, so a zone would have several names.
bool may_be_name(std::string_view name) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"/_+-."}.find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() < 256 && name.front() != '/' && name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), belongs) && !name.starts_with("posix/") && !name.starts_with("right/");
}

/// The usual name of the zone that has just these rules.
std::optional<TimeZone> zone_with(const ZoneRules& rules) {
  for (const auto& name : zone_names_by_use()) {
    const auto path = std::string{zone_directory} + name;
    const auto file = read_zone_file(path);
    const bool fits =
        file.rules && (*file.rules == rules || (rules.has_leap_seconds && ZoneTable{*file.rules}.fits(rules)));
    if (!fits || is_mounted_over(path)) continue;
    if (const auto zone = TimeZone::named(name)) return *zone;
  }
  return {};
}

}  // namespace

Result<TimeZone> TimeZone::named(std::string_view iana_name) {
  if (is_utc(iana_name)) return TimeZone{};
  if (!may_be_name(iana_name)) return unknown_zone(iana_name);
  const auto found = known_zones().listed(std::string{iana_name});
  if (found.zone != nullptr) return TimeZone{found.zone};
  if (found.is_missing) return unknown_zone(iana_name);
  return Error{"the time zone '" + printable(iana_name, 60) + "' can't be used: " + printable(found.trouble)};
}

Result<TimeZone> TimeZone::in_file(const std::string& path, std::string_view likely_name) {
  const auto file = read_zone_file(path);
  if (!file.rules) return Error{printable(path) + " " + file.rules.error().message};
  const bool has_name = may_be_name(likely_name) && !is_mounted_over(path);
  const auto likely = has_name ? std::string{likely_name} : std::string{};
  const auto listed = has_name && !is_utc(likely) ? known_zones().listed(likely) : KnownZones::Found{};
  if (listed.zone != nullptr && listed.zone->table().fits(*file.rules)) return TimeZone{listed.zone};
  if (ZoneTable{ZoneRules{}} == ZoneTable{*file.rules}) return TimeZone{};
  if (listed.is_missing) return TimeZone{&known_zones().unlisted(likely, file.bytes, *file.rules)};
  if (const auto zone = zone_with(*file.rules)) return *zone;
  return TimeZone{&known_zones().unlisted(std::string{nameless}, file.bytes, *file.rules)};
}

Result<TimeZone> TimeZone::of_rule(std::string_view posix_rule) {
  auto rule = parse_posix_zone_rule(posix_rule);
  if (!rule) rule = parse_posix_zone_rule(std::string{posix_rule}.append(usual_dates));
  if (!rule) return Error{in_quotes(posix_rule) + " is no rule of a time zone"};
  return TimeZone{&known_zones().unlisted(std::string{posix_rule}, {}, {rule->standard_offset, {}, rule, false})};
}

std::vector<std::string> TimeZone::names() { return zone_names(); }

std::optional<TimeZone> TimeZone::known(std::string_view name) {
  if (is_utc(name)) return TimeZone{};
  const auto* zone = known_zones().known(std::string{name});
  return zone == nullptr ? std::nullopt : std::optional{TimeZone{zone}};
}

std::vector<TimeZone::Saved> TimeZone::save() { return known_zones().save(); }

void TimeZone::restore(const std::vector<Saved>& zones) { known_zones().restore(zones); }

std::vector<TimeZone::Reread> TimeZone::reread(const Names& in_use) { return known_zones().reread(in_use); }

std::string_view TimeZone::name() const { return zone_ == nullptr ? "UTC" : std::string_view{zone_->name()}; }

std::string TimeZone::rule_for_name() const {
  return zone_ == nullptr ? std::string{} : known_zones().rule_for_name(*zone_);
}

TimeZone::Period TimeZone::period_at(TimePoint time) const {
  if (zone_ == nullptr) return {TimePoint::min(), TimePoint::max(), std::chrono::seconds{0}};
  return zone_->table().period_at(time);
}

}  // namespace acron
