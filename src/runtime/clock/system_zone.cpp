#include "acron/runtime/clock/system_zone.hpp"

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace acron {
namespace {

namespace fs = std::filesystem;

constexpr const char* localtime_file = "/etc/localtime";
constexpr std::string_view zone_folder = "zoneinfo/";
constexpr std::int64_t second_in_ns = 1'000'000'000;

bool is_hidden = false;
std::optional<std::string> hidden;

std::optional<std::string> zone_in_environment() {
  const char* variable = std::getenv("TZ");
  return variable == nullptr ? std::nullopt : std::optional<std::string>{variable};
}

/// tzset(3): a colon may stand before it.
std::string zone_variable() {
  const auto variable = given_zone_variable().value_or("");
  return variable.starts_with(':') ? variable.substr(1) : variable;
}

/// The file that holds the zone's rules; empty where TZ names a zone, or states its rule.
std::string zone_path() {
  const auto variable = zone_variable();
  if (variable.empty()) return localtime_file;
  return variable.starts_with('/') ? variable : std::string{};
}

/// `posix/` and `right/` hold the same names again.
std::string without_folder(std::string name) {
  for (const std::string_view folder : {"posix/", "right/"}) {
    if (name.starts_with(folder)) name.erase(0, folder.size());
  }
  return name;
}

/// `Europe/Berlin` where the path, or a link that it leads to, is `../usr/share/zoneinfo/Europe/Berlin`; else empty.
std::string name_along(fs::path path) {
  constexpr int most_links = 40;  // as the kernel
  for (int links = 0; links < most_links; ++links) {
    const auto text = path.string();
    if (const auto found = text.rfind(zone_folder); found != std::string::npos)
      return without_folder(text.substr(found + zone_folder.size()));
    std::error_code ec;
    const fs::path target = fs::read_symlink(path, ec);
    if (ec) return {};
    path = path.parent_path() / target;
  }
  return {};
}

Result<TimeZone> zone_of_variable(const std::string& variable) {
  auto zone = TimeZone::named(without_folder(variable));
  if (zone) return zone;
  const auto by_rule = TimeZone::of_rule(variable);
  return by_rule ? by_rule : zone;
}

}  // namespace

void hide_zone_from_c_library() {
  hidden = zone_in_environment();
  is_hidden = ::setenv("TZ", "UTC0", 1) == 0;
}

std::optional<std::string> given_zone_variable() { return is_hidden ? hidden : zone_in_environment(); }

Result<TimeZone> system_zone() {
  const auto path = zone_path();
  if (path.empty()) return zone_of_variable(zone_variable());
  std::error_code ec;
  // localtime(5): UTC without one
  if (path == localtime_file && !fs::exists(fs::symlink_status(path, ec))) return TimeZone();
  const fs::path target = fs::read_symlink(path, ec);
  if (!ec && fs::status(path, ec).type() == fs::file_type::not_found) {
    // Images without tzdata have a link to Etc/UTC all the same. Another zone may be known, but not by this file.
    if (const auto zone = TimeZone::named(name_along(path)); zone && *zone == TimeZone()) return *zone;
    return Error{path + " is a link to " + target.string() +
                 ", which does not exist (is the package tzdata installed?)"};
  }
  return TimeZone::in_file(path, name_along(path));
}

bool ZoneHint::changed() {
  const Version before = std::exchange(seen_, now());
  return before != seen_ || seen_.is_young;
}

ZoneHint::Version ZoneHint::now() {
  const auto path = zone_path();
  Version version;
  if (path.empty()) return version;  // what TZ names is looked after by TimeZone::reread
  const auto clock = std::chrono::system_clock::now().time_since_epoch();
  const auto now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(clock).count();
  // The link, and what it leads to: either may be exchanged, or have something mounted over it. That there is none is
  // a version, too.
  const auto add = [&](const auto& look, Version::File& file) {
    struct stat status {};
    if (look(path.c_str(), &status) != 0) return;
    file = {status.st_dev, status.st_ino, status.st_ctim.tv_sec * second_in_ns + status.st_ctim.tv_nsec};
    version.is_young |= file.changed_ns <= now_ns && now_ns - file.changed_ns < second_in_ns;
  };
  add(::lstat, version.itself);
  add(::stat, version.target);
  return version;
}

}  // namespace acron
