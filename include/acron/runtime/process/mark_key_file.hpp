#pragma once

#include <optional>
#include <string>

#include "acron/core/keyed_digest.hpp"

namespace acron {

/// The key of the marks (see RunMark) also stands in the run directory, in `mark.key`: a new acron knows the runs that
/// live by their marks, whatever became of the state file. Both block.

/// Empty where there is none, or none that is this user's alone.
[[nodiscard]] std::optional<DigestKey> read_mark_key(const std::string& directory);

/// In one step. Whether that worked: where it did not, the state file still has the key.
bool write_mark_key(const std::string& directory, const DigestKey& key);

}  // namespace acron
