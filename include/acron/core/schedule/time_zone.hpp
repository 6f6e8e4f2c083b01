#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"
#include "acron/core/time.hpp"

namespace acron {

class ZoneTable;

/// A zone of the system's tzdata: a cheap value, valid for the life of the program. Zones are read once and kept;
/// every function may be called from any thread.
class TimeZone {
 public:
  /// UTC, which needs no tzdata.
  TimeZone() = default;

  /// Looks an IANA name up (`Europe/Berlin`, `UTC`). Reads tzdata on first use. An unknown name is an error that
  /// offers the nearest one.
  [[nodiscard]] static Result<TimeZone> named(std::string_view iana_name);

  /// Every name that `named` knows, sorted; empty when the machine has no tzdata.
  [[nodiscard]] static std::vector<std::string_view> names();

  [[nodiscard]] std::string_view name() const;

  /// A stretch of time in which the offset from UTC does not change: [begin, end). The offset differs from those of
  /// the periods before and after.
  struct Period {
    TimePoint begin, end;
    std::chrono::seconds offset;  // what the local clock is ahead of UTC
  };
  /// The period that `time` falls in. Ends are TimePoint::min()/max() where there is no transition before/after.
  /// Beyond the last transition that tzdata tabulates (2037), its rule for the years to come is followed (RFC 9636,
  /// section 3.3). Takes tens of nanoseconds.
  [[nodiscard]] Period period_at(TimePoint time) const;

  bool operator==(const TimeZone&) const = default;

 private:
  explicit TimeZone(const ZoneTable* table) : table_{table} {}

  const ZoneTable* table_ = nullptr;  // none: UTC
};

}  // namespace acron
