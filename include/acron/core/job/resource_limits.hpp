#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// What a run may use; what is empty is acron's own limit. See setrlimit(2) and the kernel's cgroup-v2 text.
struct ResourceLimits {
  std::optional<std::uint64_t> memory;  // bytes; at least 1 MiB, below which hardly a program starts
  std::optional<std::chrono::seconds> cpu;
  std::optional<std::uint64_t> files;      // open at a time in one process, 8 to 2^30
  std::optional<std::uint64_t> processes;  // and threads; 1 to 2^22. As an rlimit: of the user on this machine
  std::optional<std::uint64_t> core;       // bytes of a core dump; 0: none is written
  bool operator==(const ResourceLimits&) const = default;
};

/// Reads bytes: a number, or one with K, M, G or T behind it, which stand for powers of 1024. At most 2^60.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

/// The spelling that parse_size reads back: `512M`, in the largest unit that is exact.
std::string format_size(std::uint64_t bytes);

}  // namespace acron
