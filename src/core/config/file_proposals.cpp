#include "file_proposals.hpp"

#include <algorithm>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "words.hpp"

namespace acron {
namespace {

using Lines = std::vector<std::string>;

const Directive& directive_of(std::string_view line) { return *find_directive(first_word(line)); }

std::string_view argument_of(std::string_view line) { return trim(line.substr(first_word(line).size())); }

/// The lines that each of the proposals of a message puts in the place of the statement; one where they exclude each
/// other.
std::vector<Lines> proposed_in_place(const std::string& message, const Statement& statement, std::size_t at) {
  const auto proposals = proposals_in(message);
  const bool is_guess = message.find("; did you mean ") != std::string::npos;
  const auto is_line = [](const std::string& text) { return find_directive(first_word(text)) != nullptr; };
  const bool is_of_lines = !proposals.empty() && !is_guess && std::all_of(proposals.begin(), proposals.end(), is_line);
  const bool is_one = is_of_lines && message.find("' or '") == std::string::npos;
  if (is_one) return {proposals};
  std::vector<Lines> each;
  for (auto& line : is_of_lines ? proposals : with_proposals(text_of(statement), at, message)) {
    if (is_line(line)) each.push_back({std::move(line)});
  }
  return each;
}

}  // namespace

bool is_name_of_defaults(std::string_view file) { return file.substr(file.rfind('/') + 1) == "_defaults"; }

FileProposals::Settled FileProposals::settled_elsewhere(const std::string& line, const Statement& statement) const {
  const auto& directive = directive_of(line);
  if (directive.settles.empty()) return {};
  const auto what = settled_by(directive, argument_of(line));
  for (const auto& other : statements_) {
    const auto* settles = &other == &statement ? nullptr : find_directive(other.keyword);
    if (settles != nullptr && settles->settles == directive.settles && settled_by(*settles, other.argument) == what)
      return {what, directive.settles, other.where.line};
  }
  const auto found =
      std::find_if(settled_.begin(), settled_.end(), [&](const Settled& earlier) { return earlier.what == what; });
  return found == settled_.end() ? Settled{} : *found;
}

std::size_t FileProposals::line_that_settles(const Lines& lines, const Statement& statement) const {
  for (const auto& line : lines) {
    if (const auto number = settled_elsewhere(line, statement).line; number != 0) return number;
  }
  return 0;
}

/// Of a line that adds to others.
std::string FileProposals::fault_beside_others(const std::string& line, const Statement& statement) const {
  const auto& directive = directive_of(line);
  if (directive.drop_inherited == nullptr) return {};
  JobDefinition scratch;
  for (const auto& other : statements_) {
    const bool is_read = &other != &statement && !other.damaged && !other.argument.empty();
    if (is_read && find_directive(other.keyword) == &directive)
      static_cast<void>(directive.apply(other.argument, scratch));
  }
  for (const auto& proposed : proposed_lines_) {
    if (&directive_of(proposed) == &directive) static_cast<void>(directive.apply(argument_of(proposed), scratch));
  }
  const auto applied = directive.apply(argument_of(line), scratch);
  return applied ? std::string{} : ": " + applied.error().message;
}

std::string FileProposals::objection_to(const std::string& line, const Statement& statement,
                                        std::string_view told) const {
  const auto& directive = directive_of(line);
  if (is_defaults_ && !directive.may_be_default) return ": a command belongs in the file of a job";
  const auto other = settled_elsewhere(line, statement);
  if (other.line == 0 || other.what == told) return fault_beside_others(line, statement);
  return ": line " + std::to_string(other.line) + " has " +
         (other.kind == "schedule" ? "the job's one schedule" : in_quotes(other.what)) + " already";
}

std::string FileProposals::objection_to(const Lines& lines, const Statement& statement, std::string_view told) const {
  for (const auto& line : lines) {
    if (auto objection = objection_to(line, statement, told); !objection.empty()) return objection;
  }
  return {};
}

void FileProposals::remember(const Lines& lines, const Statement& statement) {
  for (const auto& line : lines) {
    const auto& directive = directive_of(line);
    settled_.push_back({settled_by(directive, argument_of(line)), directive.settles, statement.where.line});
    proposed_lines_.push_back(line);
  }
}

std::string FileProposals::fitted(const std::string& message, const Statement& statement, std::size_t at,
                                  std::string_view told) {
  constexpr std::size_t most_lines = 1000;  // no person wrote more, and each proposal is held against all
  if (statements_.size() > most_lines) return without_proposal(message);
  const auto each = proposed_in_place(message, statement, at);
  for (const auto& lines : each) {
    const auto objection = objection_to(lines, statement, told);
    if (!objection.empty()) return without_proposal(message) + objection;
  }
  for (const auto& lines : each) remember(lines, statement);
  return message;
}

}  // namespace acron
