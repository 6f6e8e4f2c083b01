#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "directives.hpp"
#include "statement.hpp"

namespace acron {

/// What is proposed for the lines of one file: all of it can be written there, beside the lines that stay and beside
/// each other. Reads the statements that it was made of, which must outlive it.
class FileProposals {
 public:
  FileProposals(const std::vector<Statement>& statements, bool is_defaults)
      : statements_(statements), is_defaults_(is_defaults) {}

  /// Why the file can't have these lines in the place of the statement, as the end of a message; empty where it can.
  /// `told` is what is told of elsewhere when it is settled twice.
  [[nodiscard]] std::string objection_to(const std::vector<std::string>& lines, const Statement& statement,
                                         std::string_view told = {}) const;

  /// The line of the file, above or below, or of a proposal, that settles a thing of these lines; 0 where none does.
  [[nodiscard]] std::size_t line_that_settles(const std::vector<std::string>& lines, const Statement& statement) const;

  /// They have been proposed, and somebody may have written them by the next check.
  void remember(const std::vector<std::string>& lines, const Statement& statement);

  /// A message about the statement without what it proposes, and with the objection, where the file can't have that;
  /// else it counts as proposed. The fault is at byte `at` of the statement's text.
  [[nodiscard]] std::string fitted(const std::string& message, const Statement& statement, std::size_t at,
                                   std::string_view told = {});

 private:
  struct Settled {
    std::string what;
    std::string_view kind;  // `limit` of `limit memory`
    std::size_t line = 0;
  };

  [[nodiscard]] Settled settled_elsewhere(const std::string& line, const Statement& statement) const;
  [[nodiscard]] std::string objection_to(const std::string& line, const Statement& statement,
                                         std::string_view told) const;
  [[nodiscard]] std::string fault_beside_others(const std::string& line, const Statement& statement) const;

  const std::vector<Statement>& statements_;
  bool is_defaults_;
  std::vector<Settled> settled_;  // by what has been proposed
  std::vector<std::string> proposed_lines_;
};

/// `_defaults` and `web/_defaults`.
bool is_name_of_defaults(std::string_view file);

}  // namespace acron
