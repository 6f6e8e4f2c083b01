#include "statement.hpp"

#include <algorithm>
#include <cstdint>

#include "acron/core/config/job_parser.hpp"
#include "acron/core/text.hpp"
#include "directives.hpp"
#include "shell_quotes.hpp"

namespace acron {
namespace {

/// Bytes before the comment of a line that is no command. There a quote opens before a word or after `=`, and one that
/// is not closed on its line is none: elsewhere it is an apostrophe.
std::size_t length_before_comment(std::string_view words) {
  char previous = ' ';
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char c = words[i];
    if (c == '#' && is_blank(previous)) return i;
    const bool opens = (c == '\'' || c == '"') && (is_blank(previous) || previous == '=');
    const auto closing = opens ? words.find(c, i + 1) : std::string_view::npos;
    if (closing != std::string_view::npos) i = closing;
    previous = c;
  }
  return words.size();
}

/// Whether a line that is no directive is `NAME=VALUE` of a file that may have no comments behind values.
bool is_assignment(std::string_view keyword, std::string_view argument) {
  return find_directive(keyword) == nullptr &&
         (keyword.find('=') != std::string_view::npos || argument.starts_with('='));
}

/// What may follow a keyword.
enum class Extent : std::uint8_t {
  line,     // words on its own line
  command,  // a shell command, which goes on over the indented lines below
  unknown,  // no such directive: any line below is taken without complaint
};

Extent extent_of(std::string_view keyword) {
  const auto* directive = find_directive(keyword);
  if (!directive) return Extent::unknown;
  return directive->is_command ? Extent::command : Extent::line;
}

class StatementReader {
 public:
  explicit StatementReader(Faults& faults) : faults_(faults) {}

  void read_line(std::string_view line);
  std::vector<Statement> finish();

 private:
  bool check_text(std::string_view line);
  void begin(std::string_view line, bool damaged);
  void resume(std::string_view line, std::size_t indent, bool damaged);
  void append(std::string_view line, std::size_t from);
  void end();
  void refuse_indent(std::string_view line, std::size_t indent);

  Faults& faults_;
  std::vector<Statement> statements_;
  std::size_t line_number_ = 0;
  Extent extent_ = Extent::line;  // of the statement being read
  ShellQuotes quotes_;            // of the command being read
};

void StatementReader::read_line(std::string_view line) {
  ++line_number_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  const bool damaged = !check_text(line);
  const auto indent = past_blanks(line, 0);
  if (indent == line.size()) return;
  const bool in_quotes = indent > 0 && quotes_.open();
  if (line[indent] == '#' && !in_quotes) return;
  if (indent == 0) {
    end();
    begin(line, damaged);
  } else {
    resume(line, indent, damaged);
  }
}

std::vector<Statement> StatementReader::finish() {
  end();
  return std::move(statements_);
}

bool StatementReader::check_text(std::string_view line) {
  const auto invalid = utf8_prefix(line);
  const auto nul = line.find('\0');
  const auto carriage_return = line.find('\r');
  const auto first = std::min({invalid, nul, carriage_return});
  if (first >= line.size()) return true;
  const auto* message = first == nul       ? "a NUL byte; a job file is text"
                        : first == invalid ? "this is not UTF-8"
                                           : "a carriage return inside a line; lines end with LF or CRLF";
  faults_.add({line_number_, first + 1}, message);
  return false;
}

void StatementReader::begin(std::string_view line, bool damaged) {
  const auto keyword = line.substr(0, next_blank(line, 0));
  auto& statement = statements_.emplace_back();
  statement.keyword = keyword;
  statement.where = {line_number_, 1};
  statement.damaged = damaged;
  extent_ = extent_of(keyword);
  append(line, keyword.size());
}

void StatementReader::resume(std::string_view line, std::size_t indent, bool damaged) {
  if (statements_.empty()) {
    faults_.add({line_number_, indent + 1}, "an indented line continues the directive above it, and there is none");
  } else if (extent_ == Extent::command) {
    statements_.back().damaged |= damaged;
    append(line, indent);
  } else if (extent_ == Extent::line) {
    refuse_indent(line, indent);
  }
}

void StatementReader::refuse_indent(std::string_view line, std::size_t indent) {
  const auto above = std::string{statements_.back().keyword};
  const auto word = line.substr(indent, next_blank(line, indent) - indent);
  const auto* remedy =
      extent_of(word) == Extent::unknown ? "; it belongs on that line" : "; a directive is not indented";
  faults_.add({line_number_, indent + 1},
              "an indented line continues the one above, and '" + above + "' takes one line only" + remedy);
}

void StatementReader::append(std::string_view line, std::size_t from) {
  const auto begin = past_blanks(line, from);
  if (begin == line.size()) return;
  auto& statement = statements_.back();
  const auto offset = statement.argument.empty() ? 0 : statement.argument.size() + 1;
  auto piece = line.substr(begin);
  if (extent_ == Extent::command) {
    piece = piece.substr(0, quotes_.read(piece, offset));
  } else if (!is_assignment(statement.keyword, piece)) {
    piece = piece.substr(0, length_before_comment(piece));
  }
  piece = trim(piece);
  if (piece.empty()) return;
  if (offset > 0) statement.argument += ' ';
  statement.argument += piece;
  statement.pieces.push_back({offset, {line_number_, begin + 1}});
  if (extent_ != Extent::command || !quotes_.escapes(statement.argument.size() - 1)) return;
  faults_.add({line_number_, begin + piece.size()},
              "a command goes on over indented lines without '\\' at the end of a line; remove it");
  statement.damaged = true;
}

void StatementReader::end() {
  if (const auto opened = quotes_.opened_at(); opened && !statements_.back().damaged) {
    const auto& statement = statements_.back();
    // As in Python and Perl.
    const bool has_escape = statement.argument.find("\\'") != std::string::npos;
    faults_.add(
        locate(statement, *opened),
        std::string{"this quote is never closed"} +
            (has_escape ? ": a backslash before a ' inside of '...' is one more character, whatever the shell; a "
                          "program in another language belongs in a file"
                        : ""));
    statements_.back().damaged = true;
  }
  quotes_ = {};
}

}  // namespace

std::string text_of(const Statement& statement) {
  std::string text{statement.keyword};
  if (!statement.argument.empty()) text.append(" ").append(statement.argument);
  return text;
}

Location locate(const Statement& statement, std::size_t offset) {
  if (statement.pieces.empty()) return statement.where;
  const auto after = std::upper_bound(statement.pieces.begin(), statement.pieces.end(), offset,
                                      [](std::size_t at, const Piece& piece) { return at < piece.offset; });
  const auto& piece = *std::prev(after);
  return {piece.where.line, piece.where.column + (offset - piece.offset)};
}

std::vector<Statement> read_statements(const SourceFile& file, Faults& faults) {
  if (file.text.size() > largest_job_file) {
    faults.add({}, "the file is larger than 1 MiB; that is not a job");
    return {};
  }
  StatementReader reader{faults};
  auto rest = without_byte_order_mark(file.text);
  while (!rest.empty()) {
    const auto length = std::min(rest.find('\n'), rest.size());
    reader.read_line(rest.substr(0, length));
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  return reader.finish();
}

}  // namespace acron
