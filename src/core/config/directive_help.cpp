#include "acron/core/config/directive_help.hpp"

#include "directives.hpp"

namespace acron {

std::vector<DirectiveHelp> directive_help() {
  std::vector<DirectiveHelp> help;
  for (const auto& directive : directives()) help.push_back({directive.keyword, directive.usage, directive.meaning});
  return help;
}

}  // namespace acron
