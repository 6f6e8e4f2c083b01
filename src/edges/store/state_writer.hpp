#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "acron/core/result.hpp"
#include "acron/edges/store/saved_state.hpp"
#include "change_queue.hpp"
#include "run_tables.hpp"
#include "state_file.hpp"

namespace acron {

/// Brings what is queued into the file, as many changes in one transaction as are waiting. That the file can't be
/// written is said once, and its end. Everything here blocks; for one thread at a time.
class StateWriter {
 public:
  StateWriter(std::string directory, const HistoryBounds& bounds, ChangeQueue& queue)
      : file_(std::move(directory)), bounds_(bounds), queue_(queue) {}

  /// What was saved; nothing when the file can't be read now. `is_expected`: see StateFile::expect_earlier.
  SavedState load(bool is_expected);
  /// False when the file can't be written now; what is queued stays so. A file that somebody else has removed or
  /// spoiled is replaced, also when nothing is queued.
  bool write_queued();

  [[nodiscard]] Result<std::vector<PastRun>> recent(const std::optional<std::string>& job, std::size_t limit);
  /// Of those that were written, also to a file that was spoiled. Empty when there is no such message; an error when
  /// that can't be known now.
  [[nodiscard]] Result<std::optional<OutgoingMail>> mail(MailId id);

  /// What was saved, once, when the file could only be opened after load().
  std::optional<SavedState> take_late_state() { return std::exchange(late_state_, std::nullopt); }
  /// True, once, when the file has missed something that the queue had no room for, or is a fresh one.
  bool take_incomplete() { return std::exchange(incomplete_, false); }

  /// Who has the file, once for each time that it is found to have been taken. See user_of_state.
  std::optional<pid_t> take_other_user() { return std::exchange(other_user_, std::nullopt); }

  // Of any thread.
  /// What is being written takes very long: says so, as of a file that can't be written.
  void note_silence();
  [[nodiscard]] bool in_trouble() const { return in_trouble_; }
  /// Memory alone has what was read of a file that was spoiled.
  [[nodiscard]] bool has_salvage() const { return has_salvage_; }
  /// The next acron would find this message. As far as was seen when the file was last looked at.
  [[nodiscard]] bool keeps(MailId id) const;
  [[nodiscard]] std::uint64_t commits() const { return commits_; }

 private:
  [[nodiscard]] bool open();
  [[nodiscard]] bool look_after();
  [[nodiscard]] bool write(const std::vector<Change>& changes);
  [[nodiscard]] std::optional<StoreTrouble> write_once(const std::vector<Change>& changes);
  template <typename Query>
  [[nodiscard]] auto read(const Query& query) -> Result<decltype(query(std::declval<Database&>()))>;
  [[nodiscard]] std::optional<StoreTrouble> cure(const StoreTrouble& trouble);
  void learn_mail();
  void note_trouble(const StoreTrouble& trouble);
  void note_success();

  StateFile file_;
  HistoryBounds bounds_;
  ChangeQueue& queue_;
  bool loaded_ = false;
  bool incomplete_ = false;
  std::optional<pid_t> other_user_;
  std::optional<SavedState> late_state_;
  std::uint64_t dropped_ = 0;  // already said
  mutable std::mutex mail_mutex_;
  std::set<MailId> mail_;  // in the file that was opened last
  std::atomic<bool> in_trouble_ = false;
  std::atomic<bool> is_file_gone_ = false;  // that one was removed or spoiled, and there is no other in its place
  std::atomic<bool> has_salvage_ = false;
  std::atomic<std::uint64_t> commits_ = 0;
};

}  // namespace acron
