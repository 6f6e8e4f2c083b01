#include "acron/core/config/job_parser.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "acron/core/look_alikes.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "directives.hpp"
#include "faults.hpp"
#include "file_proposals.hpp"
#include "foreign_characters.hpp"
#include "foreign_file.hpp"
#include "foreign_keys.hpp"
#include "meant.hpp"
#include "statement.hpp"
#include "unknown_directive.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// A definition that is being read, and what was said of it so far, rightly or wrongly.
struct Draft {
  JobDefinition definition;
  bool has_schedule = false;
  bool has_command = false;
  bool names_disabled = false;  // not by what it inherits

  [[nodiscard]] bool is_disabled() const { return names_disabled && definition.settings->disabled; }
};

std::string_view variable_set_by(const Statement& statement) {
  return statement.keyword.substr(0, statement.keyword.find_first_of("=:"));
}

/// What a setting is not, or not quite, though its value is read.
std::string reading_of(std::string_view name) {
  if (name == "TZ") return ": the zone of the command; 'timezone' is the schedule's";
  return lower_ascii(name) == "onunitactivesec" ? ": here the clock sets the rhythm, not the last start" : "";
}

/// Reads the statements of one file onto a draft.
class FileReader {
 public:
  FileReader(const std::vector<Statement>& statements, bool is_defaults, const Privileges& privileges, Draft& draft,
             Faults& faults)
      : statements_(statements),
        file_(statements),
        proposals_(statements, is_defaults),
        is_defaults_(is_defaults),
        privileges_(privileges),
        draft_(draft),
        faults_(faults) {}

  void read() {
    for (const auto& statement : statements_) read(statement);
  }

 private:
  void read(const Statement& statement);

  struct Earlier {
    const Directive* directive;
    std::string settled;
    std::size_t line;
  };

  bool refuse_look_alike(const Statement& statement);
  void refuse_unknown(const Statement& statement);
  void refuse_unclear(const Statement& statement, const std::string& message);
  void refuse(const Directive& directive, const Statement& statement, const Error& error);
  void add(const Statement& statement, Location where, const std::string& message, std::size_t at,
           const std::string& told = {});
  bool is_again(const Directive& directive, const Statement& statement);
  void remember(const Directive& directive, const Statement& statement);
  void apply(const Directive& directive, const Statement& statement);
  void note(const Directive& directive);
  [[nodiscard]] std::string own_file(const Statement& statement, std::size_t line) const;
  std::string proposal_of(const std::vector<std::string>& lines, const Statement& statement);

  const std::vector<Statement>& statements_;
  ForeignFile file_;
  FileProposals proposals_;
  bool is_defaults_;
  const Privileges& privileges_;
  Draft& draft_;
  Faults& faults_;
  std::map<std::string, Earlier> earlier_;  // by what it settles, else by its keyword: the first line
};

void FileReader::read(const Statement& statement) {
  if (refuse_look_alike(statement)) return;
  const auto* directive = find_directive(statement.keyword);
  if (!directive) return refuse_unknown(statement);
  note(*directive);
  if (is_defaults_ && !directive->may_be_default) {
    faults_.add(statement.where, "'" + std::string{directive->keyword} + "' belongs in the file of a job");
    return;
  }
  if (is_again(*directive, statement)) return;
  remember(*directive, statement);
  if (statement.argument.empty() && !directive->may_be_bare && !statement.damaged) {
    faults_.add(statement.where, "'" + std::string{directive->keyword} + "' says nothing; the form is '" +
                                     std::string{directive->usage} + "'");
    return;
  }
  if (!statement.damaged) apply(*directive, statement);
}

/// Whether a character that only looks like another stands where acron's own words are read, which is then told.
bool FileReader::refuse_look_alike(const Statement& statement) {
  const auto found = look_alike_in(statement);
  if (!found) return false;
  auto plain = std::string{statement.keyword};
  if (!statement.argument.empty()) plain += " " + statement.argument;
  plain = trim(with_plain_characters(plain));
  const auto* meant = find_directive(std::string_view{plain}.substr(0, plain.find_first_of(" \t")));
  if (meant != nullptr) note(*meant);
  const auto proposal = is_accepted(plain) ? write_instead({plain}) : std::string{};
  add(statement, found->where, complaint_about(found->character) + proposal, 0);
  return true;
}

void FileReader::refuse_unknown(const Statement& statement) {
  const auto code = foreign_in(statement);
  const auto name = variable_set_by(statement);
  const auto message = "unknown directive '" + printable(statement.keyword, 60) + "'" +
                       (code.empty() ? "" : ", in which " + code + " is no plain character");
  const bool is_judged = !statement.damaged && !faults_.full();
  auto lines = is_judged ? meant_by_line(statement.keyword, statement.argument) : std::vector<std::string>{};
  const auto either = is_judged ? proposals_in(either_meant(statement)) : std::vector<std::string>{};
  if (lines.empty() && !either.empty()) lines = {either.front()};
  // So that what is meant is not also called missing.
  for (const auto& line : lines) note(*find_directive(first_word(line)));
  const auto objection = is_judged ? file_.objection_to(statement) : std::string{};
  const auto proposal = objection.empty() ? proposal_of(lines, statement) : objection;
  const auto reading = objection.empty() ? reading_of(name) : std::string{};
  if (proposal.empty()) return refuse_unclear(statement, message + reading);
  if (const auto* directive = directive_for(assignment_in(text_of(statement)))) note(*directive);
  faults_.add(statement.where, message + reading + proposal);
}

