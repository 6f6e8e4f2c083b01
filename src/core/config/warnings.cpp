#include "acron/core/config/warnings.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "acron/core/config/literal.hpp"
#include "acron/core/config/written_commands.hpp"
#include "acron/core/job/output_route.hpp"
#include "acron/core/look_alikes.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/schedule/schedule.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "directives.hpp"
#include "doubts.hpp"
#include "each_run.hpp"
#include "file_proposals.hpp"
#include "meant.hpp"
#include "shell_words.hpp"
#include "statement.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// The PATH that runs of root have, and those of others: child_surroundings.
constexpr std::string_view path_of_root = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view path_of_others = "/usr/local/bin:/usr/bin:/bin";

std::string_view usual_path_of(const std::vector<Statement>& statements) {
  const auto names_another = [](const Statement& statement) {
    return statement.keyword == "user" && statement.argument != "root" && !statement.argument.starts_with("root:");
  };
  return std::any_of(statements.begin(), statements.end(), names_another) ? path_of_others : path_of_root;
}

bool is_named_in_commands(std::string_view variable, const std::vector<Statement>& statements) {
  return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
    const auto* directive = find_directive(statement.keyword);
    return directive != nullptr && directive->is_command && statement.argument.find(variable) != std::string::npos;
  });
}

/// Of one file, each where it stands. Both must outlive it.
class Warnings {
 public:
  Warnings(const SourceFile& file, const std::vector<Statement>& statements, ShellSurroundings surroundings)
      : faults_(file),
        statements_(statements),
        proposals_(statements, is_name_of_defaults(file.name)),
        usual_path_(usual_path_of(statements)),
        surroundings_(std::move(surroundings)) {}

  /// The PATH that the run has if the file sets none.
  [[nodiscard]] std::string_view usual_path() const { return usual_path_; }
  /// The one that gets the commands of the file.
  [[nodiscard]] std::string_view shell() const { return surroundings_.shell; }
  [[nodiscard]] const ShellSurroundings& surroundings() const { return surroundings_; }
  /// Whether a command names the variable, and so reads it.
  [[nodiscard]] bool is_used(std::string_view variable) const { return is_named_in_commands(variable, statements_); }

  void add(const Statement& statement, std::size_t offset, const std::string& message) {
    const auto at = statement.keyword.size() + 1 + offset;
    const auto told = settled_by(*find_directive(statement.keyword), statement.argument);
    faults_.warn(locate(statement, offset), proposals_.fitted(message, statement, at, told));
  }
  void add(Location where, const std::string& message) { faults_.warn(where, message); }
  [[nodiscard]] Diagnostics found() const { return faults_.in_line_order(); }

 private:
  Faults faults_;
  const std::vector<Statement>& statements_;
  FileProposals proposals_;
  std::string_view usual_path_;
  ShellSurroundings surroundings_;
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// What to write in the place of a value that a shell would expand.
std::string whole_value(std::string_view name, std::string_view value, const Literal& found,
                        std::string_view usual_path) {
  if (found.kind == Literal::Kind::placeholder) return {};
  auto path = std::string{value};
  for (const std::string_view own : {"${PATH}", "$PATH"}) path = replaced(std::move(path), own, usual_path);
  const bool is_path = name == "PATH" && path != value && !literal_in_value(path);
  if (is_path) {
    if (const auto line = env_line(name, path); !line.empty()) return write_instead({line});
  }
  return ": give the whole value here, or set the variable in the command, where the shell expands it";
}

/// Characters of a value, with or without quotes, that can hardly be meant.
void warn_of_characters_in_value(const Statement& statement, std::size_t begin, bool is_quoted, Warnings& warnings) {
  using Kind = LookAlike::Kind;
  const bool is_path = std::string_view{statement.argument}.substr(0, begin - 1).ends_with("PATH");
  for (auto found = find_look_alike(statement.argument, begin); found;
       found = find_look_alike(statement.argument, found->at + found->length)) {
    const bool is_hidden = found->kind == Kind::blank || found->kind == Kind::invisible;
    const bool begins = found->at == begin && (found->kind == Kind::dash || found->kind == Kind::quote);
    const bool is_text = is_quoted && !is_path;
    const bool is_misread = !is_text && is_slip(*found, statement.argument);
    if (is_misread || (is_quoted ? is_never_meant(*found, statement.argument) : is_hidden || begins))
      return warnings.add(statement, found->at, complaint_about(*found));
  }
}

/// A character that moves the cursor of who looks at it, or does nothing that can be seen. Those that look like a blank
/// are told as such.
void warn_of_controls(const Statement& statement, Warnings& warnings) {
  constexpr std::string_view told_elsewhere = "\t\v\f\x1A";
  const auto& text = statement.argument;
  const auto found = std::find_if(text.begin(), text.end(), [&](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 || code == 0x7F) && told_elsewhere.find(c) == std::string_view::npos;
  });
  if (found == text.end()) return;
  warnings.add(statement, static_cast<std::size_t>(found - text.begin()),
               "a control character, '" + printable({&*found, 1}) + "', stands here");
}

