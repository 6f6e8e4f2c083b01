// What a line means that begins with no directive: a crontab's, a unit's, a YAML or INI file's.

#include <algorithm>
#include <array>
#include <optional>

#include "acron/core/characters.hpp"
#include "acron/core/config/literal.hpp"
#include "acron/core/job/recipients.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/schedule/meant_schedule.hpp"
#include "acron/core/spelled_duration.hpp"
#include "acron/core/text.hpp"
#include "directives.hpp"
#include "foreign_keys.hpp"
#include "meant.hpp"
#include "words.hpp"

namespace acron {
namespace {

using Lines = std::vector<std::string>;

/// A value without the comment that many files may have behind it.
std::string_view value_without_comment(std::string_view value) {
  const auto end = std::min({value.find(" #"), value.find("\t#"), value.find(';'), value.size()});
  return value.starts_with('#') ? std::string_view{} : trim(value.substr(0, end));
}

bool is_word_for_yes(std::string_view value) { return is_one_of(lower_ascii(value), {"true", "yes", "on", "1"}); }
bool is_word_for_no(std::string_view value) { return is_one_of(lower_ascii(value), {"false", "no", "off", "0"}); }

/// What the value may be here: as it is, without its quotes, as acron spells a duration.
Lines values_of(std::string_view line, std::string_view value) {
  const auto* directive = find_directive(line);
  const bool is_switch = directive != nullptr && has_off(*directive);
  const auto answer = unquoted(value_without_comment(value));
  const auto plain = is_switch && (is_word_for_yes(answer) || is_word_for_no(answer)) ? answer : unquoted(value);
  const bool is_count = plain == "1" && line != "disabled";
  if (is_switch && is_word_for_yes(plain) && !is_count) return {""};
  if (is_switch && is_word_for_no(plain)) return {"off"};
  Lines values{std::string{line == "env" ? value : plain}, std::string{plain}};
  if (const auto duration = respelled_duration(plain); !duration.empty()) values.push_back(duration);
  if (const auto size = plain.find_first_not_of("0123456789");
      size == std::string_view::npos && is_one_of(line, {"timeout", "splay"})) {
    values.push_back(std::string{plain} + "s");  // as systemd and timeout(1) have it
  }
  if (is_word_for_yes(plain)) values.emplace_back();
  if (is_one_of(lower_ascii(plain), {"false", "no"})) values.emplace_back("off");
  if (is_one_of(plain, {"Forbid", "Allow", "Replace"}))
    values.push_back(plain == "Forbid" ? "skip" : lower_ascii(plain));
  return values;
}

bool holds_command(std::string_view line) { return line == "run" || line == "if" || line.starts_with("if "); }

/// Whether the value may stand for something else than its text: quotes with escapes or parts in quotes, YAML's blocks,
/// lists and anchors, what a shell would expand in a command that no shell reads, systemd's specifiers.
bool has_notation_of_its_own(const Assignment& assignment, std::string_view line) {
  const auto value = assignment.value;
  if (value.empty()) return false;
  const bool is_quoted = value.front() == '"' || value.front() == '\'';
  if (is_quoted && line != "output" &&
      (unquoted(value).size() == value.size() || value.find('\\') != std::string_view::npos))
    return true;
  if (is_camel_case(assignment.name) && assignment.sign == '=') {
    constexpr std::string_view of_command = "$%*?<>|&;()~`\"'\\[]{}#!";
    const bool has_prefix = std::string_view{"-@+!:|"}.find(value.front()) != std::string_view::npos;
    if (holds_command(line)) return has_prefix || value.find_first_of(of_command) != std::string_view::npos;
    return value.find_first_of("%\\") != std::string_view::npos;
  }
  if (assignment.sign != ':') return holds_command(line) && value.front() == '[' && value.back() == ']';
  const bool is_block = value.front() == '|' || (value.front() == '>' && value.size() <= 3);
  const bool is_node = std::string_view{"&!{["}.find(value.front()) != std::string_view::npos;
  return is_block || is_node ||
         (holds_command(line) && std::string_view{"*>%@`"}.find(value.front()) != std::string_view::npos);
}

/// `daily`, `Mon..Fri *-*-* 09:00:00` of systemd.time(7).
std::string meant_by_calendar(std::string_view text) {
  std::string rest;
  for (const auto& word : words_of(text)) {
    if (word.text == "*-*-*") continue;
    auto part = std::string{word.text};
    if (const auto dots = part.find(".."); dots != std::string::npos) part.replace(dots, 2, "-");
    const bool is_time = part.find(':') != std::string::npos;
    if (is_time && part.size() == 8 && part.ends_with(":00")) part.resize(5);
    if (is_time) part = (rest.empty() ? "day at " : "at ") + part;
    rest += (rest.empty() ? "" : " ") + part;
  }
  if (rest == "weekly") return "every mon";  // systemd's week begins on Monday
  if (rest == "monthly" || rest == "yearly" || rest == "annually") return "cron @" + rest;
  return meant_by_every(rest);
}

Lines meant_schedule(std::string_view line, std::string_view value, bool is_calendar) {
  const auto plain = unquoted(value);
  if (line == "cron") {
    auto lines = meant_by_crontab(plain);
    if (lines.empty()) lines = {meant_by_cron(plain)};
    if (!lines[0].empty()) return lines;
    line = "every";
  }
  auto meant = is_calendar ? meant_by_calendar(plain) : line == "every" ? meant_by_every(plain) : std::string{};
  if (meant.empty() && line == "every" && !is_calendar) meant = meant_by_calendar(plain);
  return meant.empty() || !is_accepted(meant) ? Lines{} : Lines{meant};
}

Lines meant_recipients(std::string_view value) {
  const auto plain = unquoted(value);
  if (plain.empty()) return {"output /dev/null"};
  return meant_by_output(plain);
}

/// `append:/PATH` and the few words that acron has something for: `tty` and `socket` are no users.
Lines meant_standard_output(std::string_view value) {
  if (value == "null") return {"output /dev/null"};
  if (value == "journal" || value == "syslog") return {"output syslog"};
  return value.starts_with("append:/") ? Lines{"output " + std::string{value.substr(7)}} : Lines{};
}

/// `A=1; B=2` and `A=1 B=2`, which are several in a shell and one in a crontab.
bool has_another_variable(std::string_view value) {
  constexpr std::string_view separators = " \t,;";
  for (auto at = value.find('='); at != std::string_view::npos; at = value.find('=', at + 1)) {
    const auto before = value.substr(0, at);
    const auto begin = before.find_last_of(separators) + 1;
    if (begin > 0 && begin < at && is_upper(before.substr(begin))) return true;
  }
  return false;
}

/// What templates write for a value that is not set, and what can't be the name of a user or a lock: nobody knows what
/// a job without it is to do.
bool says_nothing(const Assignment& assignment, std::string_view line) {
  const auto key = lower_ascii(assignment.name), value = lower_ascii(unquoted(assignment.value));
  if (key == "standardoutput") return false;
  if (is_unset(value)) return true;
  if (line == "user") return names_no_user(value);
  const auto* directive = find_directive(line);
  const bool is_an_answer = key.starts_with("mail") || (directive != nullptr && has_off(*directive));
  return value == "none" && !is_an_answer;
}

Lines meant_by_key(const Assignment& assignment, std::string_view line) {
  if (says_nothing(assignment, line)) return {};
  if (has_notation_of_its_own(assignment, line)) return {};
  if (lower_ascii(assignment.name) == "persistent" && assignment.value.empty()) return {};  // which is `no` to systemd
  if (lower_ascii(assignment.name) == "standardoutput") return meant_standard_output(assignment.value);
  if (line == "output" && lower_ascii(assignment.name) == "mailto") return meant_recipients(assignment.value);
  if (line == "output") return meant_by_output(unquoted(assignment.value));
  if (line == "every" || line == "cron") {
    return meant_schedule(line, assignment.value, lower_ascii(assignment.name) == "oncalendar");
  }
  const bool is_quoted = unquoted(assignment.value).size() < assignment.value.size();
  if (line == "env" && !is_quoted && has_another_variable(assignment.value)) return {};
  for (const auto& value : values_of(line, assignment.value)) {
    auto candidate = std::string{line} + (value.empty() ? "" : " ") + value;
    if (holds_command(line)) candidate = mended_command(candidate);
    if (is_proposable(candidate)) return {std::move(candidate)};
  }
  return {};
}

/// A variable of a crontab or a unit, whatever its name; some mean more than themselves there.
Lines meant_by_variable(const Assignment& assignment) {
  const auto name = std::string{assignment.name};
  const auto plain = std::string{unquoted(assignment.value)};
  if (has_notation_of_its_own(assignment, "env")) return {};
  if (plain.size() == assignment.value.size() && has_another_variable(plain)) return {};
  if (name == "SHELL") return {"shell " + plain};
  if (name == "RANDOM_DELAY") return {"splay " + plain + "m"};
  // A shell would take such quotes and backslashes away, and a crontab keeps them.
  const bool is_bare = plain.size() == assignment.value.size();
  if (is_bare && (has_inner_quotes(plain) || has_escaped_blank(plain) || has_more_than_value(name, plain))) return {};
  if (literal_in_value(plain) && !is_accepted("env " + name + "=" + std::string{assignment.value})) return {};
  const auto variable = env_line(name, plain);
  if (variable.empty()) return {};
  if (name == "HOME") return {variable, "cwd " + plain};
  return {variable};
}

/// A job is scheduled as it is; only what says that it is not becomes a line.
Lines meant_by_switch(const Assignment& assignment, const Switch& found) {
  const auto value = unquoted(value_without_comment(assignment.value));
  const bool is_true = value.empty() || is_word_for_yes(value);
  const bool is_off = found.runs ? is_word_for_no(value) : is_true;
  return is_off ? Lines{"disabled"} : Lines{};
}

/// `at 5pm`, `daily at 5pm`, `@daily`.
Lines meant_by_time(std::string_view keyword, std::string_view line) {
  const bool is_time =
      is_one_of(keyword, {"at", "daily", "hourly", "weekly", "monthly", "yearly", "minutely", "@hourly", "@daily",
                          "@weekly", "@monthly", "@yearly", "@annually", "@midnight"});
  if (!is_time) return {};
  if (keyword.starts_with('@') && line == keyword) return {"cron " + std::string{keyword}};
  const auto meant = meant_by_every(keyword == "at" ? "day " + std::string{line} : std::string{line});
  return meant.empty() ? Lines{} : Lines{meant};
}

bool begins_crontab(std::string_view keyword) {
  return std::string_view{"*@0123456789?"}.find(keyword.front()) != std::string_view::npos ||
         keyword.starts_with("CRON_TZ=") || keyword.starts_with("TZ=");
}

bool all_accepted(const Lines& lines) {
  return !lines.empty() && std::all_of(lines.begin(), lines.end(), is_proposable);
}

}  // namespace

bool switches_on(std::string_view line) {
  const auto assignment = assignment_in(line);
  const auto* found = find_switch(assignment);
  const auto value = unquoted(value_without_comment(assignment.value));
  return found != nullptr && (found->runs ? value.empty() || is_word_for_yes(value) : is_word_for_no(value));
}

std::vector<std::string> meant_by_line(std::string_view keyword, std::string_view argument) {
  auto line = std::string{keyword};
  if (!argument.empty()) line.append(" ").append(argument);
  constexpr std::size_t longest_of_crontab = 1000;  // Vixie cron reads no longer command
  if (line.size() > longest_mended)
    return begins_crontab(keyword) && line.size() <= longest_of_crontab ? meant_by_crontab(line) : Lines{};
  std::vector<Lines> all;
  if (begins_crontab(keyword)) all.push_back(meant_by_crontab(line));
  all.push_back(meant_by_time(keyword, line));
  const auto assignment = assignment_in(line);
  const auto key = line_for(assignment);
  const bool sets_variable =
      is_variable(assignment) ||
      (assignment.sign == '=' && (assignment.name == "SHELL" || assignment.name.ends_with("_proxy")) &&
       may_be_variable(assignment));
  if (sets_variable) all.push_back(meant_by_variable(assignment));
  // A directive of that very name with a blank behind it is no other notation but a fault of its own.
  if (!key.empty() && (assignment.sign != ' ' || find_directive(assignment.name) == nullptr)) {
    all.push_back(meant_by_key(assignment, key));
  }
  if (const auto* found = find_switch(assignment)) all.push_back(meant_by_switch(assignment, *found));
  const auto found = std::find_if(all.begin(), all.end(), all_accepted);
  return found == all.end() ? Lines{} : *found;
}

}  // namespace acron
