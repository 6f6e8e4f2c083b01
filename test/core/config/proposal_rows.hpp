#pragma once

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "fault_rows.hpp"
#include "proposals.hpp"

namespace acron {

/// A line that is refused, and what it means.
struct ProposalRow {
  std::string line;
  std::vector<std::string> meant;
};

/// The line with a slip more: a word too many or too few, another character.
inline std::string with_a_slip(std::string line, const std::string& other, std::minstd_rand& random) {
  constexpr std::string_view characters = "abz019%*,:;=$/-<>()@ ~";
  const auto at = random() % line.size();
  const auto blank = other.rfind(' ');
  switch (random() % 3) {
    case 0: return line.substr(0, line.rfind(' '));
    case 1: return line + (blank == std::string::npos ? " " + other : other.substr(blank));
    default: line[at] = characters[random() % characters.size()]; return line;
  }
}

/// Whatever is written, what is proposed is accepted.
inline void check_slips(const std::vector<ProposalRow>& rows) {
  std::minstd_rand random{1};
  for (const auto& row : rows) {
    for (int i = 0; i < 10; ++i) {
      const auto text = with_a_slip(row.line, rows[random() % rows.size()].line, random) + "\n";
      INFO(text);
      const auto job = parse_job({"job", text});
      if (job) continue;
      const auto faults = job.error();
      for (const auto& fault : faults) check_proposals_of(text, fault);
    }
  }
}

inline void check_proposals(const std::vector<ProposalRow>& rows) {
  check_slips(rows);
  for (const auto& row : rows) {
    INFO(row.line);
    const auto text = row.line + "\n";
    const auto faults = faults_of(text);
    INFO(headline(faults.front()));
    const auto proposals = lines_proposed(text, faults.front());
    if (row.meant.empty()) {
      CHECK(proposals.empty());
      continue;
    }
    CHECK_FALSE(proposals.empty());
    for (std::size_t i = 0; i < proposals.size(); ++i) {
      const auto proposed = job_of_lines(proposals[i]);
      INFO(proposed);
      // Of several that exclude each other the first is the likely one; all must be accepted.
      const auto job = parse_job({"job", proposed});
      CHECK(job.has_value());
      if (i == 0 && job) CHECK(*job == job_of(job_of_lines(row.meant)));
    }
  }
}

}  // namespace acron