/// Quotes around a part of the value, which a shell takes away.
void warn_of_inner_quotes(const Statement& statement, std::size_t begin, Warnings& warnings) {
  const auto value = std::string_view{statement.argument}.substr(begin);
  if (unquoted(value).size() < value.size() || !has_inner_quotes(value)) return;
  const auto meant = value_in_shell(value);
  const auto line = meant ? env_line(statement.argument.substr(0, begin - 1), *meant) : std::string{};
  warnings.add(statement, begin + value.find_first_of("'\""),
               "quotes are part of the value unless they stand around all of it" +
                   (line.empty() ? std::string{} : write_instead({line})));
}

/// In quotes of either kind: no zone is called otherwise there.
void warn_of_zone(const Statement& statement, std::size_t begin, Warnings& warnings) {
  const auto written = std::string_view{statement.argument}.substr(begin), value = unquoted(written);
  const auto doubt = literal_in_value(value) ? std::nullopt : doubt_about_zone(value);
  if (doubt) warnings.add(statement, begin + (written.size() - value.size()) / 2 + doubt->at, doubt->message);
}

void warn_of_env(const Statement& statement, Warnings& warnings) {
  const std::string_view argument = statement.argument;
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos) return;
  const bool is_quoted = unquoted(argument.substr(equals + 1)).size() < argument.size() - equals - 1;
  warn_of_characters_in_value(statement, equals + 1, is_quoted, warnings);
  const auto name = argument.substr(0, equals);
  auto value = argument.substr(equals + 1);
  const auto misread = misread_variable(name, value);
  if (!misread.empty() && !warnings.is_used(name)) return warnings.add(statement, 0, misread);
  if (name == "TZ") warn_of_zone(statement, equals + 1, warnings);
  auto at = equals + 1;
  // Who writes single quotes means it, but for a PATH, in which it can't be meant.
  if (value.starts_with('\'') && !name.ends_with("PATH")) return;
  if (unquoted(value).size() < value.size()) {
    value = unquoted(value);
    ++at;
  }
  const auto found = literal_in_value(value);
  if (!found && !is_quoted && value.ends_with(';')) {
    return warnings.add(statement, argument.size() - 1,
                        "';' is part of the value; who means it to be writes the value in quotes");
  }
  if (!found) return warn_of_inner_quotes(statement, equals + 1, warnings);
  warnings.add(statement, at + found->at,
               quoted(found->text) + " is not expanded in 'env', " + std::string{name} + " will hold it as it stands" +
                   whole_value(name, value, *found, warnings.usual_path()));
}

std::string fate_of(const Literal& found) {
  switch (found.kind) {
    case Literal::Kind::date: return " stands for no date in a path, which is taken as it is written";
    case Literal::Kind::pattern: return " is no pattern in a path, which is taken as it is written";
    default: return " is not expanded in a path, which is taken as it is written";
  }
}

