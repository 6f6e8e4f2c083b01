#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "acron/core/look_alikes.hpp"

namespace acron {

struct LookAlikeRow {
  std::uint32_t code;
  LookAlike::Kind kind;
  std::string_view name;
  std::string_view plain;
};

/// In the order of their code points.
std::span<const LookAlikeRow> look_alike_rows();

}  // namespace acron
