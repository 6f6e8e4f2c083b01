#pragma once

#include <optional>

#include "database.hpp"

namespace acron {

/// Makes the tables of an empty file, brings those of an earlier acron up to date, and looks whether the file is whole.
/// Damaged: the file is not ours, is from a newer acron, or is broken.
[[nodiscard]] std::optional<StoreTrouble> bring_up_to_date(Database& database);

}  // namespace acron
