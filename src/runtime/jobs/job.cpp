#include "acron/runtime/jobs/job.hpp"

#include <algorithm>

#include "acron/core/schedule/catch_up.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

/// A forward step as small as this is lateness, not a jump: what it passes over still runs.
constexpr Duration small_step = std::chrono::minutes(1);

}  // namespace

Job::Job(SharedDefinition definition, const JobServices& services)
    : Job(std::move(definition), services, std::optional<JobState>()) {}

Job::Job(SharedDefinition definition, const JobServices& services, std::optional<JobState> before)
    : definition_(std::move(definition)),
      services_(services),
      fraction_(splay_fraction(services.site.host, definition_->name, definition_->splay.key)),
      last_(before ? before->last : services.journal.last_start(name())),
      before_(std::move(before)),
      alarm_(services.clock.alarm([this] { due(); })) {
  unasked_since_ = services.clock.now();
  forget_what_lies_ahead(unasked_since_);
  ask_gates();
}

Job::Job(SharedDefinition definition, const JobServices& services, const JobState& before)
    : Job(std::move(definition), services, std::optional(before)) {}

void Job::replace(SharedDefinition definition) {
  const bool same_gates = definition->gates == definition_->gates;
  definition_ = std::move(definition);
  fraction_ = splay_fraction(services_.site.host, definition_->name, definition_->splay.key);
  const TimePoint now = services_.clock.now();
  // Gates that did not change are asked again too, but their last answer holds until then: no tick is lost.
  if (!same_gates) {
    gate_ = GateState::unasked;
    unasked_since_ = now;
    stop_waiting();
  }
  // What is due already, if only since this very moment, runs as soon as its alarm rings.
  if (gate_ == GateState::open && !(next_ && next_->due <= now)) wait_from(now);
  ask_gates();
}

void Job::clock_changed(Duration step) {
  const TimePoint now = services_.clock.now();
  if (gate_alarm_) set_gate_alarm();
  if (step > small_step) unasked_since_ = now;
  forget_what_lies_ahead(now);
  if (next_ && next_->due <= now) {
    const bool by_time_of_day = step <= same_clock && has_fixed_times(definition_->schedule);
    if (step <= small_step || (by_time_of_day && !definition_->catch_up)) return;  // the alarm rings by itself
    if (!definition_->catch_up) {
      skip(*next_, "the clock was set forward by " + format_duration(step));
    } else if (made_up_since(next_->tick - Duration(1))) {
      return;
    }
  }
  if (gate_ == GateState::open) wait_from(now);
}

void Job::host_changed() {
  fraction_ = splay_fraction(services_.site.host, name(), definition_->splay.key);
  if (!definition_->gates.empty()) ask_gates();  // such a command may well ask for the name
  const TimePoint now = services_.clock.now();
  if (gate_ != GateState::open || !next_ || next_->due <= now) return;
  // The tick that the job waits for may have its new moment behind it: then it runs at once.
  wait_from(std::min(now, next_->tick - Duration(1)));
}

/// At once: as the clock comes near it, it would look like a small step back.
void Job::forget_what_lies_ahead(TimePoint now) {
  if (last_ && last_->due - now > same_clock) last_.reset();
}

std::optional<TimePoint> Job::waits_for_clock(TimePoint now) const {
  const bool is_ahead = last_ && last_->due > now && last_->due - now <= same_clock;
  return is_ahead && gate_ != GateState::shut ? std::optional(last_->due) : std::nullopt;
}

void Job::ask_gates() {
  if (definition_->gates.empty()) return gates_answered(true);
  if (!self_) self_ = std::make_shared<Job*>(this);
  auto answer = [self = std::weak_ptr(self_), definition = definition_](bool open) {
    const auto job = self.lock();
    if (job && (*job)->definition_->gates == definition->gates) (*job)->gates_answered(open);
  };
  services_.gates.ask({name(), definition_->gates, definition_->settings, std::move(answer)});
}

void Job::gates_answered(bool open) {
  const GateState before = std::exchange(gate_, open ? GateState::open : GateState::shut);
  if (!definition_->gates.empty()) {
    if (before != gate_) log(Severity::info, "gate", {{"job", name()}, {"result", open ? "open" : "shut"}});
    if (!gate_alarm_) gate_alarm_ = services_.clock.alarm([this] { ask_gates(); });
    set_gate_alarm();
  }
  if (before == GateState::shut || !open) note_refused();
  const auto earlier = std::exchange(before_, {});
  if (earlier) note_last_start();
  const bool is_first_answer = !std::exchange(answered_, true);
  if (!open) {
    services_.runs.withdraw(name(), "an `if` of the job is shut");
    stop_waiting();
  } else if (before != GateState::open) {
    if (earlier && earlier->make_up) return wait_for_make_up(*earlier->make_up);
    if (earlier) return wait_from(earlier->moment);
    if (is_first_answer && made_up_for_downtime()) return;
    // What fell due while they were asked for the first time, or anew after an edit, is late, and not lost.
    const TimePoint now = services_.clock.now();
    wait_from(before == GateState::unasked ? std::min(unasked_since_, now) : now);
  }
}

/// What a shut gate kept from running until now was not missed.
void Job::note_refused() {
  if (definition_->catch_up) services_.journal.nothing_missed(name(), services_.clock.now());
}