/// Of a line for which nothing is known to write instead.
void FileReader::refuse_unclear(const Statement& statement, const std::string& message) {
  const auto name = variable_set_by(statement);
  const auto text = text_of(statement);
  const auto assignment = assignment_in(text);
  const auto* meant = directive_for(assignment);
  const bool is_known = meant != nullptr && find_directive(lower_ascii(name)) == nullptr;
  const bool is_no_slip = is_known || is_variable(assignment) || is_of_shell(statement.keyword);
  const auto* directive =
      find_directive(is_no_slip || find_directive(name) != nullptr ? name : nearest_directive(name));
  if (meant != nullptr) note(*meant);
  const auto* named = directive != nullptr ? directive : meant;
  if (is_defaults_ && named != nullptr && !named->may_be_default)
    return faults_.add(statement.where, message + "; a command belongs in the file of a job");
  if (directive == nullptr)
    return faults_.add(statement.where, message + hint_for(statement.keyword, statement.argument));
  note(*directive);
  const auto advice = directive->keyword == name ? form_of(*directive) : nearest_line(*directive, statement);
  add(statement, statement.where, message + advice, 0);
}

/// Where a job goes of which lines of this file are no part.
std::string FileReader::own_file(const Statement& statement, std::size_t line) const {
  return ", in a file of its own: line " + std::to_string(line) + " is of another job" +
         (file_.has_settings_above(statement) ? "; the settings above belong there, too, or in a _defaults" : "");
}

/// The proposal for this line, or why the file can't have it.
std::string FileReader::proposal_of(const std::vector<std::string>& lines, const Statement& statement) {
  if (lines.empty()) return {};
  bool has_schedule = false, has_command = false;
  for (const std::string_view line : lines) {
    const auto& directive = *find_directive(first_word(line));
    has_schedule |= directive.settles == "schedule";
    has_command |= directive.settles == "run";
  }
  auto proposal = write_instead(lines);
  if (const auto either = either_meant(statement); !either.empty()) proposal = either;
  if (proposal.empty()) proposal = without_long_command(lines, statement);
  if (proposal.empty()) return {};
  auto job = is_defaults_ ? 0 : file_.other_job_above(statement);
  if (job == 0 && has_schedule && has_command && !is_defaults_) job = proposals_.line_that_settles(lines, statement);
  if (job != 0) return proposal + own_file(statement, job);
  if (auto objection = proposals_.objection_to(lines, statement); !objection.empty()) return objection;
  proposals_.remember(lines, statement);
  return proposal;
}

void FileReader::refuse(const Directive& directive, const Statement& statement, const Error& error) {
  const bool is_foreign = statement.argument.starts_with('=') || statement.argument.starts_with(':');
  if (const auto objection = is_foreign && !faults_.full() ? file_.objection_to(statement) : ""; !objection.empty())
    return faults_.add(statement.where, "not of this job" + objection);
  auto told = faults_.full() ? error : explained(directive.keyword, statement.argument, error);
  if (const auto code = foreign_in(statement); !code.empty())
    told.message = without_proposal(told.message) + "; " + code + " is no plain character";
  add(statement, locate(statement, told.at), told.message, statement.keyword.size() + 1 + told.at,
      settled_by(directive, statement.argument));
}

/// A fault at byte `at` of the statement's text, with what it proposes where the file can have that.
void FileReader::add(const Statement& statement, Location where, const std::string& message, std::size_t at,
                     const std::string& told) {
  faults_.add(where, faults_.full() ? message : proposals_.fitted(message, statement, at, told));
}

/// Whether an earlier line of the file settles the same, which is then a fault.
bool FileReader::is_again(const Directive& directive, const Statement& statement) {
  if (directive.settles.empty()) return false;
  const auto settled = settled_by(directive, statement.argument);
  const auto found = earlier_.find(settled);
  if (found == earlier_.end()) return false;
  const auto& earlier = found->second;
  const auto keyword = in_quotes(directive.which == nullptr ? directive.keyword : settled);
  const auto line = "line " + std::to_string(earlier.line);
  if (earlier.directive == &directive) {
    faults_.add(statement.where, keyword + " is given twice: " + line + " has it already");
  } else {
    const auto other = "'" + std::string{earlier.directive->keyword} + "'";
    faults_.add(statement.where, keyword + " contradicts " + other + " on " + line + ": a job has one " +
                                     std::string{directive.settles});
  }
  return true;
}

void FileReader::remember(const Directive& directive, const Statement& statement) {
  const auto settled = settled_by(directive, statement.argument);
  // A directive that may be given several times, such as `output`, settles nothing: its keyword stands for it.
  const auto kind = settled.empty() ? std::string{directive.keyword} : settled;
  const bool is_first = earlier_.try_emplace(kind, Earlier{&directive, settled, statement.where.line}).second;
  if (is_first && directive.drop_inherited) directive.drop_inherited(draft_.definition);
}

