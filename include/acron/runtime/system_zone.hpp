#pragma once

#include <sys/types.h>

#include <cstdint>
#include <utility>

#include "acron/core/result.hpp"
#include "acron/core/schedule/time_zone.hpp"

namespace acron {

/// The machine's zone: TZ when it names one (tzset(3)), else what /etc/localtime is a link to or a copy of
/// (localtime(5)). An error says what was found instead; the wall clock is UTC then. Blocks.
[[nodiscard]] Result<TimeZone> system_zone();

/// Tells cheaply when system_zone() is worth asking again.
class ZoneHint {
 public:
  ZoneHint() : seen_(now()) {}
  /// Whether /etc/localtime is another file than at the last call, or was changed.
  [[nodiscard]] bool changed() {
    const Version before = std::exchange(seen_, now());
    return before != seen_;
  }

 private:
  struct Version {
    dev_t device;
    ino_t inode;
    std::int64_t changed_ns;
    bool operator==(const Version&) const = default;
  };
  static Version now();
  Version seen_;
};

}  // namespace acron
