#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/mail/recipient_limit.hpp"
#include "acron/core/result.hpp"
#include "acron/core/schedule/time_zone.hpp"
#include "acron/runtime/jobs/job_state.hpp"
#include "acron/runtime/jobs/runs_state.hpp"
#include "acron/runtime/process/late_output.hpp"
#include "acron/runtime/process/output_state.hpp"
#include "acron/runtime/tree/missing_jobs.hpp"

namespace acron {

/// The file that a process executes and how it was called: what it takes to call it, or what will have taken its place,
/// once more.
struct Program {
  std::string path;       // as it was called, so that a symlink may come to lead elsewhere
  std::string directory;  // the working directory at that time
  std::vector<std::string> arguments;
};

/// What one image of this program leaves to the one that replaces it in the same process.
struct Handover {
  pid_t pid = 0;                       // the process,
  std::uint64_t started = 0;           // and its start: field 22 of /proc/PID/stat, proc(5)
  Program program;                     // that is executed: a script, maybe, which executes the new image
  rlimit open_files{};                 // for children
  std::string zone;                    // the machine's, as it was read last
  std::vector<TimeZone::Saved> zones;  // all in use
  std::vector<JobState> jobs;
  std::vector<SharedDefinition> definitions;  // of all loaded jobs: by then their files may be bad, or gone
  RunsState runs;
  std::vector<pid_t> forsaken;  // commands that nobody waits for any more
  std::vector<WaitingLines> waiting_lines;
  std::uint64_t lost_log_lines = 0;  // that a log which blocks did not take
  std::vector<LeftOutput> left;
  std::vector<MissingJobs> missing;               // of these
  std::vector<std::string> ended;                 // runs, by id, that the state may still hold for open
  std::vector<RecipientLimit::Recipient> mailed;  // within the last hour
};

/// The version of the format that handover_text writes and handover_from reads.
inline constexpr int handover_version = 5;

/// One JSON object. May hold secrets of job files.
std::string handover_text(const Handover& handover);

/// Restores the zones that it names. An error for what handover_text of this version did not write. Whether its
/// descriptors are what they should be is not looked at.
[[nodiscard]] Result<Handover> handover_from(std::string_view text);

/// All that it names.
std::vector<int> descriptors_of(const Handover& handover);

}  // namespace acron
