#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "statement.hpp"

namespace acron {

/// What the lines of another scheduler's file are to each other: which settings count for which job, and which of them
/// others replace. Reads the statements that it was made of, which must outlive it.
class ForeignFile {
 public:
  explicit ForeignFile(const std::vector<Statement>& statements);

  /// Why this statement, whatever it says, gives this file's job no line, as the end of a message; empty where it may.
  [[nodiscard]] std::string objection_to(const Statement& statement) const;

  /// The line of a job of which the statement can be no part: another line of a crontab, or an earlier section; 0 where
  /// there is none.
  [[nodiscard]] std::size_t other_job_above(const Statement& statement) const;

  /// Whether settings of a crontab stand above its line.
  [[nodiscard]] bool has_settings_above(const Statement& statement) const;

 private:
  /// Lines of the file; 0 where there is none.
  struct Place {
    std::size_t section = 0;        // where the part of the file begins in which the statement stands
    std::size_t job_before = 0;     // of a job in an earlier part
    std::size_t taken_back_by = 0;  // what empties the list that it adds to
  };

  [[nodiscard]] const Place& place_of(const Statement& statement) const;
  [[nodiscard]] std::string objection_to_setting(const Statement& statement) const;
  [[nodiscard]] std::string objection_to_replaced(const Statement& statement) const;
  [[nodiscard]] std::string objection_to_command(const Statement& statement) const;

  const std::vector<Statement>& statements_;
  std::vector<Place> places_;
};

}  // namespace acron
