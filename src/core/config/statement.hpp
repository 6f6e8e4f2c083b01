#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/config/source.hpp"
#include "faults.hpp"

namespace acron {

/// From byte `offset` on, a statement's argument stands at `where` in the file.
struct Piece {
  std::size_t offset;
  Location where;
};

/// One directive as it is written, without its comments, its lines joined by one space each.
struct JobStatement {
  std::string_view keyword;  // in the file's text
  Location where;
  std::string argument;
  std::vector<Piece> pieces;
  bool damaged = false;  // a fault of its lines was reported; the argument is not what was meant
};
// The state's database has a class `Statement`, too; without optimization the linker takes the destructor of one for
// that of the other.
using Statement = JobStatement;

/// Where byte `offset` of the argument stands in the file; where the keyword stands when there is no argument.
Location locate(const Statement& statement, std::size_t offset);

/// Its keyword and argument as one text.
std::string text_of(const Statement& statement);

/// Splits a file into statements. Faults of the text itself (encoding, indentation, quotes) are added to `faults`.
std::vector<Statement> read_statements(const SourceFile& file, Faults& faults);

}  // namespace acron
