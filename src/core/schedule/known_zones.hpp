#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acron/core/schedule/time_zone.hpp"
#include "zone_files.hpp"
#include "zone_table.hpp"

namespace acron {

/// A zone that TimeZone values refer to. Its table may be replaced by that of a newer file at any moment.
class KnownZone {
 public:
  KnownZone(std::string name, std::string bytes, const ZoneTable& table)
      : name_{std::move(name)}, bytes_{std::move(bytes)}, table_{&table} {}
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const ZoneTable& table() const { return *table_.load(std::memory_order_acquire); }
  /// The file that the table is of; empty for a rule. By one thread at a time, as `replace`.
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  void replace(std::string bytes, const ZoneTable& table) {
    bytes_ = std::move(bytes);
    table_.store(&table, std::memory_order_release);
  }

 private:
  std::string name_, bytes_;
  std::atomic<const ZoneTable*> table_;
};

/// All zones that this process has used. Nothing is ever removed: another thread may still read a table that was
/// replaced, and there are few.
class KnownZones {
 public:
  struct Found {
    const KnownZone* zone = nullptr;  // null: there is none, because of
    bool is_missing = false;          // no such file, or
    std::string trouble;              // what is wrong with it
  };
  /// Looks up the zone of the file `name` below `zone_directory`, which is read the first time.
  Found listed(const std::string& name);
  /// A zone of this name and with these rules that no file of `zone_directory` defines.
  const KnownZone& unlisted(const std::string& name, const std::string& bytes, const ZoneRules& rules);
  /// Null for a zone that has not been used.
  const KnownZone* known(const std::string& name);
  /// See TimeZone.
  std::string rule_for_name(const KnownZone& zone);
  std::vector<TimeZone::Reread> reread(const TimeZone::Names& in_use);
  std::vector<TimeZone::Saved> save();
  void restore(const std::vector<TimeZone::Saved>& zones);

 private:
  struct Listed {
    std::unique_ptr<KnownZone> zone;
    ZoneStamp stamp;
    std::string trouble;  // of its file as it is now
    bool is_missing = false;
    bool is_forgotten = false;  // nobody used it when all were read again
  };

  const KnownZone& add(const std::string& name, ZoneFile file);
  void reread(Listed& listed, std::vector<TimeZone::Reread>& news);
  Found remember(Listed& listed);

  std::mutex mutex_;
  std::deque<ZoneTable> tables_;
  std::map<std::string, Listed> listed_;
  std::set<std::string> refused_;  // names that were looked up in vain, as many as are worth another try
  std::vector<std::unique_ptr<KnownZone>> unlisted_;
  std::vector<TimeZone::Reread> untold_;  // of zones that were looked up again
};

}  // namespace acron