void warn_of_path(const Statement& statement, const Word& word, Warnings& warnings) {
  const auto found = literal_in_path(word.text);
  if (!found) return;
  auto message = quoted(found->text) + fate_of(*found);
  const auto path = for_shell(word.text);
  if (statement.keyword == "output" && !path.empty()) {
    message += "; let the command write the file: COMMAND >>\"" + path + "\" 2>&1";
  }
  warnings.add(statement, word.at + found->at, message);
}

/// Whether a command up to some place ends in a format of `date`: `date -d yesterday '+`.
bool ends_in_date_format(std::string_view before) {
  const auto date = before.rfind("date ");
  if (date == std::string_view::npos ||
      (date > 0 && std::string_view{" \t/(`;|&"}.find(before[date - 1]) == std::string_view::npos))
    return false;
  const auto rest = before.substr(date);
  const auto plus = rest.find('+');
  return plus != std::string_view::npos && std::string_view{" '\""}.find(rest[plus - 1]) != std::string_view::npos &&
         rest.find_first_of(";|&)`") == std::string_view::npos;
}

void warn_of_per_cent(const Statement& statement, Warnings& warnings) {
  const std::string_view command = statement.argument;
  for (auto at = command.find("\\%"); at != std::string_view::npos; at = command.find("\\%", at + 2)) {
    const auto before = command.substr(0, at);
    // What stands before it tells whether the shell takes the backslash away.
    const bool is_kept = shell_characters(std::string{before} + "x").back().quote != '\0';
    // In quotes SQL and regular expressions have it, too.
    if (is_kept && !ends_in_date_format(before)) continue;
    return warnings.add(statement, at,
                        is_kept ? "'\\%' is a crontab's: here the program gets the backslash, too; write '%'"
                                : "'\\%' is a crontab's: here a '%' needs no backslash; write '%'");
  }
}

