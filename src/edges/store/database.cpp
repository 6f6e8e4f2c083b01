#include "database.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace acron {
namespace {

constexpr int patience_ms = 250;

// WAL: a commit is one append and one fsync. FULL: that fsync is made at every commit, since a mail that is owed must
// survive a power cut. EXCLUSIVE: two daemons on one outbox would send everything twice; it also spares the shared
// memory file. 256 KiB of cache, no mapping, a log of at most 1 MiB: the file is written often and read at start.
constexpr const char* settings =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA mmap_size=0;"
    "PRAGMA cache_size=-256;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA wal_autocheckpoint=256;"
    "PRAGMA journal_size_limit=1048576;"
    "PRAGMA max_page_count=65536;";  // 256 MiB: far above what our bounds allow

constexpr const char* salvage_settings =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA mmap_size=0;"
    "PRAGMA cache_size=-256;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cell_size_check=ON;";

StoreTrouble::Kind kind_of(int code) {
  using Kind = StoreTrouble::Kind;
  if (code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS) return Kind::damaged;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Kind::busy;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOMEM:
    case SQLITE_NOLFS:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL: return Kind::unavailable;
    default: return Kind::damaged;
  }
}

/// The first bytes of an open file of the connection, with zeros where it is shorter; empty when they can't be read
/// now. `which` is a file control that tells of one. SQLite's own descriptor: closing another would drop its locks.
std::string head_of(sqlite3* connection, int which, std::size_t length) {
  std::string head(length, '\0');
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", which, &file);
  if (file == nullptr || file->pMethods == nullptr) return {};
  const int code = file->pMethods->xRead(file, head.data(), static_cast<int>(length), 0);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) return {};
  return head;
}

/// Of a format that this SQLite may read but not write, which it reports like a disk that is read-only (its file
/// format, section 1.3.3). To be asked of a file that was opened and not yet used.
bool is_from_newer_sqlite(sqlite3* connection) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  constexpr std::size_t write_version_at = 18;
  constexpr unsigned char newest = 2;  // WAL
  const std::string head = head_of(connection, SQLITE_FCNTL_FILE_POINTER, write_version_at + 1);
  return head.starts_with(magic) && static_cast<unsigned char>(head[write_version_at]) > newest;
}

std::string path_of(sqlite3* connection) { return sqlite3_db_filename(connection, "main"); }

}  // namespace

void SqlStatement::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqlStatement::SqlStatement(Database& database, const char* text) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  database_.note(
      sqlite3_prepare_v3(database_.connection_.get(), text, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  statement_.reset(statement);
}

void SqlStatement::reset() {
  if (!statement_) return;
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

bool SqlStatement::next() {
  if (!statement_ || database_.trouble_) return false;
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.note(code);
  reset();
  return false;
}

void SqlStatement::bind_number(int index, std::int64_t value) {
  if (statement_) database_.note(sqlite3_bind_int64(statement_.get(), index, value));
}

void SqlStatement::bind(int index, std::string_view value) {
  if (!statement_) return;
  // An empty view may have no address, which would be NULL.
  const char* bytes = value.empty() ? "" : value.data();
  database_.note(sqlite3_bind_text64(statement_.get(), index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void SqlStatement::bind(int index, const Blob& value) {
  if (!statement_) return;
  const char* bytes = value.bytes.empty() ? "" : value.bytes.data();
  database_.note(sqlite3_bind_blob64(statement_.get(), index, bytes, value.bytes.size(), SQLITE_STATIC));
}

bool SqlStatement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::int64_t SqlStatement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string SqlStatement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Closer::operator()(sqlite3* connection) const { sqlite3_close(connection); }

StoreResult<std::unique_ptr<Database>> Database::open(const std::string& path) {
  return open_with(path, settings, true);
}

StoreResult<std::unique_ptr<Database>> Database::open_damaged(const std::string& path) {
  return open_with(path, salvage_settings, false);
}

StoreResult<std::unique_ptr<Database>> Database::open_with(const std::string& path, const char* settings_of_it,
                                                           bool defensive) {
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE |
                        SQLITE_OPEN_EXRESCODE;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  std::unique_ptr<Database> database(new Database(connection));
  database->note(code);
  if (code == SQLITE_OK) {
    if (defensive && is_from_newer_sqlite(connection))
      return StoreTrouble{StoreTrouble::Kind::damaged, "it is from a newer SQLite"};
    database->configure(defensive);
    database->execute(settings_of_it);
    database->witness_.remember(path);
  }
  if (database->trouble_) return *database->trouble_;
  return database;
}

void Database::configure(bool defensive) {
  sqlite3* connection = connection_.get();
  sqlite3_busy_timeout(connection, patience_ms);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 0, 0);
  // The file is input: no function or trigger in its schema is to do anything.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, defensive ? 1 : 0, nullptr);
  // Lets SQLite read a file that is shorter than its header says.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_WRITABLE_SCHEMA, defensive ? 0 : 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
}

void Database::execute(const char* script) {
  if (!trouble_) note(sqlite3_exec(connection_.get(), script, nullptr, nullptr, nullptr));
}

SqlStatement& Database::prepared(const char* text) { return statements_.try_emplace(text, *this, text).first->second; }

std::int64_t Database::number(const char* query) {
  SqlStatement statement(*this, query);
  return statement.query().next() ? statement.number(0) : 0;
}

std::string Database::text(const char* query) {
  SqlStatement statement(*this, query);
  return statement.query().next() ? statement.text(0) : std::string();
}

bool Database::has_moved() const {
  int moved = 0;
  sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

std::optional<std::string> Database::objection() const {
  if (has_moved()) return "it was removed or replaced while acron was using it";
  constexpr std::size_t length = 16;
  sqlite3* connection = connection_.get();
  return witness_.objection(path_of(connection), {head_of(connection, SQLITE_FCNTL_FILE_POINTER, length),
                                                  head_of(connection, SQLITE_FCNTL_JOURNAL_POINTER, length)});
}

void Database::note(int code) {
  if (code == SQLITE_OK || trouble_) return;
  std::string reason = connection_ ? sqlite3_errmsg(connection_.get()) : sqlite3_errstr(code);
  const int why = (code & 0xff) == SQLITE_IOERR && connection_ ? sqlite3_system_errno(connection_.get()) : 0;
  if (why != 0) reason.append(": ").append(std::strerror(why));
  trouble_ = StoreTrouble{kind_of(code), std::move(reason)};
}

void Database::roll_back() {
  if (sqlite3_get_autocommit(connection_.get()) == 0)
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.forgive();
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  database_.roll_back();
  database_.witness_.remember(path_of(database_.connection_.get()));
}

std::optional<StoreTrouble> Transaction::commit() {
  database_.execute("COMMIT");
  return database_.trouble();
}

}  // namespace acron
