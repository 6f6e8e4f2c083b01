#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"
#include "acron/core/time.hpp"

namespace acron {

class KnownZone;

/// A zone: a cheap value, valid for the life of the program. A zone's file is read when its name is first looked up,
/// and again when it has changed (`reread`), which all values of this zone follow. Every function may be called from
/// any thread.
class TimeZone {
 public:
  /// UTC, which needs no tzdata.
  TimeZone() = default;

  /// Looks up an IANA name (`Europe/Berlin`, `UTC`). Reads its file on first use. An unknown name is an error that
  /// offers the nearest one; a file that can't be used is an error that says why.
  [[nodiscard]] static Result<TimeZone> named(std::string_view iana_name);

  /// The zone whose rules are in this TZif file now. `likely_name` tells which name it should bear if it has the same
  /// rules as the zone of that name, or if this machine has no such zone; otherwise it bears the name of a zone with
  /// these rules, or else `localtime`.
  [[nodiscard]] static Result<TimeZone> in_file(const std::string& path, std::string_view likely_name);

  /// A zone by its rule alone, as POSIX writes it in TZ: `CET-1CEST,M3.5.0,M10.5.0/3`. Daylight time without dates is
  /// that of the USA, as for the C library.
  [[nodiscard]] static Result<TimeZone> of_rule(std::string_view posix_rule);

  /// Every name that `named` knows, sorted; empty when the machine has no tzdata.
  [[nodiscard]] static std::vector<std::string> names();

  struct Reread {
    enum class News : std::uint8_t {
      new_rules,
      trouble,  // the rules read before stay
      usable,   // where it was not before
    };
    std::string zone;
    News news = News::new_rules;
    std::string trouble;  // why the new file can't be used
  };
  /// The names of zones; none: all that were ever looked up.
  using Names = std::optional<std::set<std::string, std::less<>>>;
  /// Reads the changed files of those `in_use` that were looked up by name. Tells of each change once. Others are
  /// forgotten: their files are read when they are looked up again.
  [[nodiscard]] static std::vector<Reread> reread(const Names& in_use = {});

  struct Saved {
    std::string name;
    std::string bytes;       // of the file, as it was read last
    bool is_listed = false;  // tzdata has this name
  };
  /// All zones in use that come from files, for another image of the program, where `restore` has them known before
  /// it looks one up: their files may have turned bad.
  [[nodiscard]] static std::vector<Saved> save();
  static void restore(const std::vector<Saved>& zones);
  /// A zone that is in use, or was restored.
  [[nodiscard]] static std::optional<TimeZone> known(std::string_view name);

  [[nodiscard]] std::string_view name() const;
  /// What TZ has to say instead of the name where no good file has it any more: the rule for the years to come, of the
  /// file that was read last. Empty where the name will do, or where that file states none.
  [[nodiscard]] std::string rule_for_name() const;

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
  explicit TimeZone(const KnownZone* zone) : zone_{zone} {}

  const KnownZone* zone_ = nullptr;  // none: UTC
};

}  // namespace acron
