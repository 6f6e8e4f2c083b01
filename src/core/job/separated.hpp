#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "acron/core/result.hpp"

namespace acron {

/// Calls `check(part, offset)` for each part between separators, until one returns an error.
template <typename Check>
Result<void> for_each_part(std::string_view text, char separator, Check check) {
  for (std::size_t begin = 0;;) {
    const auto end = std::min(text.find(separator, begin), text.size());
    if (auto checked = check(text.substr(begin, end - begin), begin); !checked) return checked;
    if (end == text.size()) return {};
    begin = end + 1;
  }
}

}  // namespace acron
