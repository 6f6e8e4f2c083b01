#pragma once

#include <boost/system/error_code.hpp>
#include <string>
#include <vector>

#include "child.hpp"
#include "child_plan.hpp"
#include "launch_pad.hpp"

namespace acron {

/// exec(2) hands an ignored signal on; a handler of ours would run in the child, on our memory, once it unblocks them.
[[nodiscard]] std::vector<int> signals_caught_or_ignored();

/// Starts the command, without a shell where that makes no difference but in speed. What can't be started so (a script
/// without `#!`, a program that is not there) is the shell's to start or to complain about. Afterwards the child has
/// its pid, its pipes and its pidfd; when it could not be started, none of them, and nothing is left to reap.
[[nodiscard]] boost::system::error_code start_child(Child& child, const std::string& text, const ChildPlan& plan,
                                                    const std::vector<int>& caught_or_ignored, LaunchPad& pad);

/// `can't become the user: Operation not permitted`, `/bin/tcsh: No such file or directory`.
[[nodiscard]] std::string why_not_started(const boost::system::error_code& failed, const ChildPlan& plan);

}  // namespace acron