/// The image before may have been unable to write that: the next acron would make up for what has run.
void Job::note_last_start() {
  const bool is_known = last_ && services_.journal.last_tick(name());
  if (definition_->catch_up && is_known) services_.journal.passed_over(name(), last_->tick);
}

void Job::stop() {
  if (gate_ == GateState::shut) note_refused();
}

bool Job::made_up_for_downtime() {
  if (!definition_->catch_up) return false;
  // That run stands for what was missed before it, too.
  if (has_become_late(services_.clock.now())) return false;
  const auto last_tick = services_.journal.last_tick(name());
  if (last_tick) return made_up_since(*last_tick);
  services_.journal.nothing_missed(name(), services_.clock.now());
  return false;
}

/// Whether a run fell due while the gates were asked for the first time.
bool Job::has_become_late(TimePoint now) const {
  const auto next = next_after(not_before(std::min(unasked_since_, now)));
  return next && next->due <= now;
}

bool Job::made_up_since(TimePoint last_tick) {
  const TimePoint now = services_.clock.now();
  // The clock may have been wrong when that was noted, and what ran under the right one is known all the same.
  const auto known = services_.journal.last_tick(name());
  if (known && *known - now <= same_clock) last_tick = std::max(last_tick, *known);
  if (last_) last_tick = std::max(last_tick, last_->tick);
  const auto missed = missed_occurrence(definition_->schedule, zone(), definition_->splay, fraction_, last_tick, now);
  if (!missed) return false;
  if (definition_->catch_up->within && now - missed->due > *definition_->catch_up->within) {
    skip(*missed, "missed longer ago than " + format_duration(*definition_->catch_up->within));
    return false;
  }
  make_up(*missed, now);
  return true;
}

void Job::make_up(const Occurrence& missed, TimePoint now) {
  const auto next = next_after(now);
  Duration room = next ? next->due - now : longest_make_up_delay;
  if (definition_->catch_up->within) room = std::min(room, missed.due + *definition_->catch_up->within - now);
  // Also where the job's splay is off: a fleet must not come back as one.
  const auto fraction = splay_fraction(services_.site.host, name(), Splay::Key::host_and_job);
  const Duration delay = make_up_delay(fraction, room);
  wait_for_make_up({missed, now + delay});
  log(Severity::info, "catch-up", {{"job", name()}, {"scheduled", in_utc(missed.due)}, {"start", in_utc(now + delay)}});
}

void Job::wait_for_make_up(const DueMakeUp& make_up) {
  next_ = make_up.missed;
  make_up_ = make_up;
  alarm_->set(make_up.start);
}

JobState Job::state_at(TimePoint now) {
  const bool is_late = next_ && (make_up_ ? make_up_->start : next_->due) <= now;
  if (is_late) due();
  // A gate that has not answered since an earlier handover leaves what is due since then.
  if (before_) return *before_;
  return {name(), gate_ == GateState::unasked ? std::min(unasked_since_, now) : now, last_, make_up_};
}

void Job::set_gate_alarm() {
  const Duration interval = services_.gate_interval;
  const auto fraction = splay_fraction(services_.site.host, name(), Splay::Key::host_and_job);
  const Duration now = services_.clock.now().time_since_epoch(), shift = splay_offset(fraction, interval);
  gate_alarm_->set(TimePoint((now - shift) / interval * interval + shift + interval));
}

void Job::stop_waiting() {
  alarm_->cancel();
  next_.reset();
  make_up_.reset();
}

void Job::wait_from(TimePoint now) {
  make_up_.reset();
  next_ = next_after(not_before(now));
  if (!next_) {
    alarm_->cancel();
    return log(Severity::warning, "never", {{"job", name()}, {"reason", "the schedule has no further run"}});
  }
  alarm_->set(next_->due);
  if (!is_logged(Severity::debug)) return;
  log(Severity::debug, "wait", {{"job", name()}, {"next", in_utc(next_->due)}, {"tick", in_utc(next_->tick)}});
}

void Job::due() {
  const Occurrence occurrence = *next_;
  start_or_skip(occurrence);
  last_ = occurrence;
  const TimePoint now = services_.clock.now();
  const auto missed = next_after(occurrence.due);
  if (missed && missed->due <= now)
    skip(*missed, "missed while acron was held up, the clock was set or an `if` was asked; later ones too");
  wait_from(now);
}

void Job::start_or_skip(const Occurrence& occurrence) {
  const auto next = next_after(occurrence.due);
  const auto obstacle = services_.runs.begin({definition_, occurrence, next ? std::optional(next->due) : std::nullopt});
  if (!obstacle.empty()) skip(occurrence, std::string(obstacle));
}

void Job::skip(const Occurrence& occurrence, const std::string& reason) const {
  log(Severity::warning, "skip", {{"job", name()}, {"scheduled", in_utc(occurrence.due)}, {"reason", reason}});
  if (definition_->catch_up) services_.journal.passed_over(name(), occurrence.tick);
}

TimePoint Job::not_before(TimePoint now) const {
  // A clock that went back must not fire a tick again.
  return last_ ? std::max(now, last_->due) : now;
}

std::optional<Occurrence> Job::next_after(TimePoint time) const {
  const auto after = [this](TimePoint from) {
    return occurrence_after(definition_->schedule, zone(), definition_->splay, fraction_, from);
  };
  auto next = after(time);
  // An edit may move a tick that has run to a later offset.
  while (next && last_ && next->tick <= last_->tick) next = after(next->due);
  return next;
}

}  // namespace acron
