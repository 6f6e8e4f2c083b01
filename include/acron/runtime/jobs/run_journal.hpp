#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/definition.hpp"
#include "acron/core/job/incident.hpp"
#include "acron/core/job/run_record.hpp"
#include "acron/core/mail/outgoing_mail.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/core/time.hpp"

namespace acron {

/// A port (tests have a fake): remembers over restarts what has run.
class RunJournal {
 public:
  virtual ~RunJournal() = default;
  /// The run that started last; empty where none is known.
  [[nodiscard]] virtual std::optional<Occurrence> last_start(const std::string& job) const = 0;
  /// The tick up to which the job has missed nothing: it ran, or was passed over, or was the last before the job was
  /// first seen; empty for a job that is not known.
  [[nodiscard]] virtual std::optional<TimePoint> last_tick(const std::string& job) const = 0;
  /// The failed runs in a row up to the run that ended last; none for a job that is not known.
  [[nodiscard]] virtual Incident incident(const std::string& job) const = 0;
  /// Up to now the job has missed nothing, whatever was known of it: what is due from now on can be missed.
  virtual void nothing_missed(const std::string& job, TimePoint now) = 0;
  /// Up to this tick the job has missed nothing: what did not run then was refused.
  virtual void passed_over(const std::string& job, TimePoint tick) = 0;
  virtual void started(const RunIdentity& identity, const Occurrence& occurrence,
                       const std::optional<TimeLimit>& limit) = 0;
  /// A run waits for its turn, and is lost if acron is killed before it has started or is `dequeued`. `waits_for` is
  /// for people: `the lock`.
  virtual void queued(const std::string& job, const Occurrence& occurrence, std::string_view waits_for) = 0;
  /// It has started, or does not take place. Nothing for one that was not queued.
  virtual void dequeued(const std::string& job, TimePoint due) = 0;
  /// The process that a run which has started has got; another one for each attempt.
  virtual void has_process(const std::string& run, pid_t pid) = 0;
  /// Its process was asked to end (SIGTERM), and is to be killed then.
  virtual void asked_to_end(const std::string& run, TimePoint kill_due) = 0;
  /// Another attempt of the run is to follow this one. Until then it has no process.
  virtual void has_failed(const std::string& run, const FailedAttempt& attempt) = 0;
  /// A run has ended and owes these messages: both are remembered or neither.
  virtual void ended(const RunRecord& record, std::vector<OutgoingMail> owed) = 0;
};

}  // namespace acron
