#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "acron/runtime/jobs/handover.hpp"

namespace acron {

/// At the start, before anything changes the working directory.
Program this_program(int argc, const char* const* argv);

/// What `acron` answers when it is asked whether it would take over: that it can, and where it keeps what it must go on
/// with. Nobody moves a lock or mail that is owed.
std::string answer_of(const std::string& run_directory, const std::string& state_directory);

/// What follows it when the question named a number of files. A wrapper without exec has another pid than its child.
std::string pid_line(pid_t process);

/// A machine that is short of everything may need seconds to start a program, and jobs go on meanwhile.
inline constexpr std::chrono::seconds longest_answer{20};

/// Whether the file that is there now, called like this, would take over with that answer; if not, the reason. Waits
/// for its answer, but no longer than that. Blocks.
std::string objection_to(const Program& program, const std::string& answer);

/// Executes it in this process, with our environment. Returns why it could not.
std::string execute(const Program& program);

}  // namespace acron
