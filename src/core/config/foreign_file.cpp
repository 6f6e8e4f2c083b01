#include "foreign_file.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "acron/core/text.hpp"
#include "directives.hpp"
#include "foreign_keys.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// The name of a `NAME=VALUE`, and whether a value is there.
struct Setting {
  std::string_view name;
  char sign = ' ';
  bool is_empty = false;
};

Setting setting_in(const Statement& statement) {
  const auto end = statement.keyword.find_first_of("=:");
  if (end != std::string_view::npos) {
    const bool is_empty = end + 1 == statement.keyword.size() && statement.argument.empty();
    return {statement.keyword.substr(0, end), statement.keyword[end], is_empty};
  }
  const bool has_sign = statement.argument.starts_with('=') || statement.argument.starts_with(':');
  return {statement.keyword, has_sign ? statement.argument[0] : ' ', statement.argument.size() == 1};
}

/// A line with times and a command: of a crontab, or an anacrontab, which has three words before the command.
bool is_crontab_job(const Statement& statement) {
  if (find_directive(statement.keyword) != nullptr) return false;
  const auto words = words_of(statement.argument);
  const bool has_zone = statement.keyword.starts_with("CRON_TZ=") || statement.keyword.starts_with("TZ=");
  if (has_zone) return words.size() > 1 && begins_times(words[0].text);
  constexpr std::size_t least = 3;
  return begins_times(statement.keyword) && words.size() >= (statement.keyword.starts_with('@') ? 1 : least);
}

bool is_crontab_setting(const Statement& statement) {
  const auto [name, sign, is_empty] = setting_in(statement);
  if (sign != '=' || name.empty() || is_crontab_job(statement)) return false;
  const auto lower = lower_ascii(name);
  return is_upper(name) || name.ends_with("_proxy") || lower == "mailto" || lower == "cron_tz";
}

/// A key of a unit.
bool is_of_unit(const Statement& statement) {
  const auto [name, sign, is_empty] = setting_in(statement);
  return sign == '=' && is_camel_case(name);
}

/// Keys of units that may stand several times; without a value they empty the list.
bool is_of_list(const Statement& statement) {
  const auto name = setting_in(statement).name;
  if (!is_of_unit(statement)) return false;
  constexpr std::array<std::string_view, 5> beginnings{"Exec", "On", "Environment", "Condition", "Assert"};
  return std::any_of(beginnings.begin(), beginnings.end(), [&](auto beginning) { return name.starts_with(beginning); });
}

/// What such a list is called: all times of a timer are one.
std::string_view list_of(std::string_view name) { return name.starts_with("On") ? name.substr(0, 2) : name; }

/// `ExecStart` and what runs before and behind it.
bool is_command_of_unit(const Statement& statement) {
  constexpr std::array<std::string_view, 3> names{"ExecStartPre", "ExecStart", "ExecStartPost"};
  const auto setting = setting_in(statement);
  return is_of_unit(statement) && std::find(names.begin(), names.end(), setting.name) != names.end();
}

/// The variable of `Environment=A=b` and `export A=b`, the first if there are several.
std::string_view assigned_variable(const Statement& statement) {
  const auto [name, sign, is_empty] = setting_in(statement);
  const auto* directive = find_directive(name) == nullptr ? directive_for({name, sign, {}}) : nullptr;
  if (directive == nullptr || directive->keyword != "env") return {};
  auto value = name.size() < statement.keyword.size() ? statement.keyword.substr(name.size() + 1)
                                                      : std::string_view{statement.argument};
  value.remove_prefix(std::min(value.find_first_not_of("=: \t'\""), value.size()));
  return value.substr(0, value.find('='));
}

/// The directive that the statement is, or that its key stands for.
std::string_view settled_in(const Statement& statement) {
  const auto* directive = find_directive(statement.keyword);
  const auto setting = setting_in(statement);
  if (directive == nullptr) directive = directive_for({setting.name, setting.sign, {}});
  return directive == nullptr ? std::string_view{} : directive->settles;
}

bool is_of_job(const Statement& statement) {
  const auto settled = settled_in(statement);
  return settled == "run" || settled == "schedule" || is_crontab_job(statement);
}

/// Whether another part of the file begins here: a section, but those of one unit, or another document.
bool begins_section(const Statement& statement) {
  constexpr std::array<std::string_view, 4> of_unit{"[Unit]", "[Service]", "[Timer]", "[Install]"};
  const bool is_of_unit = std::find(of_unit.begin(), of_unit.end(), statement.keyword) != of_unit.end();
  return (statement.keyword.starts_with('[') && !is_of_unit) || statement.keyword == "---";
}

std::string line_number(const Statement& statement) { return "line " + std::to_string(statement.where.line); }

bool is_above(const Statement& statement, const Statement& other) { return statement.where.line < other.where.line; }

}  // namespace

