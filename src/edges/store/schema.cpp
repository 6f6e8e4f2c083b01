#include "schema.hpp"

#include <array>
#include <string>

namespace acron {
namespace {

constexpr std::int64_t application_id = 0x6163726e;           // "acrn", in the file's header
constexpr std::int64_t largest_to_check = 256 * 1024 * 1024;  // read in about half a second; our bounds keep below it

/// Each step is what one version added; a step that was released never changes. Times are milliseconds since 1970.
constexpr std::array steps{R"sql(
CREATE TABLE last_run(
  job TEXT PRIMARY KEY, tick INTEGER NOT NULL, run TEXT NOT NULL, due INTEGER, started INTEGER, finished INTEGER,
  failed_runs INTEGER NOT NULL, failing_since INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE open_run(
  run TEXT PRIMARY KEY, job TEXT NOT NULL, tick INTEGER NOT NULL, due INTEGER NOT NULL, started INTEGER NOT NULL,
  time_limit INTEGER, grace INTEGER, pid INTEGER, process_started INTEGER, boot TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE history(
  id INTEGER PRIMARY KEY, job TEXT NOT NULL, run TEXT NOT NULL, tick INTEGER NOT NULL, due INTEGER NOT NULL,
  started INTEGER NOT NULL, duration INTEGER NOT NULL, failed INTEGER NOT NULL, reason TEXT NOT NULL,
  ending INTEGER NOT NULL, detail ANY, timed_out_after INTEGER, output_left_open INTEGER NOT NULL,
  stdout_bytes INTEGER NOT NULL, stderr_bytes INTEGER NOT NULL) STRICT;
CREATE INDEX history_of_job ON history(job, id);
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY, sender TEXT NOT NULL, recipient TEXT NOT NULL, message_id TEXT NOT NULL,
  about TEXT NOT NULL, queued INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL,
  text BLOB NOT NULL) STRICT;
)sql",
                           R"sql(
ALTER TABLE outbox ADD COLUMN url TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN server_failures INTEGER NOT NULL DEFAULT 0;
)sql",
                           R"sql(
CREATE TABLE queued_run(
  job TEXT NOT NULL, due INTEGER NOT NULL, tick INTEGER NOT NULL, waits_for TEXT NOT NULL,
  PRIMARY KEY(job, due)) STRICT, WITHOUT ROWID;
CREATE TABLE mark_key(id INTEGER PRIMARY KEY CHECK(id = 1), key BLOB NOT NULL) STRICT;
)sql",
                           R"sql(
CREATE TABLE failed_attempt(
  run TEXT NOT NULL, number INTEGER NOT NULL, started INTEGER NOT NULL, duration INTEGER NOT NULL,
  reason TEXT NOT NULL, PRIMARY KEY(run, number)) STRICT, WITHOUT ROWID;
)sql",
                           R"sql(
ALTER TABLE open_run ADD COLUMN kill_due INTEGER;
)sql"};

std::optional<StoreTrouble> objection(Database& database, std::int64_t version) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (version > newest)
    return StoreTrouble::damage("it is from a newer acron (version " + std::to_string(version) + ", this one writes " +
                                std::to_string(newest) + ")");
  const bool is_empty = version == 0 && database.number("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_empty && database.number("PRAGMA application_id") != application_id)
    return StoreTrouble::damage("it is another program's database");
  if (version < 0 || (version == 0 && !is_empty)) return StoreTrouble::damage("it has no version");
  if (database.number("PRAGMA page_count") * database.number("PRAGMA page_size") > largest_to_check)
    return database.trouble();
  const std::string verdict = database.text("PRAGMA quick_check(1)");
  // A heading comes first: "*** in database main ***".
  if (!database.trouble() && verdict != "ok")
    return StoreTrouble::damage("it is damaged: " + verdict.substr(verdict.find('\n') + 1));
  return database.trouble();
}

}  // namespace

std::optional<StoreTrouble> bring_up_to_date(Database& database) {
  auto version = database.number("PRAGMA user_version");
  if (database.trouble()) return database.trouble();
  if (const auto found = objection(database, version)) return found;
  while (version < static_cast<std::int64_t>(steps.size())) {
    Transaction transaction(database);
    database.execute(steps.at(static_cast<std::size_t>(version)));
    ++version;
    const std::string stamp =
        "PRAGMA application_id=" + std::to_string(application_id) + ";PRAGMA user_version=" + std::to_string(version);
    database.execute(stamp.c_str());
    if (const auto trouble = transaction.commit()) return trouble;
  }
  return std::nullopt;
}

}  // namespace acron