/// Whether the part that the character stands in has letters of ASCII, too: else it is in another language.
bool is_among_plain_letters(const LookAlike& character, std::string_view text) {
  const auto part = part_around(character, text);
  return std::any_of(part.begin(), part.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

/// Whether a character changes what the shell reads, which it does not inside of quotes.
bool misleads(const LookAlike& character, std::string_view command, const std::vector<ShellCharacter>& characters) {
  const auto place =
      std::find_if(characters.begin(), characters.end(), [&](const ShellCharacter& c) { return c.at == character.at; });
  if (is_never_meant(character, command)) return true;
  if (place == characters.end() || !place->is_plain) return false;
  using Kind = LookAlike::Kind;
  switch (character.kind) {
    case Kind::blank:
    case Kind::invisible:
    case Kind::quote: return true;
    case Kind::dash: return place->begins_word;
    case Kind::sign: return std::string_view{";|&<>$()"}.find(character.plain) != std::string_view::npos;
    case Kind::letter: return is_among_plain_letters(character, command);
  }
  return false;
}

void warn_of_characters(const Statement& statement, Warnings& warnings) {
  auto found = find_look_alike(statement.argument);
  if (!found) return;
  const auto characters = shell_characters(statement.argument);
  for (; found; found = find_look_alike(statement.argument, found->at + found->length)) {
    if (!misleads(*found, statement.argument, characters)) continue;
    return warnings.add(statement, found->at,
                        complaint_about(*found) + "; the shell takes it for a letter of the word");
  }
}

/// The first thing that the job's shell takes for something else.
std::optional<Error> misread(const Statement& statement, const ShellSurroundings& in) {
  if (!is_of_sh_family(in.shell)) return {};  // it may have a `not`, and words that we do not know
  const std::string_view argument = statement.argument;
  const auto begin = statement.keyword == "if" ? begin_of_command(argument) : 0;
  const auto command = argument.substr(begin);
  const auto line = std::string{statement.keyword} + " " + std::string{argument.substr(0, begin)};
  auto found = misread_bracket(line, command);
  if (!found) found = misread_test(line, command);
  if (!found) found = misread_first_word(line, command);
  if (!found) found = misread_quotes(line, command);
  if (!found && is_plain_sh(in.shell)) found = misread_by_sh(line, command, way_to_bash(in.line_of_shell));
  if (found) return Error{found->message, begin + found->at};
  return statement.keyword == "if" ? misread_condition(argument) : std::nullopt;
}

/// A template that was not filled in.
void warn_of_placeholder(const Statement& statement, Warnings& warnings) {
  const auto found = !is_of_sh_family(warnings.shell()) ? std::nullopt : placeholder_as_command(statement.argument);
  if (!found) return;
  warnings.add(
      statement, found->at,
      quoted(found->text) + " is a placeholder that nothing was put in the place of: the shell takes it for a command");
}

/// A whole line of a crontab behind `run`: no program is called as times are.
void warn_of_times(const Statement& statement, Warnings& warnings) {
  const std::string_view command = statement.argument;
  const bool begins_times = std::string_view{"*@0123456789"}.find(command.front()) != std::string_view::npos;
  if (statement.keyword != "run" || !begins_times) return;
  if (meant_by_crontab(command).size() < 2 && doubt_about_user(command).empty()) return;
  warnings.add(statement, 0,
               quoted(first_word(command)) +
                   " begins a crontab's times, which the shell takes for a command: times belong to 'cron'");
}

void warn_of_command(const Statement& statement, Warnings& warnings) {
  warn_of_times(statement, warnings);
  warn_of_placeholder(statement, warnings);
  warn_of_per_cent(statement, warnings);
  warn_of_characters(statement, warnings);
  for (const Error& swallowed : swallowed_directives(statement))
    warnings.add(statement, swallowed.at, swallowed.message);
  if (statement.keyword == "if" && statement.argument == "yes")
    warnings.add(statement, 0, "'yes' is a program that prints without end; a condition that always holds is none");
  if (const auto found = misread(statement, warnings.surroundings()))
    warnings.add(statement, found->at, found->message);
  const auto background = place_of_background(statement.argument);
  if (!background) return;
  warnings.add(
      statement, *background,
      statement.keyword == "if"
          ? "'&' lets the condition succeed at once, whatever the command answers"
          : "'&' lets the run end at once: its time limit, its result and 'overlap' will not be those of the command");
}

/// A sign that ends a line of another language.
void warn_of_sign_at_end(const Statement& statement, const Word& word, Warnings& warnings) {
  if (!word.text.ends_with(';') && !word.text.ends_with(',')) return;
  const auto last = word.at + word.text.size() - 1;
  const auto line = std::string{statement.keyword} + " " + statement.argument.substr(0, last);
  const bool is_good = last + 1 == statement.argument.size() && is_accepted(line);
  warnings.add(
      statement, last,
      quoted(word.text.substr(word.text.size() - 1)) + " is part of the path" + (is_good ? write_instead({line}) : ""));
}

/// Characters in a path that may be meant.
void warn_of_characters_in_path(const Statement& statement, const Word& word, Warnings& warnings) {
  using Kind = LookAlike::Kind;
  for (auto found = find_look_alike(word.text); found; found = find_look_alike(word.text, found->at + found->length)) {
    const bool is_refused = found->kind == Kind::blank || found->kind == Kind::invisible;
    const bool is_meant = found->kind == Kind::letter && !is_among_plain_letters(*found, word.text);
    if (!is_refused && !is_meant) return warnings.add(statement, word.at + found->at, complaint_about(*found));
  }
}

/// A mail address or a URL, which may be secret but for what looks like a variable.
void warn_of_address(const Statement& statement, const Word& word, Warnings& warnings) {
  constexpr std::string_view negations = "!-~";
  if (negations.find(word.text.front()) != std::string_view::npos && parse_mail_address(word.text)) {
    return warnings.add(statement, word.at,
                        quoted(word.text.substr(0, 1)) + " is part of the address, and leaves nobody out");
  }
  const auto found = literal_in_address(word.text);
  if (!found) return;
  warnings.add(statement, word.at + found->at,
               quoted(found->text) + " is not expanded in an address, which is taken as it is written");
}

/// The targets of `/a,/b` or `/a;ops@example.com`; empty where the whole is one.
std::vector<std::string> targets_in(std::string_view path, char separator) {
  std::vector<std::string> targets;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find(separator, begin), path.size());
    targets.emplace_back(path.substr(begin, end - begin));
    if (!parse_output_target(targets.back())) return {};
    begin = end + 1;
  }
  return targets.size() > 1 ? targets : std::vector<std::string>{};
}

