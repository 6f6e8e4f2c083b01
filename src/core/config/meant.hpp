#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/result.hpp"

namespace acron {

struct JobStatement;

// What people write who come from another scheduler, as the lines of a job file that mean the same. Each line that is
// returned is accepted; none is where it is not clear what is meant.

/// Whether a line stands for itself as a directive: known, accepted, and read to its end.
bool is_accepted(const std::string& line);

/// The same of a statement as it was read.
bool is_faultless(const JobStatement& statement);

/// Whether it is accepted, and nothing would be said of it either: no warning, no objection to its command.
bool is_proposable(const std::string& line);

/// The line of a command, or what is proposed instead of it: a `&>` of a crontab is no better there.
std::string mended_command(const std::string& line);

/// The error of a directive's argument, with what to write instead where that is clear.
Error explained(std::string_view keyword, std::string_view argument, const Error& error);

/// The lines that a directive and its refused argument come to when all their faults are mended. Proposals of one error
/// alone may leave others.
std::vector<std::string> mended_line(std::string_view keyword, std::string_view argument);

/// A message without the forms that it lists, where there is something better to propose.
std::string without_forms(std::string_view message);

/// Of a line that begins with no directive.
std::vector<std::string> meant_by_line(std::string_view keyword, std::string_view argument);

/// Whether a line with a setting by which a job is switched on or off says for sure that the job is on.
bool switches_on(std::string_view line);

/// Of a line of a crontab: times, perhaps a user, and a command; perhaps `CRON_TZ=ZONE` before it. Without a command,
/// of the times alone.
std::vector<std::string> meant_by_crontab(std::string_view line);

/// What to say of a crontab's line where the word behind the times may be the user or begin the command; empty where it
/// is clear.
std::string doubt_about_user(std::string_view line);

/// Of the argument of `only`, as candidates: `only on web*, db*`, `only web*`, `only 5`, `only 5 %`.
std::vector<std::string> meant_by_only(std::string_view argument);

/// Of the argument of `only`, accepted, that is a word for all hosts or for none.
std::optional<Error> misread_hosts(std::string_view argument);

/// Of the argument of `output`; and its error with that.
std::vector<std::string> meant_by_output(std::string_view argument);
Error explained_output(std::string_view argument, const Error& error);

/// Targets without those that are another's again, perhaps by another name: a job has each once.
std::vector<std::string> each_once(const std::vector<std::string>& targets);

/// Of the argument of `env`, refused, as candidates: `env A=b c`, `env A = b`, `env export A=b`.
std::vector<std::string> meant_by_env(std::string_view argument);

/// Several assignments on one line, each of another variable by its name: those in small letters may be parts of a
/// value.
std::vector<std::string> env_lines(std::string_view argument);

/// The line that gives a variable this value, in quotes where it needs them; empty where none can.
std::string env_line(std::string_view name, std::string_view value);

/// Of a variable that only a cron reads, what to write instead; empty for any other.
std::string misread_variable(std::string_view name, std::string_view value);

/// Whether more than one value stands there, outside of quotes: the next command of a shell, a line that goes on, or a
/// PATH that is a list.
bool has_more_than_value(std::string_view name, std::string_view value);

/// Whether quotes stand around a part of a value, as in a shell: `-Dx="a b"`. JSON has quotes of its own.
bool has_inner_quotes(std::string_view value);

/// Whether a backslash takes the meaning of a blank, as in a shell.
bool has_escaped_blank(std::string_view value);

/// A value with such quotes and backslashes as a shell would read it; empty where that has other blanks outside of the
/// quotes, other backslashes, or expands.
std::optional<std::string> value_in_shell(std::string_view value);

/// The text without quotes of one kind around all of it.
std::string_view unquoted(std::string_view text);
/// Whether it is what templates write for a value that is not set: `null`, `~`.
bool is_unset(std::string_view value);

}  // namespace acron
