#include "unknown_directive.hpp"

#include <algorithm>
#include <array>

#include "acron/core/proposal.hpp"
#include "acron/core/schedule/schedule.hpp"
#include "acron/core/text.hpp"
#include "foreign_keys.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// What acron lacks of the times of an expression.
std::string reason_in_times(std::string_view times) {
  const auto schedule = parse_cron(times);
  const auto reason = schedule ? std::string{} : without_proposal(schedule.error().message);
  return reason.substr(std::min(reason.find("; "), reason.size()));
}

/// The same of a crontab's line.
std::string reason_in_crontab(std::string_view keyword, std::string_view argument) {
  constexpr std::size_t fields = 5;
  const auto words = words_of(argument);
  if (words.size() + 1 < fields) return {};
  const auto& last = words[fields - 2];
  return reason_in_times(std::string{keyword} + " " + std::string{argument.substr(0, last.at + last.text.size())});
}

/// A line of an anacrontab: days or a name for them, minutes, and a name that is no time.
bool is_of_anacrontab(std::string_view keyword, std::string_view argument) {
  constexpr std::string_view digits = "0123456789";
  const auto words = words_of(argument);
  const bool has_days = keyword.starts_with('@') || keyword.find_first_not_of(digits) == std::string_view::npos;
  return has_days && words.size() > 2 && words[0].text.find_first_not_of(digits) == std::string_view::npos &&
         !begins_times(words[2].text) && words[1].text.size() > 2 && words[1].text[0] >= 'a' && words[1].text[0] <= 'z';
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

}  // namespace

std::string form_of(const Directive& directive) { return "; the form is '" + std::string{directive.usage} + "'"; }

bool is_of_shell(std::string_view keyword) {
  constexpr std::array<std::string_view, 17> words{"then", "else", "elif",  "fi",    "do",       "done",
                                                   "esac", "for",  "while", "until", "function", "{",
                                                   "}",    "(",    ")",     ";;",    "end"};
  const auto word = keyword.ends_with(';') && keyword != ";;" ? keyword.substr(0, keyword.size() - 1) : keyword;
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string hint_for(std::string_view keyword, std::string_view argument) {
  if (is_of_shell(keyword)) return "; a command begins with 'run' or 'if', and goes on over lines that are indented";
  if (keyword.starts_with("@reboot")) return "; acron runs nothing when the machine boots";
  if (is_of_anacrontab(keyword, argument))
    return "; of an anacrontab's line the period becomes 'every', beside 'catch-up', and the command 'run COMMAND'";
  if (begins_times(keyword))
    return "; a crontab line becomes 'cron TIMES' and 'run COMMAND'" + reason_in_crontab(keyword, argument) +
           doubt_about_user(std::string{keyword} + " " + std::string{argument});
  const auto line = std::string{keyword} + " " + std::string{argument};
  const auto assignment = assignment_in(line);
  const auto name = assignment.name;
  if (const auto* meant = directive_for(assignment))
    return form_of(*meant) + (meant->keyword == "cron" ? reason_in_times(unquoted(assignment.value)) : "");
  if (find_switch(assignment) != nullptr && switches_on(line))
    return "; a job is scheduled unless 'disabled' stands in its file";
  if (find_switch(assignment) != nullptr)
    return "; with 'disabled' in its file a job is not scheduled, and without it is";
  const bool is_assigned = assignment.sign == '=';
  if (const auto scheduler = setting_of(name); is_assigned && !scheduler.empty()) {
    return "; " + in_quotes(name) + " looks like a setting of " + std::string{scheduler} +
           ", which has no directive here";
  }
  if (keyword.starts_with('[')) return "; a job file has no sections";
  if (keyword.starts_with(';') || keyword.starts_with("//")) return "; a comment begins with '#'";
  if (keyword == "-" || keyword == "---") return "; a job file has directives only";
  return is_assigned && may_be_variable(assignment) ? "; 'env NAME=VALUE' sets a variable" : "";
}

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

std::string either_meant(const Statement& statement) {
  const auto assignment = assignment_in(statement.keyword);
  if (is_variable(assignment)) return {};
  const auto* directive = find_directive(lower_ascii(assignment.name));
  if (directive == nullptr || directive->is_command || assignment.sign == ' ') return {};
  const auto written = std::string{assignment.value} + " " + statement.argument;
  const auto value = std::string{unquoted(trim(written))};
  JobDefinition scratch;
  const auto applied = value.empty() ? Result<void>{} : directive->apply(value, scratch);
  const auto told = applied ? std::string{} : explained(directive->keyword, value, applied.error()).message;
  const auto proposal = told.substr(std::min(told.find("; write "), told.size()));
  return proposal.find("' or '") == std::string::npos ? std::string{} : proposal;
}

std::string without_long_command(const std::vector<std::string>& lines, const Statement& statement) {
  constexpr std::string_view run = "run ";
  if (lines.size() < 2 || !lines.back().starts_with(run)) return {};
  if (!statement.argument.ends_with(" " + lines.back().substr(run.size()))) return {};
  const auto proposal = write_instead({lines.begin(), lines.end() - 1});
  return proposal.empty() ? proposal : proposal + ", and the command as it is in a line that begins with run";
}

}  // namespace acron