/// Where in a URL's path a separator stands before what is a target as it stands; npos if nowhere. In a query, as
/// `?cc=a@x.org,b@x.org`, an address may well follow one.
std::size_t next_target_in(std::string_view url, char separator) {
  const auto path = url.find('/', std::min(url.find("://"), url.size() - 3) + 3);
  for (auto at = url.find(separator, path); at < url.find('?'); at = url.find(separator, at + 1)) {
    const auto target = url.substr(at + 1, url.find(separator, at + 1) - at - 1);
    if (!target.empty() && parse_output_target(target)) return at;
  }
  return std::string_view::npos;
}

/// Several targets in one word, which is one path or URL.
void warn_of_several_targets(const Statement& statement, const Word& word, Warnings& warnings) {
  const bool is_url = word.text.starts_with("http");
  for (const char separator : {',', ';'}) {
    const auto sign = quoted(std::string{separator});
    // Not repeated: a URL may hold a secret.
    const auto url =
        is_url ? std::min(word.text.find(std::string{separator} + "http", 1), next_target_in(word.text, separator))
               : std::string_view::npos;
    if (url != std::string_view::npos) {
      return warnings.add(statement, word.at + url,
                          sign + " is part of the URL: each target has an 'output' line of its own");
    }
    const auto targets = word.text.starts_with('/') ? targets_in(word.text, separator) : std::vector<std::string>{};
    if (targets.empty()) continue;
    std::vector<std::string> lines;
    for (const auto& target : each_once(targets))
      lines.push_back("output " + statement.argument.substr(0, word.at) + target);
    const bool is_good = std::all_of(lines.begin(), lines.end(), is_accepted);
    return warnings.add(statement, word.at + targets[0].size(),
                        sign + " is part of the path" + (is_good ? write_instead(lines) : ""));
  }
}

/// A sign of another file before a text, which may hold any.
void warn_of_description(const Statement& statement, Warnings& warnings) {
  const std::string_view text = statement.argument;
  if (!text.starts_with('=') && !text.starts_with(':')) return;
  const auto rest = std::string{trim(text.substr(1))};
  warnings.add(statement, 0,
               quoted(text.substr(0, 1)) + " is part of the description" +
                   (rest.empty() ? "" : write_instead({"description " + rest})));
}

void warn_of_reason(const Statement& statement, Warnings& warnings) {
  if (looks_switched_on(statement.argument))
    return warnings.add(statement, 0,
                        "this is the reason for which the job is disabled; 'disabled off' has it scheduled");
  if (!promises_end(statement.argument)) return;
  warnings.add(statement, 0, "the reason is only a text, which acron does not read: the job stays disabled");
}

void warn_of(const Statement& statement, const Directive& directive, Warnings& warnings) {
  constexpr std::array<std::string_view, 4> of_paths{"output", "cwd", "shell", "env-file"};
  if (directive.is_command || statement.keyword == "env") warn_of_controls(statement, warnings);
  if (statement.keyword == "disabled") return warn_of_reason(statement, warnings);
  if (directive.is_command) return warn_of_command(statement, warnings);
  if (statement.keyword == "env") return warn_of_env(statement, warnings);
  if (statement.keyword == "only") {
    const auto misread = misread_hosts(statement.argument);
    if (misread) warnings.add(statement, misread->at, misread->message);
    return;
  }
  if (statement.keyword == "umask") {
    const auto doubt = doubt_about_umask(statement.argument);
    if (!doubt.empty()) warnings.add(statement, 0, doubt);
    return;
  }
  if (statement.keyword == "description") return warn_of_description(statement, warnings);
  if (std::find(of_paths.begin(), of_paths.end(), statement.keyword) == of_paths.end()) return;
  for (const auto& word : words_of(statement.argument)) {
    if (statement.keyword == "output") warn_of_several_targets(statement, word, warnings);
    if (!word.text.starts_with('/')) {
      warn_of_address(statement, word, warnings);
      continue;
    }
    warn_of_path(statement, word, warnings);
    warn_of_sign_at_end(statement, word, warnings);
    warn_of_characters_in_path(statement, word, warnings);
  }
}

