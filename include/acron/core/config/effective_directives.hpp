#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "acron/core/config/source.hpp"

namespace acron {

/// One directive that counts for a job, as it is written but for comments and line breaks, and where it is written.
struct EffectiveDirective {
  std::string text;
  std::string file;
  std::size_t line = 0;
};

/// What a job's file and the `_defaults` files above it (from the root down) come to, in the order in which it is
/// written, the root's first. Meant for files that parse: of others, the lines that are no directives are left out.
std::vector<EffectiveDirective> effective_directives(const SourceFile& file, std::span<const SourceFile> defaults);

}  // namespace acron
