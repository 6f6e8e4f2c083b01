#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "acron/core/result.hpp"
#include "acron/core/schedule/time_zone.hpp"

namespace acron {

/// Keeps TZ as it is for those below, and has the C library see UTC: whoever asks it for the time, as Boost.Log does,
/// has it read the file that TZ names, or /etc/localtime, and for ever where that is a pipe. To be called once, before
/// there are threads.
void hide_zone_from_c_library();

/// TZ, as acron was started with it.
[[nodiscard]] std::optional<std::string> given_zone_variable();

/// The machine's zone: what TZ says (tzset(3): a name, a file, or a rule), else what /etc/localtime holds
/// (localtime(5)); an empty TZ and a lone colon say nothing. An error says what was found instead; the wall clock is
/// UTC then. Blocks.
[[nodiscard]] Result<TimeZone> system_zone();

/// Tells cheaply when system_zone() is worth asking again. Blocks.
class ZoneHint {
 public:
  ZoneHint() : seen_(now()) {}
  /// Whether the file that holds the machine's zone is another than at the last call, or was changed, or was changed
  /// so shortly before that call that a further change would not be seen.
  [[nodiscard]] bool changed();

 private:
  struct Version {
    struct File {
      dev_t device = 0;
      ino_t inode = 0;
      std::int64_t changed_ns = 0;
      bool operator==(const File&) const = default;
    };
    File itself, target;
    bool is_young = false;
    bool operator==(const Version&) const = default;
  };
  static Version now();
  Version seen_;
};

}  // namespace acron
