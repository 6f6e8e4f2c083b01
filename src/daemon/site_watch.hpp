#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acron/core/result.hpp"
#include "acron/core/schedule/time_zone.hpp"
#include "acron/runtime/clock/system_zone.hpp"
#include "host_name.hpp"

namespace acron {

/// What a look at the machine's name and zones found.
struct SiteLook {
  HostName host;
  std::optional<Result<TimeZone>> zone;  // the machine's, where it was worth asking
  std::vector<TimeZone::Reread> zones;   // all that are in use and whose files changed
};

/// Looks at what the machine is called, at its zone, and at the files of the zones in use. Blocks: belongs on the pool,
/// one look at a time.
class SiteWatch {
 public:
  /// `host`: --hostname.
  explicit SiteWatch(std::string host) : given_host_(std::move(host)) {}

  /// The first look tells the machine's zone in any case. Of zones that are not `in_use` it tells nothing.
  SiteLook look(const TimeZone::Names& in_use = {});

 private:
  std::string given_host_;
  std::optional<ZoneHint> hint_;
  bool zone_is_in_trouble_ = false;
};

}  // namespace acron
