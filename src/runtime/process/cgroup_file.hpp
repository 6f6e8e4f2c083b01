#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace acron {

/// The content, of at most 1 MiB; empty, and errno, when it can't be read. `path` is below the directory.
[[nodiscard]] std::optional<std::string> read_cgroup_file(int directory, const std::string& path);

/// In one call, as the kernel wants it. False, and errno.
[[nodiscard]] bool write_cgroup_file(int directory, const std::string& path, std::string_view value);

}  // namespace acron
