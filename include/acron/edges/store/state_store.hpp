#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/edges/outbox.hpp"
#include "acron/edges/store/outbox_room.hpp"
#include "acron/edges/store/saved_state.hpp"
#include "acron/runtime/jobs/run_journal.hpp"
#include "acron/runtime/loop/task.hpp"

namespace acron {

class UntoldEnds;

struct StateStoreOptions {
  std::string directory;  // made, mode 0700, where there is none
  std::uint64_t history_runs = 100'000;
  Duration history_age = std::chrono::hours{30 * 24};
  Duration gather = std::chrono::milliseconds{20};  // what changes within it is written together
  OutboxRoom::Bounds outbox{};
  // What may wait in memory while the file can't be written.
  std::size_t waiting_changes = 20'000;
  std::size_t waiting_mail_bytes = std::size_t{64} * 1024 * 1024;
  Duration retry = std::chrono::seconds(10);            // of a file that can't be written
  Duration patience = std::chrono::seconds(30);         // with a file system that does not answer, until that is said
  Duration gone_job_age = std::chrono::hours{90 * 24};  // until a job that is no longer loaded is forgotten
};

/// What outlives the daemon: the last run of each job, the runs that go on, a history, and the mail that is owed. In
/// one SQLite file, written on the pool; nothing here blocks the loop, throws or fails. While the file can't be written
/// that is logged once, and what happens waits in memory; a file that can't be used is set aside. Used on the loop,
/// which outlives the pool.
class StateStore final : public RunJournal, public Outbox {
 public:
  struct Counters {
    std::uint64_t commits = 0;
    std::uint64_t lost_changes = 0;   // no room, while the file could not be written
    std::uint64_t refused_mails = 0;  // the outbox was full
    std::size_t waiting = 0;          // changes not yet written
    std::size_t mails = 0;            // in the outbox, with what is for web servers
    std::size_t mail_bytes = 0;
    bool in_trouble = false;
    bool has_salvage = false;  // memory alone has what was read of a file that was spoiled
  };

  StateStore(boost::asio::any_io_executor loop, boost::asio::thread_pool& pool, StateStoreOptions options);
  /// What is not yet written is written by the pool, later, and nobody learns if that fails: flush() first.
  ~StateStore() override;
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;

  /// Opens the file and reads what an earlier life left. Blocks; call it once, before everything else. `known_key` is
  /// what that life marked its runs with, where that is known: the file has lost it, or is a copy, if it says another.
  SavedState load(const std::optional<DigestKey>& known_key = {});
  /// Called on the loop, with what was saved, when the file could not be opened by load() but could later.
  void on_late_load(std::function<void(SavedState)> handler);
  /// Called on the loop, each time that the file is found to be another process's, with who has it (user_of_state).
  void on_other_user(std::function<void(pid_t)> handler) { other_user_ = std::move(handler); }
  /// Called on the loop with each message that the outbox has taken in, as soon as it has, which may be before it is on
  /// the disk.
  void on_mail(std::function<void(OwedMail, MailText)> handler) { new_mail_ = std::move(handler); }

  /// Called on the loop, while the file can't be written, with each run that has ended and of which all is told: it
  /// owes nothing, or nothing any more.
  void on_told(std::function<void(const RunIdentity&)> handler) { told_ = std::move(handler); }
  /// Says so of all runs whose ends may not be in the file; once what they owe and will not be kept was logged.
  void tell_all();
  /// Called on the loop whenever all that was recorded so far has reached the disk: nothing begins meanwhile.
  void on_rest(std::function<void()> handler) { rests_ = std::move(handler); }

  [[nodiscard]] std::optional<Occurrence> last_start(const std::string& job) const override;
  [[nodiscard]] std::optional<TimePoint> last_tick(const std::string& job) const override;
  [[nodiscard]] Incident incident(const std::string& job) const override;
  void nothing_missed(const std::string& job, TimePoint now) override;
  void passed_over(const std::string& job, TimePoint tick) override;
  void started(const RunIdentity& identity, const Occurrence& occurrence,
               const std::optional<TimeLimit>& limit) override;
  void has_process(const std::string& run, pid_t pid) override;
  void asked_to_end(const std::string& run, TimePoint kill_due) override;
  void has_failed(const std::string& run, const FailedAttempt& attempt) override;
  void queued(const std::string& job, const Occurrence& occurrence, std::string_view waits_for) override;
  void dequeued(const std::string& job, TimePoint due) override;
  void ended(const RunRecord& record, std::vector<OutgoingMail> owed) override { record_end(record, std::move(owed)); }

