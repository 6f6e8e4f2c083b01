#include "acron/core/config/job_parser.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "acron/core/look_alikes.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "directives.hpp"
#include "faults.hpp"
#include "foreign_characters.hpp"
#include "meant.hpp"
#include "statement.hpp"
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

std::string_view rest_of(std::string_view line) { return trim(line.substr(first_word(line).size())); }

/// Reads the statements of one file onto a draft.
class FileReader {
 public:
  FileReader(const std::vector<Statement>& statements, bool is_defaults, const Privileges& privileges, Draft& draft,
             Faults& faults)
      : statements_(statements), is_defaults_(is_defaults), privileges_(privileges), draft_(draft), faults_(faults) {}

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
  void refuse(const Directive& directive, const Statement& statement, const Error& error);
  bool is_again(const Directive& directive, const Statement& statement);
  void remember(const Directive& directive, const Statement& statement);
  void apply(const Directive& directive, const Statement& statement);
  void note(const Directive& directive);
  std::string proposal_of(const std::vector<std::string>& lines, const Statement& statement);
  [[nodiscard]] const Earlier* settled_before(const Directive& directive, std::string_view argument) const;
  [[nodiscard]] bool has_already(const Directive& directive, std::string_view argument) const;

  const std::vector<Statement>& statements_;
  bool is_defaults_;
  const Privileges& privileges_;
  Draft& draft_;
  Faults& faults_;
  std::vector<Earlier> proposed_;            // what the proposals so far settle
  std::vector<std::string> proposed_lines_;  // which somebody may have written by the next check
  std::vector<Earlier> earlier_;             // the first line of each kind, and of each thing that is settled
};

std::string form_of(const Directive& directive) { return "; the form is '" + std::string{directive.usage} + "'"; }

/// Whether a line is one of a shell's script, which belongs to a command above it.
bool is_of_shell(std::string_view keyword) {
  constexpr std::array<std::string_view, 16> words{"then",  "else",  "elif",     "fi", "do", "done", "esac", "for",
                                                   "while", "until", "function", "{",  "}",  "(",    ")",    ";;"};
  const auto word = keyword.ends_with(';') && keyword != ";;" ? keyword.substr(0, keyword.size() - 1) : keyword;
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// For a line that is a crontab's, or another file's, but none that can be rewritten.
std::string hint_for(std::string_view keyword, std::string_view argument) {
  if (is_of_shell(keyword)) return "; a command begins with 'run' or 'if', and goes on over lines that are indented";
  if (keyword.starts_with("@reboot")) return "; acron runs nothing when the machine boots";
  if (std::string_view{"*@0123456789"}.find(keyword.front()) != std::string_view::npos) {
    return "; a crontab line becomes 'cron TIMES' and 'run COMMAND'";
  }
  const auto name = keyword.substr(0, keyword.find_first_of("=:"));
  if (const auto* meant = directive_for(name)) return form_of(*meant);
  if (is_switch(name) && switches_on(std::string{keyword} + " " + std::string{argument}))
    return "; a job is scheduled unless 'disabled' stands in its file";
  if (is_switch(name)) return "; with 'disabled' in its file a job is not scheduled, and without it is";
  const bool is_assigned = keyword.substr(name.size()).starts_with('=') || argument.starts_with('=');
  if (const auto scheduler = setting_of(name); is_assigned && !scheduler.empty()) {
    return "; " + quoted(name) + " looks like a setting of " + std::string{scheduler} + ", which has no directive here";
  }
  if (keyword.starts_with('[')) return "; a job file has no sections";
  if (keyword.starts_with(';') || keyword.starts_with("//")) return "; a comment begins with '#'";
  if (keyword == "-" || keyword == "---") return "; a job file has directives only";
  return is_assigned && may_be_variable(name) ? "; 'env NAME=VALUE' sets a variable" : "";
}

/// A count, which is no command: `runs = 3`.
bool is_count(std::string_view value) { return value.find_first_not_of("=: \t0123456789") == std::string_view::npos; }

/// What to write for `timout=5m` and `timout: 5m`, whose notation is another's, too.
std::string nearest_setting(const Directive& directive, const Statement& statement, std::size_t name_length) {
  const auto sign = std::string{statement.keyword.substr(name_length)};
  if (directive.is_command && is_count(sign + statement.argument)) return form_of(directive);
  const auto lines = meant_by_line(std::string{directive.keyword} + sign, statement.argument);
  const auto instead = write_instead(lines);
  return instead.empty() ? form_of(directive) : instead;
}

/// What to write for a word that is near a directive; the form of it where its argument can't be mended.
std::string nearest_line(const Directive& directive, const Statement& statement) {
  const auto& argument = statement.argument;
  const auto end = statement.keyword.find_first_of("=:");
  const bool is_setting = end != std::string_view::npos || argument.starts_with('=') || argument.starts_with(':');
  if (is_setting) return nearest_setting(directive, statement, std::min(end, statement.keyword.size()));
  const auto keyword = std::string{directive.keyword};
  if (is_accepted(argument.empty() ? keyword : keyword + " " + argument)) return did_you_mean(keyword);
  const auto instead = argument.empty() ? std::string{} : write_instead(mended_line(keyword, argument));
  return instead.empty() ? form_of(directive) : instead;
}

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
  faults_.add(found->where, complaint_about(found->character) + proposal);
  return true;
}

