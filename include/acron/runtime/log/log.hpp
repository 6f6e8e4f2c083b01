#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/core/schedule/time_zone.hpp"
#include "acron/core/severity.hpp"

namespace acron {

/// Where the log goes: the console (stderr, coloured on a terminal, with the journal's priorities under systemd),
/// syslog, or a file that is appended to and opened anew when it has been moved away.
struct LogTarget {
  enum class Kind : std::uint8_t { console, syslog, file };
  Kind kind = Kind::console;
  std::string path;  // of a file
};

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

/// Starts a thread that writes, so that a log which blocks never blocks the loop. Throws std::exception when a file
/// can't be opened. `lost_before`: lines that the log is still to be told of. Call after any fork.
void open_log(const LogTarget& target, Severity lowest, std::uint64_t lost_before = 0);

/// The wall clock of the lines for syslog; UTC until it is set.
void set_log_zone(const TimeZone& zone);

/// Writes what is still queued, waiting for a log that blocks no longer than this.
void close_log(std::chrono::milliseconds patience = std::chrono::seconds(1));

/// Whether every line so far is written, or lost and counted.
[[nodiscard]] bool log_is_written();

/// Until the lines so far are written or lost, but no longer than this. Blocks; for any thread but the loop's.
void wait_for_log(std::chrono::milliseconds patience);

/// How many lines are lost that the log has not been told of, or not written yet.
[[nodiscard]] std::uint64_t lost_log_lines();

/// Whether lines of this severity are written: asked before fields that cost something are made for nothing.
[[nodiscard]] bool is_logged(Severity severity);

/// One line: `event=start job=web/cleanup ...`; a value with blanks, quotes or controls is quoted and escaped. Never
/// blocks: past 10,000 lines not yet written a line is dropped and counted, and the count is logged when there is room.
void log(Severity severity, std::string_view event, const LogFields& fields = {});

}  // namespace acron
