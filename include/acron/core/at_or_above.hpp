#pragma once

#include <string>

namespace acron {

/// The entry of a map or set of paths below the tree for `path` itself, or for the nearest directory above it.
template <typename Names>
typename Names::const_iterator find_at_or_above(const Names& names, std::string path) {
  while (!names.empty() && !path.empty()) {
    if (const auto found = names.find(path); found != names.end()) return found;
    const auto slash = path.rfind('/');
    path.resize(slash == std::string::npos ? 0 : slash);
  }
  return names.end();
}

}  // namespace acron