void FileReader::refuse_unknown(const Statement& statement) {
  const auto code = foreign_in(statement);
  const auto name = statement.keyword.substr(0, statement.keyword.find_first_of("=:"));
  const auto message = "unknown directive '" + printable(statement.keyword, 60) + "'" +
                       (code.empty() ? "" : ", in which " + code + " is no plain character") +
                       (name == "TZ" ? ": the zone of the command; 'timezone' is the schedule's" : "");
  const auto lines = statement.damaged || faults_.full() ? std::vector<std::string>{}
                                                         : meant_by_line(statement.keyword, statement.argument);
  const auto proposal = proposal_of(lines, statement);
  // So that what is meant is not also called missing.
  for (const auto& line : lines) note(*find_directive(std::string_view{line}.substr(0, line.find(' '))));
  const auto meant = find_directive(name) ? name : is_of_shell(statement.keyword) ? "" : nearest_directive(name);
  if (!proposal.empty()) return faults_.add(statement.where, message + proposal);
  if (const auto* directive = directive_for(name)) note(*directive);
  if (meant.empty()) {
    return faults_.add(statement.where, message + hint_for(statement.keyword, statement.argument));
  }
  note(*find_directive(meant));
  const auto& directive = *find_directive(meant);
  faults_.add(statement.where,
              message + (find_directive(name) != nullptr ? form_of(directive) : nearest_line(directive, statement)));
}

/// The line of the file, or of a proposal, that settles the same; null if there is none.
const FileReader::Earlier* FileReader::settled_before(const Directive& directive, std::string_view argument) const {
  if (directive.settles.empty()) return nullptr;
  for (const auto* all : {&earlier_, &proposed_}) {
    const auto found = std::find_if(all->begin(), all->end(), [&](const Earlier& earlier) {
      return earlier.settled == settled_by(directive, argument);
    });
    if (found != all->end()) return &*found;
  }
  return nullptr;
}

/// Whether a line that adds to others, and is good alone, would be one of them again.
bool FileReader::has_already(const Directive& directive, std::string_view argument) const {
  if (directive.drop_inherited == nullptr) return false;
  JobDefinition scratch;
  for (const auto& statement : statements_) {
    const bool is_read = !statement.damaged && !statement.argument.empty();
    if (is_read && find_directive(statement.keyword) == &directive)
      static_cast<void>(directive.apply(statement.argument, scratch));
  }
  for (const std::string_view line : proposed_lines_) {
    if (find_directive(first_word(line)) == &directive) static_cast<void>(directive.apply(rest_of(line), scratch));
  }
  return !directive.apply(argument, scratch);
}

/// The proposal for this line; all proposals of a file can be written beside each other.
std::string FileReader::proposal_of(const std::vector<std::string>& lines, const Statement& statement) {
  const Earlier* before = nullptr;
  bool makes_a_job = false;
  for (const std::string_view line : lines) {
    const auto& directive = *find_directive(first_word(line));
    if (lines.size() == 1 && has_already(directive, rest_of(line))) return ": the job has " + quoted(line) + " already";
    makes_a_job |= directive.settles == "schedule" || directive.settles == "run";
    if (before == nullptr) before = settled_before(directive, rest_of(line));
  }
  const auto proposal = write_instead(lines);
  if (proposal.empty()) return {};
  if (before != nullptr && !makes_a_job)
    return ": line " + std::to_string(before->line) + " has " + quoted(before->settled) + " already";
  if (before != nullptr)
    return proposal + ", in a file of its own: line " + std::to_string(before->line) + " is of another job";
  for (const std::string_view line : lines) {
    const auto& directive = *find_directive(first_word(line));
    proposed_.push_back({&directive, settled_by(directive, rest_of(line)), statement.where.line});
    proposed_lines_.emplace_back(line);
  }
  return proposal;
}

void FileReader::refuse(const Directive& directive, const Statement& statement, const Error& error) {
  auto told = faults_.full() ? error : explained(directive.keyword, statement.argument, error);
  if (const auto code = foreign_in(statement); !code.empty())
    told.message = without_proposal(told.message) + "; " + code + " is no plain character";
  faults_.add(locate(statement, told.at), told.message);
}

/// Whether an earlier line of the file settles the same, which is then a fault.
bool FileReader::is_again(const Directive& directive, const Statement& statement) {
  if (directive.settles.empty()) return false;
  const auto settled = settled_by(directive, statement.argument);
  const auto earlier =
      std::find_if(earlier_.begin(), earlier_.end(), [&](const Earlier& other) { return other.settled == settled; });
  if (earlier == earlier_.end()) return false;
  const auto keyword = quoted(directive.which == nullptr ? directive.keyword : settled);
  const auto line = "line " + std::to_string(earlier->line);
  if (earlier->directive == &directive) {
    faults_.add(statement.where, keyword + " is given twice: " + line + " has it already");
  } else {
    const auto other = "'" + std::string{earlier->directive->keyword} + "'";
    faults_.add(statement.where, keyword + " contradicts " + other + " on " + line + ": a job has one " +
                                     std::string{directive.settles});
  }
  return true;
}

void FileReader::remember(const Directive& directive, const Statement& statement) {
  const auto settled = settled_by(directive, statement.argument);
  const bool is_first = std::none_of(earlier_.begin(), earlier_.end(), [&](const Earlier& earlier) {
    return earlier.directive == &directive && earlier.settled == settled;
  });
  if (!is_first) return;
  if (directive.drop_inherited) directive.drop_inherited(draft_.definition);
  earlier_.push_back({&directive, settled, statement.where.line});
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
