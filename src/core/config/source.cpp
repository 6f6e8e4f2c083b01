#include "acron/core/config/source.hpp"

#include "acron/core/look_alikes.hpp"
#include "acron/core/text.hpp"

namespace acron {

std::string headline(const Diagnostic& diagnostic) {
  std::string line = with_code_points(printable(diagnostic.file));
  if (diagnostic.where.line > 0) {
    line += ':' + std::to_string(diagnostic.where.line) + ':' + std::to_string(diagnostic.where.column);
  }
  return line + (diagnostic.is_warning ? ": warning: " : ": error: ") + diagnostic.message;
}

std::string render(const Diagnostic& diagnostic) {
  auto text = headline(diagnostic);
  if (diagnostic.where.line > 0) {
    text += "\n  " + diagnostic.excerpt + "\n  " + std::string(diagnostic.caret, ' ') + '^';
  }
  return text;
}

}  // namespace acron
