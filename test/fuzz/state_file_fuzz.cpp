// A state file of any bytes, and one whose tables hold anything: it is opened or set aside, read and written. The first
// byte chooses how the file comes about: of the input's bytes alone, of a good file with bytes changed, or of a good
// file with values changed by SQL.

#include <sqlite3.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "acron/runtime/log/log.hpp"
#include "edges/store/state_writer.hpp"

using namespace acron;
namespace fs = std::filesystem;

/// Instead of the log's, which writes by threads of its own.
void acron::wait_for_log(std::chrono::milliseconds /*patience*/) {}
void acron::log(Severity /*severity*/, std::string_view event, const LogFields& fields) {
  if (event.empty()) std::abort();
  for (const auto& [name, value] : fields) {
    if (name.empty()) std::abort();
  }
}

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// In memory where there is a file system for that: what is tried is not the disk.
std::string folder() {
  std::string name = (fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string()) + "/acron-fuzz-XXXXXX";
  require(::mkdtemp(name.data()) != nullptr);
  return name;
}

struct Folder {
  std::string path = folder();
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  [[nodiscard]] std::string state() const { return path + "/state"; }
  [[nodiscard]] std::string file() const { return state() + "/state.db"; }
};

StoredMail message(MailId id) {
  const OutgoingMail mail{"acron@host", "ops@example.com", "id", "job", "Subject: x\r\n\r\nhello\r\n"};
  return {owed_as(mail, id, TimePoint{}), mail};
}

RunEnded end_of_a_run() {
  PastRun past;
  past.record.identity = {"job", "run", TimePoint{}, TimePoint{}};
  return {{"job", LastRun{}}, past, {}};
}

/// Reads all there is, then writes: whatever the file was, it is one of ours now.
void use(const std::string& directory) {
  ChangeQueue queue({1000, 1 << 20});
  StateWriter writer(directory, {1000, std::chrono::hours{24}}, queue);
  const SavedState saved = writer.load(false);
  require(!writer.in_trouble());
  for (const OwedMail& owed : saved.outbox) {
    const auto mail = writer.mail(owed.id);
    require(mail.has_value());
    require(!*mail || !(*mail)->url.empty() || is_safe_in_envelope((*mail)->to));
  }
  require(writer.recent(std::nullopt, 100).has_value());
  require(writer.recent("job", 100).has_value());
  const MailId fresh = (MailId{1} << 62) - 1;
  require(queue.add_mail(message(fresh)) != nullptr);
  require(queue.push(end_of_a_run()) && queue.push(MailAdded{fresh}));
  require(writer.write_queued() && !writer.in_trouble());
  require(queue.size() == 0 && queue.dropped() == 0);
  require(writer.mail(fresh).has_value() && writer.mail(fresh)->has_value());
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string good_file() {
  const Folder home;
  {
    ChangeQueue queue({1000, 1 << 20});
    StateWriter writer(home.state(), {1000, std::chrono::hours{24}}, queue);
    writer.load(false);
    OpenRun open{{"job", "open", TimePoint{}, TimePoint{}}, TimePoint{}, TimeLimit{}, ProcessIdentity{1, 2, "boot"}};
    require(queue.add_mail(message(7)) != nullptr);
    require(queue.push(RunStarted{{"job", LastRun{}}, open}) && queue.push(end_of_a_run()) && queue.push(MailAdded{7}));
    require(writer.write_queued());
  }
  return read_file(home.file());
}

/// Two bytes of place, one of value; an input that ends in one byte also cuts the file.
std::string patched(std::string file, std::string_view patches) {
  for (; patches.size() >= 3; patches.remove_prefix(3)) {
    const auto place = static_cast<unsigned char>(patches[0]) * 256U + static_cast<unsigned char>(patches[1]);
    file[place % file.size()] = patches[2];
  }
  if (patches.size() == 1) file.resize(static_cast<unsigned char>(patches[0]) * file.size() / 256);
  return file;
}

constexpr const char* columns[] = {
    "UPDATE last_run SET job=?",         "UPDATE last_run SET tick=?",     "UPDATE last_run SET due=?",
    "UPDATE last_run SET failed_runs=?", "UPDATE last_run SET seen=?",     "UPDATE open_run SET run=?",
    "UPDATE open_run SET started=?",     "UPDATE open_run SET pid=?",      "UPDATE open_run SET time_limit=?",
    "UPDATE open_run SET grace=?",       "UPDATE open_run SET boot=?",     "UPDATE history SET id=?",
    "UPDATE history SET ending=?",       "UPDATE history SET detail=?",    "UPDATE history SET duration=?",
    "UPDATE history SET started=?",      "UPDATE history SET job=?",       "UPDATE outbox SET id=?",
    "UPDATE outbox SET sender=?",        "UPDATE outbox SET recipient=?",  "UPDATE outbox SET attempts=?",
    "UPDATE outbox SET text=?",          "UPDATE outbox SET due=?",        "UPDATE last_run SET failing_since=?",
    "UPDATE history SET stdout_bytes=?", "UPDATE history SET tick=?",      "UPDATE outbox SET about=?",
    "UPDATE history SET failed=?",       "UPDATE outbox SET message_id=?", "UPDATE outbox SET url=?"};

void bind(sqlite3_stmt* statement, unsigned char kind, std::string_view bytes) {
  std::int64_t number = 0;
  bytes.copy(reinterpret_cast<char*>(&number), sizeof number);
  const auto size = static_cast<int>(bytes.size());
  switch (kind % 4) {
    case 0: sqlite3_bind_int64(statement, 1, number); break;
    case 1: sqlite3_bind_text(statement, 1, bytes.data(), size, SQLITE_TRANSIENT); break;
    case 2: sqlite3_bind_blob(statement, 1, bytes.data(), size, SQLITE_TRANSIENT); break;
    default: break;  // NULL
  }
}

/// A byte for the column, one for the type, one for the length of the value.
void set_values(const std::string& path, std::string_view orders) {
  sqlite3* connection = nullptr;
  require(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
  while (orders.size() >= 3) {
    const auto column = static_cast<unsigned char>(orders[0]), kind = static_cast<unsigned char>(orders[1]);
    const auto length = static_cast<unsigned char>(orders[2]);
    orders.remove_prefix(3);
    const auto value = orders.substr(0, length);
    orders.remove_prefix(value.size());
    sqlite3_stmt* statement = nullptr;
    require(sqlite3_prepare_v2(connection, columns[column % std::size(columns)], -1, &statement, nullptr) == SQLITE_OK);
    bind(statement, kind, value);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
  }
  sqlite3_close(connection);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const std::string good = good_file();
  const std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
  const Folder home;
  fs::create_directory(home.state());
  fs::permissions(home.state(), fs::perms::owner_all);
  switch (data[0] % 3) {
    case 0: write_file(home.file(), rest); break;
    case 1: write_file(home.file(), patched(good, rest)); break;
    default: write_file(home.file(), good); set_values(home.file(), rest);
  }
  use(home.state());
  use(home.state());  // and so does the next life
  return 0;
}
