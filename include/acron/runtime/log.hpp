#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// Starts a thread that writes, so that a log which blocks never blocks the loop. Throws std::system_error when a file
/// can't be opened. Call after any fork.
void open_log(const LogTarget& target, Severity lowest);

/// Writes what is still queued, waiting at most a second for a log that blocks.
void close_log();

/// Whether lines of this severity are written: asked before fields that cost something are made for nothing.
[[nodiscard]] bool is_logged(Severity severity);

/// One line: `event=start job=web/cleanup ...`; a value with blanks, quotes or controls is quoted and escaped. Never
/// blocks: past 10,000 lines not yet written a line is dropped and counted, and the count is logged when there is room.
void log(Severity severity, std::string_view event, const LogFields& fields = {});

}  // namespace acron
