#pragma once

#include <string>
#include <vector>

#include "acron/core/job/definition.hpp"

namespace acron {

/// What a look at the tree found to be different from the look before.
struct DefinitionChanges {
  std::vector<SharedDefinition> loaded;  // new or edited
  std::vector<std::string> removed;
  [[nodiscard]] bool empty() const { return loaded.empty() && removed.empty(); }
};

}  // namespace acron
