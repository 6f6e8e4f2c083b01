#pragma once

#include <string_view>

namespace acron {

/// Whether a name is that of a backup, a copy or a temporary file, which programs or people leave beside the files that
/// count. `lower` is the name in lower case.
[[nodiscard]] bool is_backup(std::string_view name, std::string_view lower);

/// The same for a name that may be of small letters, digits and hyphens alone: OpenWrt's `a-opkg`, and the temporary
/// files of sed, `seda1b2c3`, and of Ruby, which Puppet has: `a20261129-12345-1x2y3z`.
[[nodiscard]] bool is_plain_backup(std::string_view name);

/// Without a number or a time at its end: `a.bak` for `a.bak.1`, `a.bak-2026-11-29`, `a.bak-v2` and
/// `a.bak.20261129T120000Z`.
[[nodiscard]] std::string_view without_stamp(std::string_view lower);

}  // namespace acron
