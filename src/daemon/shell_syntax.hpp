#pragma once

#include <string>
#include <vector>

namespace acron {

/// A command, and the shell that is to run it.
struct ShellText {
  std::string shell;  // empty: /bin/sh
  std::string command;

  auto operator<=>(const ShellText&) const = default;
};

/// What the shells say against the syntax of each command, in the same order; empty where they have nothing against it.
/// Each is asked to read the command without executing it (`-n`), in an empty environment, several at a time. Only
/// shells are asked that are known to do so, in a directory of the system's and writable by root alone; of what is for
/// any other, or gets no answer within a minute, nothing is said.
std::vector<std::string> syntax_faults(const std::vector<ShellText>& texts);

}  // namespace acron
