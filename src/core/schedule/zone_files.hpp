#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"
#include "tzif.hpp"

namespace acron {

/// Where tzdata is. With a slash at its end.
inline constexpr std::string_view zone_directory = "/usr/share/zoneinfo/";

/// Which file a path leads to, and which content it has: another one has another stamp.
struct ZoneStamp {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const ZoneStamp&) const = default;
};

/// Empty stamp for a file that is not there, and for one so young that its next write might not change its stamp.
[[nodiscard]] ZoneStamp stamp_of(const std::string& path);

struct ZoneFile {
  ZoneStamp stamp;  // as stamp_of, when it was read
  bool is_missing = false;
  std::string bytes;        // what was read
  Result<ZoneRules> rules;  // the message of an error continues a sentence whose subject is the file
};

/// Reads a TZif file, whatever it is: a pipe, a directory, garbage and no file at all are errors.
[[nodiscard]] ZoneFile read_zone_file(const std::string& path);

/// Whether another file is mounted over it, as container engines do: then the names of `path` and of links to it say
/// nothing about what it holds.
[[nodiscard]] bool is_mounted_over(const std::string& path);

/// The names of all zones below `zone_directory`, sorted; empty where there is no tzdata.
[[nodiscard]] std::vector<std::string> zone_names();

/// ... in another order: of all names that a zone has, first the usual one, which tzdata recommends.
[[nodiscard]] std::vector<std::string> zone_names_by_use();

}  // namespace acron
