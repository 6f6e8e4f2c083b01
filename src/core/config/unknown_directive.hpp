#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "directives.hpp"
#include "statement.hpp"

namespace acron {

// What is said of a line that begins with no directive, each as the end of a message.

std::string form_of(const Directive& directive);

/// Whether a line is one of a shell's script, which belongs to a command above it.
bool is_of_shell(std::string_view keyword);

/// For a line that is a crontab's, or another file's, but none that can be rewritten.
std::string hint_for(std::string_view keyword, std::string_view argument);

/// What to write for a word that is near a directive; the form of it where its argument can't be mended.
std::string nearest_line(const Directive& directive, const Statement& statement);

/// The lines, which exclude each other, that `timeout: 300` may mean, as `timeout 300` may.
std::string either_meant(const Statement& statement);

/// What to write for a crontab's line, which means these lines, whose command is too long for a message and stays as it
/// is.
std::string without_long_command(const std::vector<std::string>& lines, const Statement& statement);

}  // namespace acron
