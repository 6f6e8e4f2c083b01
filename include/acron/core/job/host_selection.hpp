#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"

namespace acron {

/// The `only` directive: on which machines of a fleet a job is scheduled. Both parts must hold where both are given.
struct HostSelection {
  std::optional<std::uint32_t> share;  // in millionths of the fleet, 0 (nowhere) to 1,000,000
  std::vector<std::string> patterns;   // lower case; one must match; empty: all hosts
  bool operator==(const HostSelection&) const = default;
};

/// A machine as `only` sees it: names in any spelling.
struct Host {
  std::string_view identity;         // what shares and splay hash: the name, or what stands in for one that many share
  std::string_view name = identity;  // what patterns are compared with
};

bool includes(const HostSelection& selection, const Host& host);

/// Where a host stands in the order in which a growing share takes hosts in: `(U * 1,000,000) >> 32`, with U = first 4
/// bytes, big-endian, of SHA-256("only:" + host), the host spelt as splay_host gives it. Less than 1,000,000. A share
/// includes the hosts whose rank is below it, so that raising it only adds hosts; it is the same for all jobs. The
/// definition is frozen: a change would move jobs between hosts.
std::uint32_t canary_rank(std::string_view host);

/// Whether `pattern` matches all of `text`: `*` any bytes, `?` one byte, `[a-f0]` one of them, `[!a-f]` one of the
/// others, everything else itself. Takes time in proportion to the product of both lengths at most.
bool matches_pattern(std::string_view pattern, std::string_view text);

/// Reads `5%` or `0.5%`, with up to four digits behind the point, at most 100, as millionths.
[[nodiscard]] Result<std::uint32_t> parse_share(std::string_view text);

/// Reads `web*,db-0[1-9]`: patterns of host names, which may hold letters, digits, `-`, `_` and `.` besides what
/// `matches_pattern` knows. Each is compared with the full name and with its first label; the dot at the end of a full
/// name counts as little there as in the name of a host.
[[nodiscard]] Result<std::vector<std::string>> parse_host_patterns(std::string_view text);

/// `only 5% on web*,db-0[1-9]` without the first word; empty for one that includes all.
std::string describe(const HostSelection& selection);

}  // namespace acron
