#include "cgroup_place.hpp"

#include <cstddef>
#include <sstream>

namespace acron {
namespace {

/// mountinfo writes blanks and backslashes as three octal digits.
std::string unescaped(std::string_view text) {
  const auto digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '7'; };
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && digit(at + 1) && digit(at + 2) && digit(at + 3)) {
      plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

/// `0::/system.slice/acron.service`
std::optional<std::string> path_in_hierarchy(std::string_view cgroup) {
  std::istringstream lines{std::string(cgroup)};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return {};
}

struct Mount {
  std::string root;  // the part of the hierarchy that it shows
  std::string point;
};

/// `41 31 0:38 ROOT POINT rw,relatime [TAG...] - cgroup2 cgroup2 rw`
std::optional<Mount> cgroup2_mount(const std::string& line) {
  const auto separator = line.find(" - cgroup2 ");
  if (separator == std::string::npos) return {};
  std::istringstream words(line.substr(0, separator));
  std::string skipped, root, point;
  if (!(words >> skipped >> skipped >> skipped >> root >> point)) return {};
  return Mount{unescaped(root), unescaped(point)};
}

/// What of `path` lies below `root`: empty or beginning with a slash. None when it lies elsewhere.
std::optional<std::string> below(const std::string& path, const std::string& root) {
  if (root == "/") return path == "/" ? "" : path;
  if (path == root) return "";
  if (path.starts_with(root + "/")) return path.substr(root.size());
  return {};
}

}  // namespace

std::optional<std::string> cgroup_directory(std::string_view cgroup, std::string_view mountinfo) {
  const auto path = path_in_hierarchy(cgroup);
  // Outside of the root of our cgroup namespace (cgroup_namespaces(7)) nothing is ours.
  if (!path || (*path + "/").find("/../") != std::string::npos) return {};
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    const auto mount = cgroup2_mount(line);
    const auto rest = mount ? below(*path, mount->root) : std::nullopt;
    if (rest) return mount->point + *rest;
  }
  return {};
}

}  // namespace acron
