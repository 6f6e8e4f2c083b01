#include "known_zones.hpp"

#include <algorithm>
#include <iterator>

namespace acron {
namespace {

constexpr std::size_t most_refused = 100;

std::string path_of(const std::string& name) { return std::string{zone_directory} + name; }

std::string trouble_of(const std::string& name, const ZoneFile& file) {
  return file.rules ? std::string{} : path_of(name) + " " + file.rules.error().message;
}

}  // namespace

KnownZones::Found KnownZones::listed(const std::string& name) {
  const std::scoped_lock lock{mutex_};
  if (const auto known = listed_.find(name); known != listed_.end()) return remember(known->second);
  const auto file = read_zone_file(path_of(name));
  if (file.rules) return {&add(name, file), false, {}};
  if (refused_.size() < most_refused) refused_.insert(name);
  return {nullptr, file.is_missing, trouble_of(name, file)};
}

/// A forgotten zone is as one that was never looked up, but for its place in memory, which others may still read.
KnownZones::Found KnownZones::remember(Listed& listed) {
  if (!listed.is_forgotten) return {listed.zone.get(), false, {}};
  std::vector<TimeZone::Reread> news;
  reread(listed, news);
  if (!listed.trouble.empty()) {
    if (refused_.size() < most_refused) refused_.insert(listed.zone->name());
    return {nullptr, listed.is_missing, listed.trouble};
  }
  listed.is_forgotten = false;
  // Somebody may use it without a look-up, who is to learn of new rules.
  std::move(news.begin(), news.end(), std::back_inserter(untold_));
  return {listed.zone.get(), false, {}};
}

const KnownZone& KnownZones::add(const std::string& name, ZoneFile file) {
  refused_.erase(name);
  auto zone = std::make_unique<KnownZone>(name, std::move(file.bytes), tables_.emplace_back(*file.rules));
  return *listed_.emplace(name, Listed{std::move(zone), file.stamp, {}, false, false}).first->second.zone;
}

const KnownZone& KnownZones::unlisted(const std::string& name, const std::string& bytes, const ZoneRules& rules) {
  const std::scoped_lock lock{mutex_};
  const ZoneTable table{rules};
  const auto known = std::find_if(unlisted_.begin(), unlisted_.end(),
                                  [&](const auto& zone) { return zone->name() == name && zone->table() == table; });
  if (known != unlisted_.end()) return **known;
  return *unlisted_.emplace_back(std::make_unique<KnownZone>(name, bytes, tables_.emplace_back(table)));
}

const KnownZone* KnownZones::known(const std::string& name) {
  const std::scoped_lock lock{mutex_};
  if (const auto listed = listed_.find(name); listed != listed_.end()) return listed->second.zone.get();
  const auto unlisted =
      std::find_if(unlisted_.rbegin(), unlisted_.rend(), [&](const auto& zone) { return zone->name() == name; });
  return unlisted == unlisted_.rend() ? nullptr : unlisted->get();
}

std::string KnownZones::rule_for_name(const KnownZone& zone) {
  const std::scoped_lock lock{mutex_};
  const auto listed = listed_.find(zone.name());
  const bool is_good = listed != listed_.end() && listed->second.zone.get() == &zone && listed->second.trouble.empty();
  return is_good ? std::string{} : std::string{rule_of_tzif(zone.bytes())};
}

std::vector<TimeZone::Saved> KnownZones::save() {
  const std::scoped_lock lock{mutex_};
  std::vector<TimeZone::Saved> zones;
  for (const auto& [name, listed] : listed_) {
    if (!listed.is_forgotten) zones.push_back({name, listed.zone->bytes(), true});
  }
  for (const auto& zone : unlisted_) {
    if (!zone->bytes().empty()) zones.push_back({zone->name(), zone->bytes(), false});
  }
  return zones;
}

void KnownZones::restore(const std::vector<TimeZone::Saved>& zones) {
  for (const auto& zone : zones) {
    const auto rules = parse_tzif(zone.bytes);
    if (!rules) continue;
    if (!zone.is_listed) {
      unlisted(zone.name, zone.bytes, *rules);
      continue;
    }
    const std::scoped_lock lock{mutex_};
    // Without a stamp, its file counts as changed.
    if (!listed_.contains(zone.name)) add(zone.name, {{}, false, zone.bytes, *rules});
  }
}

std::vector<TimeZone::Reread> KnownZones::reread(const TimeZone::Names& in_use) {
  const std::scoped_lock lock{mutex_};
  auto news = std::exchange(untold_, {});
  for (auto& [name, listed] : listed_) {
    listed.is_forgotten = in_use && !in_use->contains(name);
    if (listed.is_forgotten) continue;
    // A file in trouble has none: a disk that could not be read may be readable now.
    const auto stamp = listed.trouble.empty() ? stamp_of(path_of(name)) : ZoneStamp{};
    if (stamp == ZoneStamp{} || stamp != listed.stamp) reread(listed, news);
  }
  for (const auto& name : std::set<std::string>{refused_}) {
    const auto file = read_zone_file(path_of(name));
    if (!file.rules) continue;
    if (const auto forgotten = listed_.find(name); forgotten != listed_.end()) {
      refused_.erase(name);
      std::vector<TimeZone::Reread> no_news;  // it is usable: whether its rules are new, nobody asks who had none
      reread(forgotten->second, no_news);
    } else {
      add(name, file);
    }
    news.push_back({name, TimeZone::Reread::News::usable, {}});
  }
  return news;
}

void KnownZones::reread(Listed& listed, std::vector<TimeZone::Reread>& news) {
  const auto& name = listed.zone->name();
  const auto file = read_zone_file(path_of(name));
  listed.stamp = file.stamp;
  listed.is_missing = file.is_missing;
  const auto trouble_before = std::exchange(listed.trouble, trouble_of(name, file));
  if (!file.rules) {
    if (listed.trouble != trouble_before) news.push_back({name, TimeZone::Reread::News::trouble, listed.trouble});
    return;
  }
  const ZoneTable table{*file.rules};
  if (table == listed.zone->table()) {
    if (!trouble_before.empty()) news.push_back({name, TimeZone::Reread::News::usable, {}});
    return;
  }
  listed.zone->replace(file.bytes, tables_.emplace_back(table));
  news.push_back({name, TimeZone::Reread::News::new_rules, {}});
}

}  // namespace acron
