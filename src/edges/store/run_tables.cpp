#include "run_tables.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace acron {
namespace {

std::optional<ProcessIdentity> process_of(const SqlStatement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return ProcessIdentity{static_cast<pid_t>(row.number(column)), static_cast<std::uint64_t>(row.number(column + 1)),
                         row.text(column + 2)};
}

std::optional<TimeLimit> limit_of(const SqlStatement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return TimeLimit{Duration(row.number(column)), Duration(row.number(column + 1))};
}

Incident incident_of(const SqlStatement& row, int column) {
  return {.failed_runs = static_cast<std::uint32_t>(row.number(column)), .since = row.time(column + 1)};
}

// The numbers of the alternatives of Ending are part of the file's format.
static_assert(std::is_same_v<Ending, std::variant<Exited, Signaled, NotStarted>>);

Ending ending_of(const SqlStatement& row, int column) {
  switch (row.number(column)) {
    case 0: return Exited{static_cast<int>(row.number(column + 1))};
    case 1: return Signaled{static_cast<int>(row.number(column + 1))};
    default: return NotStarted{row.text(column + 1)};
  }
}

std::optional<std::int64_t> number_of(const Ending& ending) {
  if (const auto* exited = std::get_if<Exited>(&ending)) return exited->status;
  if (const auto* signaled = std::get_if<Signaled>(&ending)) return signaled->signal;
  return std::nullopt;
}

std::optional<std::string> words_of_ending(const Ending& ending) {
  if (const auto* not_started = std::get_if<NotStarted>(&ending)) return not_started->reason;
  return std::nullopt;
}

PastRun past_run_of(const SqlStatement& row) {
  PastRun past;
  past.tick = row.time(2);
  past.record.identity = {row.text(0), row.text(1), row.time(3), row.time(4)};
  past.record.duration = Duration(row.number(5));
  past.record.verdict = {row.number(6) != 0, row.text(7)};
  past.record.outcome.ending = ending_of(row, 8);
  if (!row.is_null(10)) past.record.outcome.timed_out_after = Duration(row.number(10));
  past.record.outcome.output_left_open = row.number(11) != 0;
  past.record.outcome.stdout_bytes = static_cast<std::uint64_t>(row.number(12));
  past.record.outcome.stderr_bytes = static_cast<std::uint64_t>(row.number(13));
  return past;
}

std::vector<FailedAttempt> failed_attempts_of(Database& database, const std::string& run) {
  std::vector<FailedAttempt> all;
  SqlStatement& row =
      database.prepared("SELECT started, duration, reason FROM failed_attempt WHERE run = ? ORDER BY number");
  for (row.query(run); row.next();) all.push_back({row.time(0), Duration(row.number(1)), row.text(2)});
  return all;
}

constexpr const char* recent_of_one_job =
    "SELECT job, run, tick, due, started, duration, failed, reason, ending, detail, timed_out_after, output_left_open,"
    " stdout_bytes, stderr_bytes FROM history WHERE job = ?1 ORDER BY id DESC LIMIT ?2";
constexpr const char* recent_of_all_jobs =
    "SELECT job, run, tick, due, started, duration, failed, reason, ending, detail, timed_out_after, output_left_open,"
    " stdout_bytes, stderr_bytes FROM history ORDER BY id DESC LIMIT ?1";

}  // namespace

void put_last_run(Database& database, const std::string& job, const LastRun& last) {
  database.prepared("INSERT OR REPLACE INTO last_run VALUES(?,?,?,?,?,?,?,?,?)")
      .run(job, last.tick, last.run, last.due, last.started, last.finished, last.incident.failed_runs,
           last.incident.since, last.seen);
}

void remove_last_run(Database& database, const std::string& job) {
  database.prepared("DELETE FROM last_run WHERE job = ?").run(job);
}

LastRuns all_last_runs(Database& database) {
  LastRuns all;
  SqlStatement& row = database.prepared(
      "SELECT job, tick, run, due, started, finished, failed_runs, failing_since, seen FROM last_run");
  for (row.query(); row.next();) {
    all[row.text(0)] = {row.time(1),          row.text(2),         row.optional_time(3), row.optional_time(4),
                        row.optional_time(5), incident_of(row, 6), row.time(8)};
  }
  return all;
}

void put_open_run(Database& database, const OpenRun& run) {
  std::optional<Duration> limit, grace;
  if (run.time_limit) {
    limit = run.time_limit->limit;
    grace = run.time_limit->grace;
  }
  database
      .prepared(
          "INSERT OR REPLACE INTO open_run(run, job, tick, due, started, time_limit, grace, kill_due)"
          " VALUES(?,?,?,?,?,?,?,?)")
      .run(run.identity.id, run.identity.job, run.tick, run.identity.scheduled, run.identity.started, limit, grace,
           run.kill_due);
  for (std::size_t number = 0; number < run.failed_attempts.size(); ++number)
    put_failed_attempt(database, run.identity.id, number + 1, run.failed_attempts[number]);
  if (run.process) put_process(database, run.identity.id, *run.process);
}

