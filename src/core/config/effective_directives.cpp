#include "acron/core/config/effective_directives.hpp"

#include <algorithm>

#include "directives.hpp"
#include "statement.hpp"

namespace acron {
namespace {

/// A directive of one file of the chain; a later file is nearer to the job.
struct Written {
  const Directive* directive;
  std::string settled;
  std::size_t depth;
  EffectiveDirective effective;
};

bool replaces(const Written& nearer, const Written& other) {
  if (nearer.depth <= other.depth) return false;
  const bool settles_the_same = !other.settled.empty() && nearer.settled == other.settled;
  return settles_the_same || (nearer.directive == other.directive && other.directive->drop_inherited);
}

void collect(const SourceFile& file, std::size_t depth, std::vector<Written>& written) {
  Faults faults{file};
  for (const auto& statement : read_statements(file, faults)) {
    const auto* directive = find_directive(statement.keyword);
    if (!directive) continue;
    auto text = std::string{statement.keyword};
    if (!statement.argument.empty()) text += ' ' + statement.argument;
    written.push_back({directive,
                       settled_by(*directive, statement.argument),
                       depth,
                       {std::move(text), file.name, statement.where.line}});
  }
}

}  // namespace

std::vector<EffectiveDirective> effective_directives(const SourceFile& file, std::span<const SourceFile> defaults) {
  std::vector<Written> written;
  for (std::size_t depth = 0; depth < defaults.size(); ++depth) collect(defaults[depth], depth, written);
  collect(file, defaults.size(), written);
  std::vector<EffectiveDirective> effective;
  for (const auto& one : written) {
    const bool replaced =
        std::any_of(written.begin(), written.end(), [&](const Written& other) { return replaces(other, one); });
    if (!replaced) effective.push_back(one.effective);
  }
  return effective;
}

}  // namespace acron
