#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acron/edges/store/saved_state.hpp"
#include "database.hpp"
#include "outbox_table.hpp"
#include "state_path.hpp"

namespace acron {

/// What could be read of a file that was set aside.
struct Salvage {
  LastRuns last_runs;
  std::vector<OpenRun> open_runs;
  std::vector<QueuedRun> queued_runs;
  std::optional<DigestKey> mark_key;
  std::vector<StoredMail> outbox;
  bool outbox_is_whole = false;  // as far as one can tell
};

/// The file that the state is in. What is no state file of ours is set aside, said in the log, and a fresh one is
/// begun with what could still be read. Everything here blocks. For one thread at a time.
class StateFile {
 public:
  explicit StateFile(std::string directory) : directory_(std::move(directory)) {}
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;
  ~StateFile();

  /// That an acron has run here before: open() says so when there is no file.
  void expect_earlier() { is_expected_ = true; }
  /// Busy or unavailable; a damaged file is dealt with.
  [[nodiscard]] std::optional<StoreTrouble> open();
  /// To be told of each commit: from the first one on, the log has what the file has not.
  void has_written();
  /// Sets the open file aside because of `why`, and opens a fresh one. `mail` is what it should have held.
  [[nodiscard]] std::optional<StoreTrouble> replace(const std::string& why, const std::set<MailId>& mail);
  /// Who has the file that lies there now, where that is not the open one. See user_of_state.
  [[nodiscard]] std::optional<pid_t> other_user() const;

  /// Null unless it is open.
  [[nodiscard]] Database* database() const { return database_.get(); }
  /// Memory alone has what was read of a file that was set aside.
  [[nodiscard]] bool has_salvage() const { return salvage_.has_value(); }
  /// Of that, this message; empty when it is not among it.
  [[nodiscard]] std::optional<OutgoingMail> salvaged(MailId id) const;
  /// Counts the fresh files that were begun in place of another.
  [[nodiscard]] unsigned replaced() const { return replaced_; }

 private:
  [[nodiscard]] std::optional<StoreTrouble> open_what_is_there(const StatePath& path);
  [[nodiscard]] std::optional<StoreTrouble> start_afresh(const StatePath& path, const std::string& why,
                                                         const std::set<MailId>* mail = nullptr);
  [[nodiscard]] std::optional<StoreTrouble> put_salvage_back();

  void close();

  std::string directory_;
  std::optional<StatePath> path_;  // of the file that is open, or was last
  bool log_is_marked_ = false;
  bool tried_ = false;
  bool is_expected_ = false;
  std::unique_ptr<Database> database_;
  std::optional<Salvage> salvage_;  // until a fresh file has it
  unsigned replaced_ = 0;
};

}  // namespace acron
