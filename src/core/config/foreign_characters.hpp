#pragma once

#include <optional>

#include "acron/core/look_alikes.hpp"
#include "statement.hpp"

namespace acron {

struct FoundLookAlike {
  LookAlike character;
  Location where;
};

/// The first character of a line that only looks like another where acron's own words are read: in keywords, times,
/// names, addresses; of paths, one that can't be seen. Commands, descriptions and values may hold any.
std::optional<FoundLookAlike> look_alike_in(const Statement& statement);

/// The code point of the first character of a faulty line that no word of acron's has; empty where there is none.
std::string foreign_in(const Statement& statement);

}  // namespace acron
