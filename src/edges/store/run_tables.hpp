#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acron/edges/store/saved_state.hpp"
#include "database.hpp"

namespace acron {

// What goes wrong here is noted by the database. A read gives the rows up to there.

void put_last_run(Database& database, const std::string& job, const LastRun& last);
void remove_last_run(Database& database, const std::string& job);
LastRuns all_last_runs(Database& database);

void put_open_run(Database& database, const OpenRun& run);
void put_process(Database& database, const std::string& run, const ProcessIdentity& process);
void put_kill_due(Database& database, const std::string& run, TimePoint kill_due);
/// The run has no process from then on.
void put_failed_attempt(Database& database, const std::string& run, std::size_t number, const FailedAttempt& attempt);
void remove_open_run(Database& database, const std::string& run);
void remove_open_runs(Database& database);
/// In the order they started.
std::vector<OpenRun> all_open_runs(Database& database);

void put_queued_run(Database& database, const QueuedRun& run);
void remove_queued_run(Database& database, const std::string& job, TimePoint due);
/// In the order in which they became due.
std::vector<QueuedRun> all_queued_runs(Database& database);

void put_mark_key(Database& database, const DigestKey& key);
/// Empty when there is none.
std::optional<DigestKey> mark_key(Database& database);

struct HistoryBounds {
  std::uint64_t rows;
  Duration age;
};

void add_to_history(Database& database, const PastRun& past);
/// Removes up to `at_most` of the oldest rows that are out of bounds at `now`.
void prune_history(Database& database, const HistoryBounds& bounds, TimePoint now, std::size_t at_most);
/// The youngest first; of all jobs when none is named.
std::vector<PastRun> recent_runs(Database& database, const std::optional<std::string>& job, std::size_t limit);

}  // namespace acron
