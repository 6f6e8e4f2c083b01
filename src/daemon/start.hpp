#pragma once

#include <optional>

#include "handed_over.hpp"
#include "options.hpp"
#include "program.hpp"

namespace acron {

/// Runs acron as what it is for. Returns the exit status. `handed`: what the image before left in this process.
int start(const Options& options, const Program& program, std::optional<HandedOver> handed);

/// Prints that it would start with these options. Returns the exit status.
int answer_whether_to_take_over(const Options& options, const HandoverQuestion& question);

}  // namespace acron