  /// How many jobs it knows of, loaded or not.
  [[nodiscard]] std::size_t known_jobs() const { return last_runs_.size(); }
  /// Null for a job that is not known.
  [[nodiscard]] const LastRun* last_run(const std::string& job) const;
  void record_start(OpenRun run) { record_start(std::move(run), false); }
  /// A run that the image of acron before handed over to this one: it is ours, whatever a file says of it that is only
  /// opened later.
  void take_over(const OpenRun& run);
  /// The same of a run that waits for its turn.
  void take_over(const std::string& job, TimePoint due);
  /// A run that its living processes tell of, where the file knows less: not of the run, or not of this process. False
  /// when the file knew as much, or that the run has ended. The run is known then: a file that is opened later does not
  /// tell of it again.
  bool record_marked(const OpenRun& run);
  /// It has begun, and its end was not recorded.
  [[nodiscard]] bool is_open(std::string_view run) const { return open_runs_.find(run) != open_runs_.end(); }
  /// What the processes of runs are marked with, over restarts.
  [[nodiscard]] const DigestKey& mark_key() const { return mark_key_; }
  /// The process that a run which was recorded as started has got.
  void record_process(const std::string& run, const ProcessIdentity& process);
  /// The end of a run and the mail it owes: on the disk both or neither. Returns the names of the messages that the
  /// outbox had room for, in order; they are due at once. A full outbox refuses: what was promised first, and tells how
  /// a trouble began, is kept. Each that is refused is logged.
  std::vector<MailId> record_end(const RunRecord& record, std::vector<OutgoingMail> mails);
  /// An open run of whose end nothing is known, or no more than that it came.
  void record_lost(const std::string& run);
  /// Tells which jobs are loaded, now and then; forgets those that have not been for long. What is known of a time that
  /// lies ahead was written under a wrong clock, and has missed nothing up to now.
  void note_loaded(const std::vector<std::string>& jobs, TimePoint now);

  /// The runs, by id, whose ends wait to be written; known while nothing is being written.
  [[nodiscard]] std::vector<std::string> unwritten_ends() const;

  /// Mail that belongs to no run. Empty when the outbox is full.
  std::optional<MailId> add_mail(OutgoingMail mail, TimePoint now);
  /// What is not yet written comes from memory, whatever the disk does.
  void read_mail(MailId id, std::function<void(Result<MailText>)> then) override;
  void postpone_mail(MailId id, const NextTry& next) override;
  void remove_mail(MailId id) override;
  /// The file has this message, for the next acron: it was written, and nobody is known to have removed or spoiled the
  /// file since.
  [[nodiscard]] bool keeps(MailId id) const;
  /// The file has it, or memory has it for the file.
  [[nodiscard]] bool has_text_of(MailId id) const;
  /// How many messages a crash would lose now.
  [[nodiscard]] std::size_t unkept_mails() const;

  /// The youngest first; of all jobs when none is named.
  Task<Result<std::vector<PastRun>>> recent(std::optional<std::string> job, std::size_t limit);
  /// Waits until all that was recorded so far is on the disk; false when it can't be written now.
  Task<bool> flush();
  /// Has the file looked at: one that somebody has removed or spoiled is noticed though nothing is to be written.
  void look_after_file();
  /// Has what waits written now, not a moment later, nor at the next try of a file that could not be written; and has
  /// the file looked at, in any case.
  void write_early();
  /// Until then nobody knows whether that works.
  [[nodiscard]] bool is_writing() const;
  /// All that was recorded is on the disk.
  [[nodiscard]] bool at_rest() const;
  [[nodiscard]] Counters counters() const;

 private:
  struct Core;
  enum class Phase : std::uint8_t { idle, gathering, writing, waiting };

  struct Written;

  void identify_processes();
  [[nodiscard]] bool has_news() const;
  void write_soon();
  void write_at_once();
  void write_now();
  void watch_write();
  void settle(Written written);
  void wait_to_retry();
  void take_up(const SavedState& state);
  void note_told();
  void leave_out_known(SavedState& late);
  void record_start(OpenRun run, bool may_be_in_file);
  struct NewMail;
  std::optional<NewMail> take_in(OutgoingMail mail, TimePoint now);
  void refuse(const OwedMail& mail, OutboxRoom::Answer answer);
  void hand_on(NewMail mail);
  [[nodiscard]] TimePoint tick_of(const RunIdentity& identity) const;

  boost::asio::any_io_executor loop_;
  StateStoreOptions options_;
  std::shared_ptr<Core> core_;  // shared with the pool, which outlives us when the disk hangs
  LastRuns last_runs_;
  DigestKey mark_key_{};
  std::map<std::pair<std::string, TimePoint>, QueuedRun> queued_runs_;  // by job and due
  std::map<std::string, OpenRun, std::less<>> open_runs_;               // by id
  std::map<std::string, pid_t> unidentified_;                           // the processes of those, by id
  std::set<std::string> known_before_;                                  // runs, by id, that a late file may tell of
  std::set<std::pair<std::string, TimePoint>> taken_over_waiting_;      // and those that had not begun
  OutboxRoom room_;
  std::uint64_t refused_mails_ = 0;
  std::unique_ptr<UntoldEnds> untold_;
  MailId next_mail_;
  Phase phase_ = Phase::idle;
  std::size_t writes_under_way_ = 0;
  bool urgent_ = false;      // what is not yet written does not wait for more
  bool look_again_ = false;  // the write under way may have looked before
  std::function<void(SavedState)> late_load_;
  std::function<void(pid_t)> other_user_;
  std::function<void(OwedMail, MailText)> new_mail_;
  std::function<void()> rests_;
  std::function<void(const RunIdentity&)> told_;
  boost::asio::steady_timer retry_;    // what the phase waits for
  std::shared_ptr<StateStore*> self_;  // emptied at our end, for answers that come after it
};

}  // namespace acron
