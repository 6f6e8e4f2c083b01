#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "acron/core/config/job_parser.hpp"
#include "job_texts.hpp"
#include "proposals.hpp"

namespace acron {

/// A file, and the headlines of all that is wrong with it. One that ends in `*` stands for what begins so: the rest is
/// the affair of the parsers of durations, schedules and zones.
struct FaultRow {
  std::string text;
  std::vector<std::string> headlines;
};

inline bool matches(const std::string& headline, const std::string& expected) {
  if (!expected.ends_with('*')) return headline == expected;
  return headline.starts_with(expected.substr(0, expected.size() - 1));
}

/// Whatever a fault proposes, acron accepts.
inline void check_proposals_of(const std::string& text, const Diagnostic& fault) {
  if (fault.where.line == 0 || proposed_in(fault.message).empty()) return;
  for (const auto& lines : lines_proposed(text, fault)) {
    const auto proposed = job_of_lines(lines);
    INFO(headline(fault));
    INFO(proposed);
    CHECK(parse_job({"job", proposed}).has_value());
  }
}

inline void check_faults(const std::vector<FaultRow>& rows) {
  for (const auto& row : rows) {
    INFO(row.text.substr(0, 200));
    const auto faults = faults_of(row.text);
    for (std::size_t i = 0; i < std::max(faults.size(), row.headlines.size()); ++i) {
      const auto actual = i < faults.size() ? headline(faults[i]) : "no error";
      const auto expected = i < row.headlines.size() ? "job" + row.headlines[i] : "no error";
      INFO(actual);
      INFO(expected);
      CHECK(matches(actual, expected));
      if (i < faults.size()) check_proposals_of(row.text, faults[i]);
    }
  }
}

/// The same for lines below a good schedule and command, which are lines 1 and 2.
inline void check_line_faults(std::vector<FaultRow> rows) {
  for (auto& row : rows) row.text = "every 10m\nrun true\n" + row.text + "\n";
  check_faults(rows);
}

}  // namespace acron
