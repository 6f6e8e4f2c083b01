#pragma once

#include <string>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// Who a run runs as, by name: names are looked up when it runs, since a directory service may not answer now.
struct RunAs {
  std::string user;
  std::string group;  // empty: the user's own, with all further groups of the user
  bool operator==(const RunAs&) const = default;
};

/// Reads `NAME` or `NAME:GROUP`. Both begin with a letter or `_`, go on with letters, digits, `_`, `-` and `.`, may end
/// in `$` (useradd(8)), and have 32 bytes at most (LOGIN_NAME_MAX of utmp(5)). Numbers are refused: an account that is
/// missing must not become another one, nor (as 4294967295, which is -1) none at all.
[[nodiscard]] Result<RunAs> parse_run_as(std::string_view text);

/// `backup`, `backup:disk`.
std::string describe(const RunAs& run_as);

/// Who acron itself is, as far as the job files must not ask for more.
struct Privileges {
  bool is_root = true;
  std::string user;  // the names of the effective ids; only looked at without root
  std::string group;
};

/// Whether such an acron can run jobs as that: any if it is root's, else only as itself.
[[nodiscard]] bool may_run_as(const RunAs& run_as, const Privileges& privileges);

}  // namespace acron
