#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "acron/core/config/job_parser.hpp"
#include "acron/core/config/source.hpp"

namespace acron {

/// The command of a `run` or `if` line, as the shell gets it.
struct WrittenCommand {
  std::string text;
  Location where;
  bool is_joined = false;  // of several lines
};

/// What one file says of commands and of the shell that they are for.
struct WrittenCommands {
  std::vector<WrittenCommand> commands;
  std::string shell;  // empty where the file names none
};

/// Lines that are faulty in themselves are left out.
WrittenCommands commands_of(const SourceFile& file);

/// Why a command is no good, whatever its shell says: a here-document, which has no lines of its own here. Empty when
/// there is no such reason, as for a `shell` that is none: elsewhere `<<` moves bits. An empty one is /bin/sh.
std::string objection_to(const WrittenCommand& command, std::string_view shell);

/// An error of the file: the command has that fault, in the words of whoever found it.
Diagnostic command_fault(const SourceFile& file, const WrittenCommand& command, const std::string& reason);

/// What a shell that refuses the command can't know; empty where it is of one line.
std::string hint_for(const WrittenCommand& command);

/// The words of a shell that refused a command, without those that only tell which line of which shell it was.
std::string words_of_shell(std::string_view said);

}  // namespace acron