void FileReader::apply(const Directive& directive, const Statement& statement) {
  auto applied = directive.apply(statement.argument, draft_.definition);
  if (applied && directive.permit) applied = directive.permit(draft_.definition, privileges_);
  if (applied.has_error()) refuse(directive, statement, applied.error());
}

void FileReader::note(const Directive& directive) {
  draft_.has_schedule |= directive.settles == "schedule";
  draft_.has_command |= directive.settles == "run";
  draft_.names_disabled |= directive.settles == "disabled";
}

/// Reads a file onto a draft; answers whether it says anything at all.
bool read_file(const SourceFile& file, bool is_defaults, const Privileges& privileges, Draft& draft, Faults& faults) {
  const auto statements = read_statements(file, faults);
  FileReader{statements, is_defaults, privileges, draft, faults}.read();
  return !statements.empty() || !faults.empty();
}

void require_schedule_and_command(const Draft& draft, Faults& faults) {
  const std::string switch_off = "; 'disabled' switches a job off";
  if (!draft.has_schedule) faults.add({}, "no 'every' and no 'cron': the job would never run" + switch_off);
  if (!draft.has_command) faults.add({}, "no 'run': the job has no command" + switch_off);
}

/// Whether a comment, without its signs, is a line that a job needs.
bool is_needed_in_comment(std::string_view line) {
  const auto text = trim(line.substr(std::min(line.find_first_not_of("# \t"), line.size())));
  const auto word = first_word(text);
  return (word == "run" || word == "every" || word == "cron") && is_accepted(std::string{text});
}

/// Whether a file has nothing but comments, and was a job before they were made.
bool is_commented_out(std::string_view text) {
  bool was_job = false;
  for (auto rest = without_byte_order_mark(text); !rest.empty();) {
    const auto length = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, length);
    rest.remove_prefix(std::min(length + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trim(line);
    if (line.empty()) continue;
    if (line.front() != '#') return false;
    was_job = was_job || is_needed_in_comment(line);
  }
  return was_job;
}

}  // namespace

ParsedDefaults Defaults::with(const SourceFile& file) const {
  Draft draft{.definition = definition_, .has_schedule = has_schedule_};
  Faults faults{file};
  read_file(file, true, privileges_, draft, faults);
  if (!faults.empty()) return faults.in_line_order();
  Defaults nearer{privileges_};
  nearer.definition_ = std::move(draft.definition);
  nearer.has_schedule_ = draft.has_schedule;
  return nearer;
}

Diagnostics check_defaults(const SourceFile& file, const Privileges& privileges) {
  const auto defaults = Defaults{privileges}.with(file);
  return defaults ? Diagnostics{} : defaults.error();
}

ParsedJob parse_job(const SourceFile& file, const Defaults& defaults) {
  Draft draft{.definition = defaults.definition(), .has_schedule = defaults.has_schedule()};
  draft.definition.name = file.name;
  Faults faults{file};
  if (!read_file(file, false, defaults.privileges(), draft, faults)) {
    faults.add(
        {}, "the file says nothing; a job needs at least 'every' or 'cron', and 'run'; 'disabled' switches a job off");
  } else if (file.text.size() <= largest_job_file && (faults.empty() || !draft.is_disabled())) {
    require_schedule_and_command(draft, faults);
  }
  if (!faults.empty()) return faults.in_line_order();
  return std::move(draft.definition);
}

std::string why_at_rest(const SourceFile& file, const Defaults& defaults) {
  if (file.text.size() > largest_job_file) return {};
  if (is_commented_out(file.text)) return "all its lines are comments";
  Draft draft{.definition = defaults.definition(), .has_schedule = defaults.has_schedule()};
  Faults faults{file};
  read_file(file, false, defaults.privileges(), draft, faults);
  if (!faults.empty() || !draft.is_disabled() || (draft.has_schedule && draft.has_command)) return {};
  const auto& reason = *draft.definition.settings->disabled;
  return "it says '" + std::string{"disabled"} + (reason.empty() ? "" : " " + without_controls(reason)) +
         "', and has " +
         (draft.has_schedule  ? "no 'run'"
          : draft.has_command ? "no schedule"
                              : "neither a schedule nor 'run'");
}

ParsedJob parse_job(const SourceFile& file, std::span<const SourceFile> defaults, const Privileges& privileges) {
  Defaults chain{privileges};
  Diagnostics wrong;
  for (const auto& nearer : defaults) {
    auto extended = chain.with(nearer);
    if (extended) {
      chain = *std::move(extended);
    } else {
      const auto errors = extended.error();  // a copy: `error()` gives a new one at each call
      wrong.insert(wrong.end(), errors.begin(), errors.end());
    }
  }
  if (!wrong.empty()) return wrong;
  return parse_job(file, chain);
}

void throw_exception_from_error(const Diagnostics& diagnostics, const boost::source_location&) {
  throw std::runtime_error(diagnostics.empty() ? "no job" : headline(diagnostics.front()));
}

}  // namespace acron
