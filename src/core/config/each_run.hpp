#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace acron {

/// `each-run` at the beginning of a condition, or what was meant to be it. A command that is called so has a path.
struct EachRun {
  std::string_view negation;  // what stands before it: `!`, `not`; empty where nothing may
  std::string_view word;      // `each-run`, or a slip
  std::string_view command;   // behind it

  [[nodiscard]] bool is_right() const { return negation.empty() && word == "each-run"; }
};

std::optional<EachRun> each_run_in(std::string_view argument);

/// Whether a word negates a sentence, as `!` does a command.
bool is_of_no(std::string_view word);

/// Where the command of a condition that is accepted begins: behind `each-run`, which is acron's word.
std::size_t begin_of_command(std::string_view argument);

}  // namespace acron
