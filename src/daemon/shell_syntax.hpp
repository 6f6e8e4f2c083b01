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

/// What a shell says against a command; empty where it has nothing against it.
struct ShellAnswer {
  std::string fault;
  std::string no_answer;       // why it could not be asked
  bool bash_takes_it = false;  // where a plain sh does not
};

/// What the shells say against the syntax of each command, in the same order.
/// Each is asked to read the command without executing it (`-n`), in an empty environment, several at a time. Only
/// shells are asked that are known to do so, in a directory of the system's and writable by root alone; of what is for
/// any other nothing is said.
std::vector<ShellAnswer> syntax_faults(const std::vector<ShellText>& texts);

/// Why no run could be started by a shell on this machine, which need not be the one that the tree is for; empty where
/// there is no reason.
std::string objection_to_shell(const std::string& shell);

}  // namespace acron
