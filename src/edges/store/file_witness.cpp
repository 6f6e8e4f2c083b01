#include "file_witness.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace acron {
namespace {

using namespace std::string_view_literals;

// https://sqlite.org/fileformat2.html, sections 1.3.1 and 4.1. The last bit of the log's says how its sums are made.
constexpr std::string_view database_begins = "SQLite format 3\0"sv;
constexpr std::array log_begins{"\x37\x7f\x06\x82"sv, "\x37\x7f\x06\x83"sv};

std::optional<struct stat> look_at(const char* path) {
  struct stat status {};
  return ::stat(path, &status) == 0 ? std::optional(status) : std::nullopt;
}

const char* database_of(sqlite3* connection) { return sqlite3_db_filename(connection, "main"); }
const char* log_of(sqlite3* connection) { return sqlite3_filename_wal(database_of(connection)); }

/// The first bytes of an open file of the connection, with zeros where it is shorter; empty when they can't be read
/// now. `which` is a file control that tells of one.
std::string head_of(sqlite3* connection, int which, std::size_t length) {
  std::string head(length, '\0');
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", which, &file);
  if (file == nullptr || file->pMethods == nullptr) return {};
  const int code = file->pMethods->xRead(file, head.data(), static_cast<int>(length), 0);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) return {};
  return head;
}

bool is_another(const std::string& head, std::string_view wanted) { return !head.empty() && head != wanted; }

}  // namespace

void FileWitness::remember(sqlite3* connection) {
  if (const auto database = look_at(database_of(connection))) size_ = std::max(size_, database->st_size);
  const auto log = look_at(log_of(connection));
  if (!log) return;
  if (log_ == 0) log_ = log->st_ino;
  if (log_ == log->st_ino) log_size_ = log->st_size;
}

std::optional<std::string> FileWitness::objection(sqlite3* connection) const {
  const auto database = look_at(database_of(connection));
  if (database && database->st_size < size_) return "it was cut short while acron was using it";
  if (size_ > 0 && is_another(head_of(connection, SQLITE_FCNTL_FILE_POINTER, database_begins.size()), database_begins))
    return "it was overwritten while acron was using it";
  if (log_ == 0) return std::nullopt;
  const auto log = look_at(log_of(connection));
  if (log ? log->st_ino != log_ : errno == ENOENT) return "its log was removed or replaced while acron was using it";
  if (log && log->st_size < log_size_) return "its log was cut short while acron was using it";
  const std::string head = log_size_ > 0 ? head_of(connection, SQLITE_FCNTL_JOURNAL_POINTER, log_begins[0].size()) : "";
  if (is_another(head, log_begins[0]) && is_another(head, log_begins[1]))
    return "its log was overwritten while acron was using it";
  return std::nullopt;
}

}  // namespace acron
