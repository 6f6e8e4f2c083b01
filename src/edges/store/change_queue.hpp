#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "acron/edges/store/saved_state.hpp"
#include "outbox_table.hpp"

namespace acron {

using NamedLastRun = std::pair<std::string, LastRun>;

struct JobSaved {
  NamedLastRun last;
};
struct RunStarted {
  NamedLastRun last;
  OpenRun run;
  bool may_be_in_file = false;  // as one that goes on
};
struct ProcessKnown {
  std::string run;
  ProcessIdentity process;
};
struct EndAsked {
  std::string run;
  TimePoint kill_due;
};
struct AttemptFailed {
  std::string run;
  std::size_t number;  // from 1 on
  FailedAttempt attempt;
};
struct RunEnded {
  NamedLastRun last;
  PastRun past;
  std::vector<MailId> mails;
};
struct RunLost {
  std::string run;
};
struct RunQueued {
  QueuedRun run;
};
struct RunDequeued {
  std::string job;
  TimePoint due;
};
struct MarkKeyMade {
  DigestKey key;
};
struct MailAdded {
  MailId id;
};
struct MailPostponed {
  MailId id;
  NextTry next;
};
struct MailRemoved {
  MailId id;
};
struct JobForgotten {
  std::string job;
};
/// All that is known of jobs, runs and new mail, for a file that missed some of it.
struct AllSaved {
  LastRuns last_runs;
  std::vector<OpenRun> open_runs;
  std::vector<QueuedRun> queued_runs;
  DigestKey mark_key;
  std::vector<MailId> mails;  // whose texts wait
};
using Change = std::variant<JobSaved, RunStarted, ProcessKnown, EndAsked, AttemptFailed, RunEnded, RunLost, RunQueued,
                            RunDequeued, MarkKeyMade, MailAdded, MailPostponed, MailRemoved, JobForgotten, AllSaved>;

/// What waits to be written, in order, with the texts of new mail kept apart, so that they can be sent, and let go of,
/// before they were ever written. For several threads.
class ChangeQueue {
 public:
  struct Bounds {
    std::size_t changes;
    std::size_t mail_bytes;
  };

  explicit ChangeQueue(const Bounds& bounds) : bounds_(bounds) {}

  /// False, and counted, when it is full. What removes mail is always taken: there is no more of it than of mail.
  bool push(Change change);
  /// Keeps the text until the change that names it was written. Null when there is no room.
  MailText add_mail(StoredMail mail);
  /// It need not be written any more. False when it was not, and never will be: nothing is to be removed then.
  bool forget_mail(MailId id);
  [[nodiscard]] std::shared_ptr<const StoredMail> mail(MailId id) const;
  /// The same for whoever writes it.
  [[nodiscard]] std::shared_ptr<const StoredMail> mail_to_write(MailId id);
  /// Of those whose texts wait.
  [[nodiscard]] std::vector<OwedMail> waiting_mails() const;

  /// Of the runs whose ends wait.
  [[nodiscard]] std::vector<std::string> waiting_ends() const;

  [[nodiscard]] std::vector<Change> take(std::size_t at_most);
  /// `changes` could not be written and come first again.
  void give_back(std::vector<Change> changes);
  /// `changes` are on the disk.
  void written(const std::vector<Change>& changes);

  [[nodiscard]] std::size_t size() const;
  /// How many changes and messages were not taken.
  [[nodiscard]] std::uint64_t dropped() const;
  /// Counts changes that were taken and could not be used.
  void count_dropped(std::size_t changes);

 private:
  void drop_text(MailId id);
  void drop_texts(const std::vector<MailId>& ids);

  const Bounds bounds_;
  mutable std::mutex mutex_;
  std::deque<Change> changes_;
  struct Waiting {
    std::shared_ptr<const StoredMail> mail;
    bool is_being_written = false;
  };
  std::map<MailId, Waiting> mails_;
  std::size_t mail_bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace acron
