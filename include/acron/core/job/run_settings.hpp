#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/host_selection.hpp"
#include "acron/core/job/overlap.hpp"
#include "acron/core/job/resource_limits.hpp"
#include "acron/core/job/retry.hpp"
#include "acron/core/job/run_as.hpp"
#include "acron/core/result.hpp"

namespace acron {

/// One `env` line.
struct EnvironmentVariable {
  std::string name;
  std::string value;
  bool operator==(const EnvironmentVariable&) const = default;
};

/// Reads `NAME=VALUE`, `NAME='VALUE'` or `NAME="VALUE"`; nothing in a value is expanded. A name is an identifier, and
/// not one of acron's own, `ACRON_...`.
[[nodiscard]] Result<EnvironmentVariable> parse_environment_variable(std::string_view text);

/// What a job says of its runs beyond what every job says. The defaults are those of a job that says nothing.
struct RunSettings {
  std::optional<RunAs> run_as;                   // empty: acron's own user
  std::vector<EnvironmentVariable> environment;  // in the order of their names, each once; over what acron sets
  std::string working_directory;                 // absolute; empty: the user's home
  std::optional<std::uint32_t> umask;            // 0 to 0777; empty: 022
  std::optional<int> nice;                       // -20 to 19, to be set as it is; empty: acron's own
  std::string shell;                             // absolute; empty: /bin/sh, or none where none is needed
  ResourceLimits limits;
  OverlapPolicy overlap = OverlapPolicy::skip;
  std::string lock;  // jobs that name the same never run at the same time here; empty: none
  std::optional<RetryPolicy> retry;
  std::vector<std::string> run_gates;  // `if each-run`: asked before every run, in this order; all must pass
  HostSelection only;
  std::optional<std::string> disabled;  // why it is not scheduled anywhere, which may be left unsaid; empty: it is
  std::string description;
  bool operator==(const RunSettings&) const = default;
};

/// Whether a job with these settings is scheduled on no host at all, whatever the host is called.
[[nodiscard]] bool is_switched_off(const RunSettings& settings);

/// Whether a job with these settings asks for more than such an acron may do: another user, or a place before others.
[[nodiscard]] bool asks_for_more(const RunSettings& settings, const Privileges& privileges);

/// Whether a job with these settings is scheduled on `host`: it is not disabled, and `only` does not choose other
/// hosts.
[[nodiscard]] bool is_scheduled_on(const Host& host, const RunSettings& settings);

}  // namespace acron
