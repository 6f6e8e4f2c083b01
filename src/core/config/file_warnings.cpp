#include "file_warnings.hpp"

#include <algorithm>
#include <utility>

namespace acron {
namespace {

/// The PATH that runs of root have, and those of others: child_surroundings.
constexpr std::string_view path_of_root = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view path_of_others = "/usr/local/bin:/usr/bin:/bin";

std::string_view usual_path_of(const std::vector<Statement>& statements) {
  const auto names_another = [](const Statement& statement) {
    return statement.keyword == "user" && statement.argument != "root" && !statement.argument.starts_with("root:");
  };
  return std::any_of(statements.begin(), statements.end(), names_another) ? path_of_others : path_of_root;
}

}  // namespace

FileWarnings::FileWarnings(const SourceFile& file, const std::vector<Statement>& statements,
                           ShellSurroundings surroundings)
    : faults_(file),
      statements_(statements),
      proposals_(statements, is_name_of_defaults(file.name)),
      usual_path_(usual_path_of(statements)),
      surroundings_(std::move(surroundings)) {}

bool FileWarnings::is_used(std::string_view variable) const {
  return std::any_of(statements_.begin(), statements_.end(), [&](const Statement& statement) {
    const auto* directive = find_directive(statement.keyword);
    return directive != nullptr && directive->is_command && statement.argument.find(variable) != std::string::npos;
  });
}

void FileWarnings::add(const Statement& statement, std::size_t offset, const std::string& message) {
  if (faults_.full()) return faults_.warn(locate(statement, offset), message);  // which is only counted
  const auto at = statement.keyword.size() + 1 + offset;
  const auto told = settled_by(*find_directive(statement.keyword), statement.argument);
  faults_.warn(locate(statement, offset), proposals_.fitted(message, statement, at, told));
}

bool is_among_plain_letters(const LookAlike& character, std::string_view text) {
  const auto part = part_around(character, text);
  return std::any_of(part.begin(), part.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace acron
