#include "foreign_keys.hpp"

#include <algorithm>
#include <array>

#include "acron/core/characters.hpp"
#include "acron/core/text.hpp"
#include "directives.hpp"

namespace acron {
namespace {

/// A key of another scheduler's files, in lower case, and the beginning of the line that it becomes.
struct Key {
  std::string_view name, line;
};

constexpr std::array keys{
    // systemd.timer(5), systemd.service(5), systemd.exec(5)
    Key{"execstart", "run"},
    Key{"execcondition", "if each-run"},
    Key{"workingdirectory", "cwd"},
    Key{"onunitactivesec", "every"},
    Key{"oncalendar", "every"},
    Key{"timeoutstartsec", "timeout"},
    Key{"runtimemaxsec", "timeout"},
    Key{"timeoutsec", "timeout"},
    Key{"randomizeddelaysec", "splay"},
    Key{"persistent", "catch-up"},
    Key{"environmentfile", "env-file"},
    Key{"standardoutput", "output"},
    Key{"limitnofile", "limit files"},
    Key{"limitnproc", "limit processes"},
    Key{"tasksmax", "limit processes"},
    Key{"memorymax", "limit memory"},
    Key{"memorylimit", "limit memory"},
    // crontabs
    Key{"mailto", "output"},
    Key{"cron_tz", "timezone"},
    // ofelia, dkron, Kubernetes and others
    Key{"schedule", "cron"},
    Key{"interval", "every"},
    Key{"command", "run"},
    Key{"cmd", "run"},
    Key{"exec", "run"},
    Key{"environment", "env"},
    Key{"export", "env"},
    Key{"set", "env"},
    Key{"workdir", "cwd"},
    Key{"dir", "cwd"},
    Key{"chdir", "cwd"},
    Key{"mail", "output"},
    Key{"email", "output"},
    Key{"logfile", "output"},
    Key{"log", "output"},
    Key{"concurrencypolicy", "overlap"},
    Key{"runas", "user"},
    Key{"run_as", "user"},
    Key{"run-as", "user"},
    Key{"username", "user"},
    Key{"onlyif", "if"},
    Key{"only_if", "if"},
    Key{"only-if", "if"},
};

constexpr std::array switches{Switch{"enabled", true},  Switch{"enable", true},   Switch{"active", true},
                              Switch{"disable", false}, Switch{"suspend", false}, Switch{"suspended", false},
                              Switch{"pause", false},   Switch{"paused", false},  Switch{"inactive", false}};

/// What other programs choose hosts, users and conditions by: no variables, though acron has no directive called so.
constexpr std::array<std::string_view, 16> restrictions{"host",    "hosts",  "exclude", "group",    "groups", "owner",
                                                        "retries", "when",   "unless",  "state",    "ensure", "off",
                                                        "skip",    "locked", "nolock",  "exclusive"};

/// Variables that only a cron reads, which has no other name for them.
constexpr std::array<std::string_view, 7> cron_settings{"START_HOURS_RANGE",         "MAILFROM",       "CONTENT_TYPE",
                                                        "CONTENT_TRANSFER_ENCODING", "NO_MAIL_OUTPUT", "CRON_WITHIN",
                                                        "ALLOW_ONLY_BATTERY"};

/// Variables that every cron reads, and for which there is a directive.
constexpr std::array<std::string_view, 3> obeyed_by_cron{"MAILTO", "CRON_TZ", "SHELL"};

/// Whether the name, in any letters, is a setting: as a variable it would be without effect.
bool is_name_of_setting(std::string_view name) {
  const auto lower = lower_ascii(name);
  const Assignment assignment{lower, '=', {}};
  return !line_for(assignment).empty() || find_switch(assignment) != nullptr || is_one_of(lower, restrictions);
}

}  // namespace

Assignment assignment_in(std::string_view line) {
  const auto end = line.find_first_of("=: \t");
  if (end == std::string_view::npos) return {line, ' ', {}};
  const auto name = line.substr(0, end);
  const auto rest = trim(line.substr(end));
  const bool has_sign = rest.starts_with('=') || rest.starts_with(':');
  return {name, has_sign ? rest.front() : ' ', trim(rest.substr(has_sign ? 1 : 0))};
}

bool is_upper(std::string_view name) {
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

bool is_variable(const Assignment& assignment) {
  const auto name = assignment.name;
  return assignment.sign == '=' && is_upper(name) && lower_ascii(name) != name && !is_one_of(name, obeyed_by_cron) &&
         !is_one_of(name, cron_settings);
}

const Switch* find_switch(const Assignment& assignment) {
  if (is_variable(assignment)) return nullptr;
  const auto lower = lower_ascii(assignment.name);
  const auto* found = std::find_if(switches.begin(), switches.end(), [&](const Switch& s) { return s.name == lower; });
  return found == switches.end() ? nullptr : found;
}

std::string_view line_for(const Assignment& assignment) {
  if (is_variable(assignment)) return {};
  const auto name = lower_ascii(assignment.name);
  const auto* key = std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.name == name; });
  if (key != keys.end()) return key->line;
  const auto* directive = find_directive(name);
  return directive == nullptr ? std::string_view{} : directive->keyword;
}

bool is_camel_case(std::string_view name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' && !is_upper(name) &&
         name.find_first_of("_-") == std::string_view::npos;
}

bool begins_times(std::string_view word) {
  if (word.starts_with('@') || word.starts_with('%')) return word.size() > 1;
  if (word.starts_with('&')) return word != "&&" && word != "&";
  return word.find_first_not_of("0123456789*/,-~?HR()") == std::string_view::npos &&
         word.find_first_of("0123456789*~?H") != std::string_view::npos;
}

std::string_view setting_of(std::string_view name) {
  if (is_one_of(name, cron_settings)) return "cron";
  return is_camel_case(name) && directive_for({name, '=', {}}) == nullptr ? "systemd" : "";
}

bool may_be_variable(const Assignment& assignment) {
  const auto name = assignment.name;
  if (is_variable(assignment)) return true;
  if (name.ends_with("_proxy")) return name == lower_ascii(name);
  return name != lower_ascii(name) && (name == "SHELL" || !is_name_of_setting(name));
}

const Directive* directive_for(const Assignment& assignment) {
  const auto line = line_for(assignment);
  return find_directive(line.substr(0, line.find(' ')));
}

}  // namespace acron
