#include "acron/core/config/warnings.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "acron/core/proposal.hpp"
#include "acron/core/schedule/schedule.hpp"
#include "acron/core/text.hpp"
#include "command_meant.hpp"
#include "directives.hpp"
#include "doubts.hpp"
#include "file_warnings.hpp"
#include "meant.hpp"
#include "statement.hpp"
#include "words.hpp"

namespace acron {
namespace {

/// A character that moves the cursor of who looks at it, or does nothing that can be seen. Those that look like a blank
/// are told as such.
void warn_of_controls(const Statement& statement, FileWarnings& warnings) {
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

/// A sign of another file before a text, which may hold any.
void warn_of_description(const Statement& statement, FileWarnings& warnings) {
  const std::string_view text = statement.argument;
  if (!text.starts_with('=') && !text.starts_with(':')) return;
  const auto rest = std::string{trim(text.substr(1))};
  warnings.add(statement, 0,
               in_quotes(text.substr(0, 1)) + " is part of the description" +
                   (rest.empty() ? "" : write_instead({"description " + rest})));
}

void warn_of_reason(const Statement& statement, FileWarnings& warnings) {
  if (looks_switched_on(statement.argument))
    return warnings.add(statement, 0,
                        "this is the reason for which the job is disabled; 'disabled off' has it scheduled");
  if (!promises_end(statement.argument)) return;
  warnings.add(statement, 0, "the reason is only a text, which acron does not read: the job stays disabled");
}

void warn_of(const Statement& statement, const Directive& directive, FileWarnings& warnings) {
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
  if (std::find(of_paths.begin(), of_paths.end(), statement.keyword) != of_paths.end())
    warn_of_paths(statement, warnings);
}

std::string_view program_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// A first line that asks for another shell than the one that gets the commands: `#!/bin/bash`, `#!/usr/bin/env bash`.
void warn_of_interpreter(std::string_view text, FileWarnings& warnings) {
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
Diagnostics look_at(const std::vector<Statement>& statements, FileWarnings& warnings, const Look& look) {
  CommandsToJudge to_judge;
  for (const auto& statement : statements) {
    if (statement.argument.empty() || !is_faultless(statement)) continue;
    const auto& directive = *find_directive(statement.keyword);
    if (!directive.is_command || to_judge.take(statement.argument)) look(statement, directive, warnings);
  }
  return warnings.found();
}

/// `*/2` is a restriction to people, and none to any cron.
void advise_on_days(const Statement& statement, FileWarnings& warnings) {
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
      "a day must match both day fields, not either, since " + in_quotes(starred.text) + " begins with '*'" + proposal);
}

}  // namespace

Diagnostics warnings_about(const SourceFile& file, std::string_view inherited_shell) {
  const auto statements = read_quietly(file);
  FileWarnings warnings{file, statements,
                        surroundings_in(file, {.shell = std::string{inherited_shell}, .variables = {}})};
  if (warnings.surroundings().line_of_shell == 0) warn_of_interpreter(without_byte_order_mark(file.text), warnings);
  return look_at(statements, warnings, warn_of);
}

Diagnostics advice_about(const SourceFile& file) {
  const auto statements = read_quietly(file);
  FileWarnings all{file, statements, {}};
  return look_at(statements, all, [](const Statement& statement, const Directive&, FileWarnings& warnings) {
    if (statement.keyword == "cron") advise_on_days(statement, warnings);
  });
}

}  // namespace acron
