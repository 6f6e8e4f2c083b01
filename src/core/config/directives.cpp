#include "directives.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "acron/core/text.hpp"
#include "rows.hpp"

namespace acron {
namespace {

constexpr Directive table[]{
    {.keyword = "every",
     .usage = "every PERIOD",
     .meaning = "runs at every whole multiple of a period of the local clock, or at times of the day",
     .settles = "schedule",
     .apply = apply_every},
    {.keyword = "cron",
     .usage = "cron EXPRESSION",
     .meaning = "runs when a crontab expression says so",
     .settles = "schedule",
     .apply = apply_cron},
    {.keyword = "timezone",
     .usage = "timezone ZONE",
     .meaning = "reads the schedule in this zone instead of the machine's",
     .settles = "timezone",
     .apply = apply_timezone},
    {.keyword = "splay",
     .usage = "splay [job] [WINDOW] | splay off",
     .meaning = "moves the runs by this host's own fixed offset within the period or a shorter window",
     .settles = "splay",
     .may_be_bare = true,
     .apply = apply_splay},
    {.keyword = "catch-up",
     .usage = "catch-up [within D] | catch-up off",
     .meaning = "makes up once, at start, for runs missed while the machine was down",
     .settles = "catch-up",
     .may_be_bare = true,
     .apply = apply_catch_up},
    {.keyword = "timeout",
     .usage = "timeout D [grace D] | timeout off",
     .meaning = "ends a run that takes longer: SIGTERM, and SIGKILL after another D or the grace",
     .settles = "timeout",
     .apply = apply_timeout},
    {.keyword = "overlap",
     .usage = "overlap skip|queue|replace|allow",
     .meaning = "says what becomes of a run that is due while the last one still goes on",
     .settles = "overlap",
     .apply = apply_overlap},
    {.keyword = "lock",
     .usage = "lock NAME | lock off",
     .meaning = "never runs at the same time as another job of this machine with the same lock",
     .settles = "lock",
     .apply = apply_lock},
    {.keyword = "retry",
     .usage = "retry N every D | retry N backoff D | retry off",
     .meaning = "tries a run that failed again, up to N times",
     .settles = "retry",
     .apply = apply_retry},
    {.keyword = "user",
     .usage = "user NAME[:GROUP]",
     .meaning = "runs the job as this user",
     .settles = "user",
     .apply = apply_user,
     .permit = permit_user},
    {.keyword = "env",
     .usage = "env NAME=VALUE",
     .meaning = "sets a variable of the run's environment",
     .settles = "env",
     .which = which_variable,
     .apply = apply_env},
    {.keyword = "cwd",
     .usage = "cwd DIRECTORY",
     .meaning = "starts the run in this directory",
     .settles = "cwd",
     .apply = apply_cwd},
    {.keyword = "umask",
     .usage = "umask MODE",
     .meaning = "says which permissions the run's new files lack",
     .settles = "umask",
     .apply = apply_umask},
    {.keyword = "nice",
     .usage = "nice N",
     .meaning = "makes the run give way to others, from -20 (not at all) to 19",
     .settles = "nice",
     .apply = apply_nice,
     .permit = permit_nice},
    {.keyword = "shell",
     .usage = "shell PATH",
     .meaning = "gives the command to this shell instead of /bin/sh",
     .settles = "shell",
     .apply = apply_shell},
    {.keyword = "limit",
     .usage = "limit memory|cpu|files|processes|core AMOUNT|off",
     .meaning = "bounds what a run may use",
     .settles = "limit",
     .which = which_limit,
     .apply = apply_limit},
    {.keyword = "output",
     .usage = "output [CONDITION] TARGET",
     .meaning = "sends what a run prints to a file, a mail address, the system log, acron's stdout or stderr, or an "
                "HTTP server",
     .apply = apply_output,
     .drop_inherited = drop_outputs},
    {.keyword = "error",
     .usage = "error if-nonzero|if-stderr ...",
     .meaning = "says what counts as a failure, besides a timeout, a signal and a failed start",
     .settles = "error",
     .apply = apply_error},
    {.keyword = "only",
     .usage = "only P% | only on PATTERN,...",
     .meaning = "schedules the job on a part of the fleet only, by share or by host name",
     .settles = "only",
     .which = which_only,
     .apply = apply_only},
    {.keyword = "disabled",
     .usage = "disabled [REASON] | disabled off",
     .meaning = "checks and lists the job, but never schedules it",
     .settles = "disabled",
     .may_be_bare = true,
     .apply = apply_disabled},
    {.keyword = "if",
     .usage = "if [each-run] COMMAND",
     .meaning = "schedules the job, or lets each run start, only while this command succeeds; several must all succeed",
     .is_command = true,
     .apply = apply_if},
    {.keyword = "description",
     .usage = "description TEXT",
     .meaning = "says what the job is for, wherever it is listed",
     .settles = "description",
     .apply = apply_description},
    {.keyword = "run",
     .usage = "run COMMAND",
     .meaning = "the job itself, given to the shell",
     .settles = "run",
     .is_command = true,
     // An empty or half-written file below such a default would be a job.
     .may_be_default = false,
     .apply = apply_run},
};

/// Words of other languages and programs that are near a directive, and no slips of it.
bool is_another_word(std::string_view word) {
  constexpr std::array<std::string_view, 15> words{"use",   "uses",    "id",    "ip",     "in",
                                                   "cat",   "catch",   "cut",   "return", "play",
                                                   "spray", "overlay", "block", "flock",  "end"};
  return std::find(words.begin(), words.end(), lower_ascii(word)) != words.end();
}

/// `ionice`, `unlock`: no slips of the word that they end in.
bool is_made_of(std::string_view word, std::string_view meant) {
  return word.ends_with(meant) && word.size() > meant.size() + 1;
}

}  // namespace

std::span<const Directive> directives() { return table; }

const Directive* find_directive(std::string_view keyword) {
  const auto* found = std::find_if(std::begin(table), std::end(table),
                                   [&](const Directive& directive) { return directive.keyword == keyword; });
  return found == std::end(table) ? nullptr : found;
}

bool has_off(const Directive& directive) {
  return directive.usage.ends_with("| " + std::string{directive.keyword} + " off");
}

std::string_view nearest_directive(std::string_view word) {
  std::array<std::string_view, std::size(table)> keywords;
  std::transform(std::begin(table), std::end(table), keywords.begin(), [](const Directive& d) { return d.keyword; });
  const auto near = nearest(word, keywords);
  return is_another_word(word) || is_made_of(word, near) ? std::string_view{} : near;
}

std::string settled_by(const Directive& directive, std::string_view argument) {
  std::string settled{directive.settles};
  const auto which = directive.which == nullptr ? std::string_view{} : directive.which(argument);
  return which.empty() ? settled : settled.append(" ").append(which);
}

}  // namespace acron
