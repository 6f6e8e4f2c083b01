#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/config/warnings.hpp"
#include "acron/core/look_alikes.hpp"
#include "directives.hpp"
#include "faults.hpp"
#include "file_proposals.hpp"
#include "statement.hpp"

namespace acron {

/// Of one file, each where it stands. Both must outlive it.
class FileWarnings {
 public:
  FileWarnings(const SourceFile& file, const std::vector<Statement>& statements, ShellSurroundings surroundings);

  /// The PATH that the run has if the file sets none.
  [[nodiscard]] std::string_view usual_path() const { return usual_path_; }
  /// The one that gets the commands of the file.
  [[nodiscard]] std::string_view shell() const { return surroundings_.shell; }
  [[nodiscard]] const ShellSurroundings& surroundings() const { return surroundings_; }
  /// Whether a command names the variable, and so reads it.
  [[nodiscard]] bool is_used(std::string_view variable) const;

  void add(const Statement& statement, std::size_t offset, const std::string& message);
  void add(Location where, const std::string& message) { faults_.warn(where, message); }
  [[nodiscard]] Diagnostics found() const { return faults_.in_line_order(); }

 private:
  Faults faults_;
  const std::vector<Statement>& statements_;
  FileProposals proposals_;
  std::string_view usual_path_;
  ShellSurroundings surroundings_;
};

/// Whether the part that the character stands in has letters of ASCII, too: else it is in another language.
bool is_among_plain_letters(const LookAlike& character, std::string_view text);

/// Of a good `env`.
void warn_of_env(const Statement& statement, FileWarnings& warnings);

/// Of a good `run` or `if`.
void warn_of_command(const Statement& statement, FileWarnings& warnings);

/// Of a good line whose words are paths, addresses or URLs.
void warn_of_paths(const Statement& statement, FileWarnings& warnings);

}  // namespace acron
