#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "acron/core/time.hpp"
#include "file_witness.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace acron {

/// Why the state can't be read or written now.
struct StoreTrouble {
  enum class Kind : std::uint8_t {
    busy,         // another process has it
    unavailable,  // a full, read-only or broken disk: may pass
    damaged       // what is there is not ours to use: will not pass
  };
  Kind kind = Kind::unavailable;
  std::string reason;

  static StoreTrouble damage(std::string reason) { return {Kind::damaged, std::move(reason)}; }
};

template <typename T>
using StoreResult = boost::system::result<T, StoreTrouble>;

class Database;

/// Bytes that are no text.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement of a database, used again and again. Once something in its database has failed it does nothing.
class SqlStatement {
 public:
  SqlStatement(Database& database, const char* text);
  SqlStatement(const SqlStatement&) = delete;
  SqlStatement& operator=(const SqlStatement&) = delete;

  /// Binds the values in order and executes it. Texts need not outlive the call.
  template <typename... Values>
  void run(const Values&... values) {
    query(values...);
    while (next()) {
    }
  }
  /// Binds the values in order; the rows come with next(), which is to be called until it says false. Texts must live
  /// until then.
  template <typename... Values>
  SqlStatement& query(const Values&... values) {
    reset();
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }
  bool next();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] TimePoint time(int column) const { return TimePoint(Duration(number(column))); }
  [[nodiscard]] std::optional<TimePoint> optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };

  void reset();
  void bind_number(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, const Blob& value);
  void bind(int index, TimePoint value) { bind_number(index, value.time_since_epoch().count()); }
  void bind(int index, Duration value) { bind_number(index, value.count()); }
  template <std::integral Number>
  void bind(int index, Number value) {
    bind_number(index, static_cast<std::int64_t>(value));
  }
  template <typename Value>
  void bind(int index, const std::optional<Value>& value) {
    if (value) bind(index, *value);  // unbound is NULL
  }

  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

/// One connection to an SQLite file. No other process gets one meanwhile. For one thread at a time.
class Database {
 public:
  /// The file must exist. Symlinks anywhere in `path` are refused. Waits a quarter of a second for another process.
  [[nodiscard]] static StoreResult<std::unique_ptr<Database>> open(const std::string& path);
  /// For reading what is left in a file that open() found damaged: one that is cut short, say.
  [[nodiscard]] static StoreResult<std::unique_ptr<Database>> open_damaged(const std::string& path);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Executes statements that give no rows of interest.
  void execute(const char* script);
  /// `text` is a literal: the statement is prepared once.
  SqlStatement& prepared(const char* text);
  /// The first column of the first row.
  std::int64_t number(const char* query);
  std::string text(const char* query);

  /// The first thing that failed since the last forgive().
  [[nodiscard]] const std::optional<StoreTrouble>& trouble() const { return trouble_; }
  void forgive() { trouble_.reset(); }
  /// Its name now leads to another file or to none.
  [[nodiscard]] bool has_moved() const;
  /// What somebody else has done to the file since the last transaction; empty when nothing was.
  [[nodiscard]] std::optional<std::string> objection() const;

 private:
  friend class SqlStatement;
  friend class Transaction;
  struct Closer {
    void operator()(sqlite3* connection) const;
  };

  explicit Database(sqlite3* connection) : connection_(connection) {}
  [[nodiscard]] static StoreResult<std::unique_ptr<Database>> open_with(const std::string& path, const char* settings,
                                                                        bool defensive);
  void configure(bool defensive);
  void note(int code);
  void roll_back();

  std::unique_ptr<sqlite3, Closer> connection_;
  FileWitness witness_;
  std::map<const char*, SqlStatement> statements_;  // by the literal's address
  std::optional<StoreTrouble> trouble_;
};

/// All or nothing: rolled back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// On the disk when it returns nothing: survives a power cut.
  [[nodiscard]] std::optional<StoreTrouble> commit();

 private:
  Database& database_;
};

}  // namespace acron