ForeignFile::ForeignFile(const std::vector<Statement>& statements)
    : statements_(statements), places_(statements.size()) {
  Place place;
  std::size_t job = 0;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const auto line = statements[i].where.line;
    if (begins_section(statements[i])) place = {.section = line, .job_before = job, .taken_back_by = 0};
    if (job == 0 && is_of_job(statements[i])) job = line;
    places_[i] = place;
  }
  std::map<std::string_view, std::size_t> emptied;
  for (auto i = statements.size(); i-- > 0;) {
    if (!is_of_list(statements[i])) continue;
    const auto setting = setting_in(statements[i]);
    auto& line = emptied[list_of(setting.name)];
    if (setting.is_empty) line = statements[i].where.line;
    places_[i].taken_back_by = line;
  }
}

const ForeignFile::Place& ForeignFile::place_of(const Statement& statement) const {
  return places_[static_cast<std::size_t>(&statement - statements_.data())];
}

std::string ForeignFile::objection_to(const Statement& statement) const {
  for (const auto objection :
       {&ForeignFile::objection_to_setting, &ForeignFile::objection_to_replaced, &ForeignFile::objection_to_command}) {
    if (auto reason = (this->*objection)(statement); !reason.empty()) return reason;
  }
  if (place_of(statement).job_before == 0 || is_of_job(statement) || begins_section(statement)) return {};
  return ": line " + std::to_string(place_of(statement).section) + " begins another job, which has a file of its own";
}

/// A crontab's settings count for the lines below them.
std::string ForeignFile::objection_to_setting(const Statement& statement) const {
  if (!is_crontab_setting(statement)) return {};
  const auto is_job_below = [&](const Statement& other) { return is_above(statement, other) && is_crontab_job(other); };
  // Where a file has been rewritten in part, a job above may have its directives already.
  const bool has_job_below = std::any_of(statements_.begin(), statements_.end(), is_job_below);
  const auto job = std::find_if(statements_.begin(), statements_.end(), [&](const Statement& other) {
    const bool is_rewritten = has_job_below && find_directive(other.keyword) != nullptr && is_of_job(other);
    return is_above(other, statement) && (is_crontab_job(other) || is_rewritten);
  });
  return job == statements_.end()
             ? std::string{}
             : ": in a crontab it counts for the lines below it only, not for " + line_number(*job);
}

/// Of several values of one setting the last counts, also of a variable; a list is emptied by none.
std::string ForeignFile::objection_to_replaced(const Statement& statement) const {
  const auto setting = setting_in(statement);
  if (is_of_list(statement)) {
    const auto emptied = place_of(statement).taken_back_by;
    if (setting.is_empty) return ": it takes back what stands above it, which needs no line here";
    if (emptied != 0) return ": line " + std::to_string(emptied) + " takes it back";
  }
  const auto variable = assigned_variable(statement);
  if (is_of_list(statement) && variable.empty()) return {};
  const bool is_unit = is_of_unit(statement);
  if (!is_unit && variable.empty() && !is_crontab_setting(statement)) return {};
  for (const auto& other : statements_) {
    if (!is_above(statement, other)) continue;
    if (!is_unit && is_of_job(other)) break;  // below it a setting is the next job's
    const auto again = setting_in(other);
    if (again.name == setting.name && again.sign == setting.sign && assigned_variable(other) == variable)
      return ": " + line_number(other) + " sets it again, and the last one counts";
  }
  return {};
}

/// Of several commands none alone is the job's.
std::string ForeignFile::objection_to_command(const Statement& statement) const {
  const auto is_command = [](const Statement& each) { return settled_in(each) == "run" || is_command_of_unit(each); };
  if (!is_command(statement)) return {};
  const auto other = std::find_if(statements_.begin(), statements_.end(), [&](const Statement& each) {
    // A directive above is told of elsewhere, as for all that a job has once.
    const bool is_rewritten = find_directive(each.keyword) != nullptr && is_above(each, statement);
    return &each != &statement && is_command(each) && !is_rewritten && place_of(each).taken_back_by == 0 &&
           place_of(each).section == place_of(statement).section;
  });
  if (other == statements_.end()) return {};
  if (is_command_of_unit(statement) && is_command_of_unit(*other)) {
    return ": " + line_number(*other) +
           " is of the same job, whose commands follow each other; one 'run' joins them by '&&'";
  }
  return ": " + line_number(*other) + " has a command, too, and a job has one";
}

std::size_t ForeignFile::other_job_above(const Statement& statement) const {
  const auto before = place_of(statement).job_before;
  if (before != 0 || !is_crontab_job(statement)) return before;
  const auto job = std::find_if(statements_.begin(), statements_.end(), is_crontab_job);
  return is_above(*job, statement) ? job->where.line : 0;
}

bool ForeignFile::has_settings_above(const Statement& statement) const {
  return is_crontab_job(statement) && std::any_of(statements_.begin(), statements_.end(), [&](const Statement& other) {
           return is_above(other, statement) && is_crontab_setting(other);
         });
}

}  // namespace acron