std::string_view program_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// A first line that asks for another shell than the one that gets the commands: `#!/bin/bash`, `#!/usr/bin/env bash`.
void warn_of_interpreter(std::string_view text, Warnings& warnings) {
  constexpr std::array<std::string_view, 8> shells{"bash", "csh", "fish", "ksh", "mksh", "tcsh", "yash", "zsh"};
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  if (!line.starts_with("#!")) return;
  const auto words = words_of(line.substr(2));
  const bool is_found = words.size() > 1 && program_of(words[0].text) == "env";
  if (words.empty()) return;
  const auto interpreter = words[is_found ? 1 : 0].text, program = program_of(interpreter);
  if (std::find(shells.begin(), shells.end(), program) == shells.end()) return;
  if (program == program_of(warnings.shell())) return;
  const auto shell = warnings.shell().empty() ? "/bin/sh" : printable(warnings.shell());
  const auto proposal = is_accepted("shell " + std::string{interpreter}) ? "'shell " + std::string{interpreter} + "'"
                                                                         : std::string{"'shell PATH'"};
  warnings.add(Location{1, 1}, "this line is a comment, and the commands are given to " + shell + ": " + proposal +
                                   " names another shell");
}

std::vector<Statement> read_quietly(const SourceFile& file) {
  Faults ignored{file};
  return read_statements(file, ignored);
}

/// Calls `look` with each directive that stands for itself.
template <typename Look>
Diagnostics look_at(const std::vector<Statement>& statements, Warnings& warnings, const Look& look) {
  CommandsToJudge to_judge;
  for (const auto& statement : statements) {
    if (statement.argument.empty() || !is_faultless(statement)) continue;
    const auto& directive = *find_directive(statement.keyword);
    if (!directive.is_command || to_judge.take(statement.argument)) look(statement, directive, warnings);
  }
  return warnings.found();
}

/// `*/2` is a restriction to people, and none to any cron.
void advise_on_days(const Statement& statement, Warnings& warnings) {
  const auto schedule = parse_cron(statement.argument);
  const auto* cron = schedule ? std::get_if<CronSchedule>(&*schedule) : nullptr;
  constexpr std::uint32_t all_days = 0xFFFFFFFE;
  constexpr std::uint8_t all_weekdays = 0x7F;
  if (cron == nullptr || !cron->both_days_match || cron->days == all_days || cron->weekdays == all_weekdays) return;
  auto words = words_of(statement.argument);
  const std::size_t first = words[0].text == "seconds" ? 2 : 0;
  auto& starred = words[words[first + 2].text.starts_with('*') ? first + 2 : first + 4];
  const auto range = &starred == &words[first + 2] ? "1-31" : "0-6";
  std::string either = "cron";
  for (const auto& word : words)
    either += " " + (&word == &starred ? range + std::string{word.text.substr(1)} : std::string{word.text});
  const auto proposal = is_accepted(either) ? "; for either" + write_instead({either}).substr(1) : std::string{};
  warnings.add(
      statement, starred.at,
      "a day must match both day fields, not either, since " + quoted(starred.text) + " begins with '*'" + proposal);
}

}  // namespace

Diagnostics warnings_about(const SourceFile& file, std::string_view inherited_shell) {
  const auto statements = read_quietly(file);
  Warnings warnings{file, statements, surroundings_in(file, {.shell = std::string{inherited_shell}, .variables = {}})};
  if (warnings.surroundings().line_of_shell == 0) warn_of_interpreter(without_byte_order_mark(file.text), warnings);
  return look_at(statements, warnings, warn_of);
}

Diagnostics advice_about(const SourceFile& file) {
  const auto statements = read_quietly(file);
  Warnings all{file, statements, {}};
  return look_at(statements, all, [](const Statement& statement, const Directive&, Warnings& warnings) {
    if (statement.keyword == "cron") advise_on_days(statement, warnings);
  });
}

}  // namespace acron
