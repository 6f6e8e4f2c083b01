#include "acron/runtime/system_zone.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace acron {
namespace {

namespace fs = std::filesystem;

const fs::path localtime_file = "/etc/localtime";
const fs::path zone_directory = "/usr/share/zoneinfo";

/// `Europe/Berlin` of `../usr/share/zoneinfo/Europe/Berlin`; `posix/` and `right/` hold the same names again.
std::string zone_below(const std::string& path) {
  constexpr std::string_view marker = "zoneinfo/";
  const auto found = path.rfind(marker);
  std::string name = found == std::string::npos ? path : path.substr(found + marker.size());
  for (const std::string_view folder : {"posix/", "right/"}) {
    if (name.starts_with(folder)) name.erase(0, folder.size());
  }
  return name;
}

/// tzset(3): a colon may stand before it.
std::string path_in_variable() {
  const char* variable = std::getenv("TZ");
  if (variable == nullptr) return {};
  return *variable == ':' ? variable + 1 : variable;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Some installers copy the zone's file instead of linking to it.
Result<TimeZone> zone_of_copy() {
  const std::string ours = content_of(localtime_file);
  if (ours.empty()) return Error{"/etc/localtime can't be read"};
  for (const std::string_view name : TimeZone::names()) {
    std::error_code ignored;
    const fs::path candidate = zone_directory / name;
    if (fs::file_size(candidate, ignored) == ours.size() && content_of(candidate) == ours) return TimeZone::named(name);
  }
  return Error{"/etc/localtime is not a copy of any zone in /usr/share/zoneinfo"};
}

}  // namespace

Result<TimeZone> system_zone() {
  if (const auto path = path_in_variable(); !path.empty() && path != localtime_file)
    return TimeZone::named(zone_below(path));
  std::error_code ec;
  if (!fs::exists(fs::symlink_status(localtime_file, ec))) return TimeZone();  // localtime(5): UTC without one
  const fs::path target = fs::read_symlink(localtime_file, ec);
  if (ec) return zone_of_copy();
  return TimeZone::named(zone_below(target.string()));
}

ZoneHint::Version ZoneHint::now() {
  struct stat status {};
  ::lstat(localtime_file.c_str(), &status);  // that there is none is a version, too
  constexpr std::int64_t second = 1'000'000'000;
  return {status.st_dev, status.st_ino, status.st_ctim.tv_sec * second + status.st_ctim.tv_nsec};
}

}  // namespace acron
