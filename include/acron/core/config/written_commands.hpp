#pragma once

#include <cstddef>
#include <optional>
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

/// The file of an `output` line.
struct WrittenPath {
  std::string path;
  Location where;
};

/// What one file says of commands and of the shell that they are for, and which files it has written.
struct WrittenCommands {
  std::vector<WrittenCommand> commands;
  std::string shell;                 // empty where the file names none
  std::optional<Location> shell_at;  // empty, too, where it is refused
  std::vector<WrittenPath> outputs;
};

/// Commands that are faulty in themselves are left out.
WrittenCommands commands_of(const SourceFile& file);

/// Whether a shell reads commands as sh does: `dash`, `bash5`, `ksh93`; not python3 or fish. An empty one is /bin/sh.
bool is_of_sh_family(std::string_view shell);

/// Whether a shell may know no more than POSIX asks for.
bool is_plain_sh(std::string_view shell);

/// How a job has bash for its commands, where its own file names the shell on this line; 0 where it names none.
std::string way_to_bash(std::size_t line_of_shell);

/// Why a command is no good, whatever its shell says: a here-document, which has no lines of its own here. Empty when
/// there is no such reason, as for a `shell` that is none: elsewhere `<<` moves bits. An empty one is /bin/sh.
std::string objection_to(const WrittenCommand& command, std::string_view shell);

/// An error of the file: what stands at that place has a fault, in the words of whoever found it.
Diagnostic fault_at(const SourceFile& file, Location where, const std::string& reason);

/// What a shell that refuses the command can't know; empty where it is of one line.
std::string hint_for(const WrittenCommand& command);

/// Whether what a shell says of a command means that it refuses it, whatever its status: bash ends with 0 when it does
/// not understand a `[[ ... ]]`, and goes on behind it.
bool is_refusal(std::string_view said);

/// The words of a shell that refused a command, without those that only tell which line of which shell it was.
std::string words_of_shell(std::string_view said);

}  // namespace acron
