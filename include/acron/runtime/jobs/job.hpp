#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "acron/core/schedule/site.hpp"
#include "acron/core/schedule/splay.hpp"
#include "acron/runtime/clock/clock.hpp"
#include "acron/runtime/jobs/gates.hpp"
#include "acron/runtime/jobs/job_state.hpp"
#include "acron/runtime/jobs/run_journal.hpp"
#include "acron/runtime/jobs/runs.hpp"

namespace acron {

/// What every job works with. All outlive the jobs.
struct JobServices {
  Clock& clock;
  Gates& gates;
  Runs& runs;
  RunJournal& journal;
  const Site& site;
  Duration gate_interval;
};

/// One loaded job: its definition, its alarm, and whether its gates let it run. Its runs belong to Runs.
class Job {
 public:
  /// Starts to wait for the first run, or asks the gates first where there are any.
  Job(SharedDefinition definition, const JobServices& services);
  /// Goes on where another image of the program was: what became due since then runs once, at once.
  Job(SharedDefinition definition, const JobServices& services, const JobState& before);
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Counts from the next run on. A tick that has run does not run again.
  void replace(SharedDefinition definition);
  /// The same by value: nothing changes.
  void put_alike(SharedDefinition definition) { definition_ = std::move(definition); }
  /// The wall clock jumped by `step`, or the rules of a zone changed (a step of zero).
  void clock_changed(Duration step);
  /// The machine has another name, by which the splay goes. No tick that has run runs again, and none is lost.
  void host_changed();

  /// Does now what its alarm would do later because it is late, and tells how far it has come.
  JobState state_at(TimePoint now);
  /// Before acron ends.
  void stop();

  /// Ticks up to this one have run, under a clock that was ahead, and do not run again; empty when there are none.
  [[nodiscard]] std::optional<TimePoint> waits_for_clock(TimePoint now) const;

  [[nodiscard]] const SharedDefinition& definition() const { return definition_; }
  [[nodiscard]] const std::string& name() const { return definition_->name; }

 private:
  enum class GateState : std::uint8_t { unasked, open, shut };

  Job(SharedDefinition definition, const JobServices& services, std::optional<JobState> before);
  void forget_what_lies_ahead(TimePoint now);
  void ask_gates();
  void gates_answered(bool open);
  void note_refused();
  void note_last_start();
  void set_gate_alarm();
  void stop_waiting();
  void wait_from(TimePoint now);
  void wait_for_make_up(const DueMakeUp& make_up);
  bool made_up_for_downtime();
  [[nodiscard]] bool has_become_late(TimePoint now) const;
  bool made_up_since(TimePoint last_tick);
  void make_up(const Occurrence& missed, TimePoint now);
  void due();
  void start_or_skip(const Occurrence& occurrence);
  void skip(const Occurrence& occurrence, const std::string& reason) const;
  [[nodiscard]] std::optional<Occurrence> next_after(TimePoint time) const;
  [[nodiscard]] TimePoint not_before(TimePoint now) const;
  [[nodiscard]] TimeZone zone() const { return definition_->zone.value_or(services_.site.zone); }

  SharedDefinition definition_;
  const JobServices& services_;
  std::uint32_t fraction_;
  GateState gate_ = GateState::unasked;
  TimePoint unasked_since_;
  bool answered_ = false;  // the gates, at any time
  std::optional<Occurrence> next_;
  std::optional<Occurrence> last_;  // what started last
  std::optional<DueMakeUp> make_up_;
  std::optional<JobState> before_;  // until the gates have answered
  std::unique_ptr<Alarm> alarm_;
  std::unique_ptr<Alarm> gate_alarm_;  // only where there are gates
  std::shared_ptr<Job*> self_;         // emptied at our end, for answers that come after it
};

}  // namespace acron
