#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace acron {

/// The directory of a process's cgroup v2, out of its /proc/PID/cgroup and /proc/PID/mountinfo (cgroups(7), proc(5));
/// empty when it has none, or one that no mount shows.
[[nodiscard]] std::optional<std::string> cgroup_directory(std::string_view cgroup, std::string_view mountinfo);

}  // namespace acron
