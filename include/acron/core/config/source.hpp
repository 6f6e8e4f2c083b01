#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace acron {

/// One file's text, and the name it is called by in messages.
struct SourceFile {
  std::string name;
  std::string text;
};

/// A place in a file, counted from 1; the column counts bytes. Line 0 stands for the file as a whole.
struct Location {
  std::size_t line = 0;
  std::size_t column = 0;
};

/// One thing wrong with a file, for a person: an error, for which the file is refused, or a warning, with which it is
/// loaded. `message` and `excerpt` are safe to print; the excerpt is what stands
/// around the fault on its line, empty for a fault of the whole file.
struct Diagnostic {
  std::string file;
  Location where;
  std::string message;
  std::string excerpt;
  std::size_t caret = 0;  // characters of the excerpt before the fault
  bool is_warning = false;
};

/// As a compiler prints it, on one line: `web/cleanup:3:1: error: unknown directive 'timout'; did you mean 'timeout'?`
std::string headline(const Diagnostic& diagnostic);

/// The headline, the offending line and a caret below it.
std::string render(const Diagnostic& diagnostic);

}  // namespace acron
