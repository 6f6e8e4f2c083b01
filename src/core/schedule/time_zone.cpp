#include "acron/core/schedule/time_zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "zone_meant.hpp"
#include "zone_table.hpp"

namespace acron {
namespace {

constexpr std::string_view tzdata_directory = "/usr/share/zoneinfo/";

/// The last line of the zone's TZif file, which says how it goes on after its table. The date library drops it.
std::string footer_of(const std::string& name) {
  std::ifstream file{std::string{tzdata_directory} + name, std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  if (!bytes.ends_with('\n')) return {};
  bytes.pop_back();
  const auto newline = bytes.rfind('\n');
  return newline == std::string::npos ? std::string{} : bytes.substr(newline + 1);
}

std::chrono::sys_seconds seconds_of(date::sys_seconds time) {
  return std::chrono::sys_seconds{time.time_since_epoch()};
}

ZoneTable table_of(const date::time_zone& zone) {
  auto info = zone.get_info(date::sys_days{date::year::min() / 1 / 1});
  const auto first_offset = info.offset;
  std::vector<Transition> transitions;
  const date::sys_seconds for_ever = date::sys_days{date::year::max() / 12 / 31};
  while (info.end < for_ever) {
    info = zone.get_info(info.end);
    transitions.push_back({seconds_of(info.begin), info.offset});
  }
  return {zone.name(), first_offset, transitions, parse_posix_zone_rule(footer_of(zone.name()))};
}

/// Throws std::runtime_error when the machine has no tzdata.
const std::vector<date::time_zone>& all_zones() { return date::get_tzdb().zones; }

const date::time_zone* find_zone(std::string_view name) {
  const auto& zones = all_zones();
  const auto zone = std::lower_bound(zones.begin(), zones.end(), name,
                                     [](const date::time_zone& z, std::string_view n) { return z.name() < n; });
  return zone == zones.end() || zone->name() != name ? nullptr : &*zone;
}

/// The table of a zone, read on first use and kept for the life of the program.
const ZoneTable* table_named(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, ZoneTable, std::less<>> tables;
  const std::scoped_lock lock{mutex};
  if (const auto known = tables.find(name); known != tables.end()) return &known->second;
  const auto* zone = find_zone(name);
  return zone == nullptr ? nullptr : &tables.emplace(name, table_of(*zone)).first->second;
}

Error unknown(std::string_view name) {
  auto message = "unknown time zone '" + printable(name, 60) + "'";
  if (const auto hint = meant_zone(name, TimeZone::names()); !hint.empty()) return {message + did_you_mean(hint)};
  return {message + " (try a name such as Europe/Berlin or UTC)"};
}

}  // namespace

Result<TimeZone> TimeZone::named(std::string_view iana_name) {
  // The most common zone of servers. To look up any other, the library first asks for the status of every zone's file.
  if (iana_name == "UTC" || iana_name == "Etc/UTC") return TimeZone{};
  try {
    const auto* table = table_named(iana_name);
    if (table == nullptr) return unknown(iana_name);
    return TimeZone{table};
  } catch (const std::runtime_error& error) {
    return Error{"the time zones of this machine can't be read (is tzdata installed?): " + printable(error.what())};
  }
}

std::vector<std::string_view> TimeZone::names() {
  std::vector<std::string_view> names;
  try {
    for (const auto& zone : all_zones()) names.emplace_back(zone.name());
  } catch (const std::runtime_error&) {
    names.clear();
  }
  return names;
}

std::string_view TimeZone::name() const { return table_ == nullptr ? "UTC" : table_->name(); }

TimeZone::Period TimeZone::period_at(TimePoint time) const {
  if (table_ == nullptr) return {TimePoint::min(), TimePoint::max(), std::chrono::seconds{0}};
  return table_->period_at(time);
}

}  // namespace acron
