#include "site_watch.hpp"

namespace acron {

SiteLook SiteWatch::look(const TimeZone::Names& in_use) {
  SiteLook look;
  look.host = host_name(given_host_);
  look.zones = TimeZone::reread(in_use);  // first: the machine's zone is mostly one of them
  const bool is_first = !hint_;
  if (is_first) hint_.emplace();  // before the zone is read
  if (!is_first && !zone_is_in_trouble_ && !hint_->changed()) return look;
  look.zone = system_zone();
  zone_is_in_trouble_ = look.zone->has_error();
  return look;
}

}  // namespace acron