void put_process(Database& database, const std::string& run, const ProcessIdentity& process) {
  database.prepared("UPDATE open_run SET pid = ?, process_started = ?, boot = ? WHERE run = ?")
      .run(process.pid, process.started, process.boot, run);
}

void put_kill_due(Database& database, const std::string& run, TimePoint kill_due) {
  database.prepared("UPDATE open_run SET kill_due = ? WHERE run = ?").run(kill_due, run);
}

void put_failed_attempt(Database& database, const std::string& run, std::size_t number, const FailedAttempt& attempt) {
  database.prepared("INSERT OR REPLACE INTO failed_attempt(run, number, started, duration, reason) VALUES(?,?,?,?,?)")
      .run(run, number, attempt.started, attempt.duration, attempt.reason);
  database
      .prepared("UPDATE open_run SET pid = NULL, process_started = NULL, boot = NULL, kill_due = NULL WHERE run = ?")
      .run(run);
}

void remove_open_run(Database& database, const std::string& run) {
  database.prepared("DELETE FROM open_run WHERE run = ?").run(run);
  database.prepared("DELETE FROM failed_attempt WHERE run = ?").run(run);
}

void remove_open_runs(Database& database) {
  database.execute("DELETE FROM open_run");
  database.execute("DELETE FROM failed_attempt");
}

std::vector<OpenRun> all_open_runs(Database& database) {
  std::vector<OpenRun> all;
  SqlStatement& row = database.prepared(
      "SELECT job, run, due, started, tick, time_limit, grace, pid, process_started, boot, kill_due FROM open_run"
      " ORDER BY started, run");
  for (row.query(); row.next();) {
    const RunIdentity identity{row.text(0), row.text(1), row.time(2), row.time(3)};
    all.push_back({identity, row.time(4), limit_of(row, 5), process_of(row, 7), {}, row.optional_time(10)});
  }
  for (OpenRun& run : all) run.failed_attempts = failed_attempts_of(database, run.identity.id);
  return all;
}

void put_queued_run(Database& database, const QueuedRun& run) {
  database.prepared("INSERT OR REPLACE INTO queued_run(job, due, tick, waits_for) VALUES(?,?,?,?)")
      .run(run.job, run.occurrence.due, run.occurrence.tick, run.waits_for);
}

void remove_queued_run(Database& database, const std::string& job, TimePoint due) {
  database.prepared("DELETE FROM queued_run WHERE job = ? AND due = ?").run(job, due);
}

std::vector<QueuedRun> all_queued_runs(Database& database) {
  std::vector<QueuedRun> all;
  SqlStatement& row = database.prepared("SELECT job, tick, due, waits_for FROM queued_run ORDER BY due, job");
  for (row.query(); row.next();) all.push_back({row.text(0), {row.time(1), row.time(2)}, row.text(3)});
  return all;
}

void put_mark_key(Database& database, const DigestKey& key) {
  const std::string bytes(key.begin(), key.end());
  database.prepared("INSERT OR REPLACE INTO mark_key(id, key) VALUES(1,?)").run(Blob{bytes});
}

std::optional<DigestKey> mark_key(Database& database) {
  const std::string bytes = database.text("SELECT key FROM mark_key WHERE id = 1");
  DigestKey key{};
  if (bytes.size() != key.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

void add_to_history(Database& database, const PastRun& past) {
  const RunRecord& record = past.record;
  const RunOutcome& outcome = record.outcome;
  database
      .prepared(
          "INSERT INTO history(job, run, tick, due, started, duration, failed, reason, ending, detail,"
          " timed_out_after, output_left_open, stdout_bytes, stderr_bytes)"
          " VALUES(?,?,?,?,?,?,?,?,?,coalesce(?,?),?,?,?,?)")
      .run(record.identity.job, record.identity.id, past.tick, record.identity.scheduled, record.identity.started,
           record.duration, record.verdict.failed, record.verdict.reason, outcome.ending.index(),
           number_of(outcome.ending), words_of_ending(outcome.ending), outcome.timed_out_after,
           outcome.output_left_open, outcome.stdout_bytes, outcome.stderr_bytes);
}

void prune_history(Database& database, const HistoryBounds& bounds, TimePoint now, std::size_t at_most) {
  // Rows only ever leave at the old end, so ids have no gaps and their difference counts them.
  database
      .prepared(
          "DELETE FROM history WHERE id IN (SELECT id FROM"
          " (SELECT id, started FROM history ORDER BY id LIMIT ?1)"
          " WHERE started < ?2 OR id <= (SELECT max(id) FROM history) - ?3)")
      .run(at_most, now - bounds.age, bounds.rows);
}

std::vector<PastRun> recent_runs(Database& database, const std::optional<std::string>& job, std::size_t limit) {
  std::vector<PastRun> recent;
  SqlStatement& row = job ? database.prepared(recent_of_one_job).query(*job, limit)
                          : database.prepared(recent_of_all_jobs).query(limit);
  while (row.next()) recent.push_back(past_run_of(row));
  return recent;
}

}  // namespace acron
