#include "acron/runtime/jobs/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

void log_rest(const JobDefinition& definition, Severity news) {
  const RunSettings& settings = *definition.settings;
  if (!settings.disabled) return log(news, "elsewhere", {{"job", definition.name}, {"only", describe(settings.only)}});
  LogFields fields{{"job", definition.name}};
  if (!settings.disabled->empty()) fields.emplace_back("reason", *settings.disabled);
  log(news, "disabled", fields);
}

}  // namespace

void Scheduler::apply(const DefinitionChanges& changes, Severity news) {
  for (const std::string& name : changes.removed) {
    services_.runs.withdraw(name, "the job's file is gone");
    if (jobs_.erase(name) + resting_.erase(name) > 0) log(Severity::info, "unload", {{"job", name}});
  }
  for (const SharedDefinition& definition : changes.loaded) {
    if (is_confirmed(*definition)) {
      put_alike(definition);
    } else if (is_for_this_host(definition)) {
      load(definition, news);
    } else {
      lay_to_rest(definition, news);
    }
  }
}

void Scheduler::go_on_with(const std::vector<SharedDefinition>& jobs, Severity news) {
  apply({jobs, {}}, news);
  for (const SharedDefinition& job : jobs) unconfirmed_.insert(job->name);
}

bool Scheduler::is_confirmed(const JobDefinition& definition) {
  if (unconfirmed_.erase(definition.name) == 0) return false;
  const auto known = this->definition(definition.name);
  return known && *known == definition;
}

/// It shares with its neighbours what they have in common, as one that was handed over does not.
void Scheduler::put_alike(const SharedDefinition& definition) {
  const auto found = jobs_.find(definition->name);
  if (found == jobs_.end()) {
    resting_.insert_or_assign(definition->name, definition);
  } else {
    change(found, [&](Job& job) { job.put_alike(definition); });
  }
}

/// The key lives in the definition that may go.
template <typename Change>
void Scheduler::change(Jobs::iterator found, Change change) {
  auto node = jobs_.extract(found);
  change(*node.mapped());
  node.key() = node.mapped()->name();
  jobs_.insert(std::move(node));
}

bool Scheduler::is_for_this_host(const SharedDefinition& definition) const {
  return is_scheduled_on({services_.site.host, services_.site.called}, *definition->settings);
}

void Scheduler::load(const SharedDefinition& definition, Severity news) {
  wake(definition->name);
  const auto found = jobs_.find(definition->name);
  if (is_logged(news)) {
    log(news, found == jobs_.end() ? "load" : "reload",
        {{"job", definition->name}, {"schedule", describe(definition->schedule)}});
  }
  if (found == jobs_.end()) {
    auto job = make(definition);
    const std::string_view name = job->name();
    jobs_.emplace(name, std::move(job));
    return;
  }
  change(found, [&](Job& job) { job.replace(definition); });
  services_.runs.edited(definition);
}

void Scheduler::host_changed() {
  std::vector<SharedDefinition> leave, come;
  for (const auto& [name, job] : jobs_) {
    if (!is_for_this_host(job->definition())) leave.push_back(job->definition());
  }
  for (const auto& [name, definition] : resting_) {
    if (is_for_this_host(definition)) come.push_back(definition);
  }
  for (const SharedDefinition& definition : leave) lay_to_rest(definition, Severity::info);
  for (auto& [name, job] : jobs_) job->host_changed();
  for (const SharedDefinition& definition : come) load(definition, Severity::info);
}

void Scheduler::lay_to_rest(const SharedDefinition& definition, Severity news) {
  const std::string& name = definition->name;
  const bool disabled = definition->settings->disabled.has_value();
  services_.runs.withdraw(name, disabled ? "the job is disabled" : "the job is for other hosts now");
  log_rest(*definition, news);
  jobs_.erase(name);
  taken_over_.erase(name);
  note_rest(*resting_.insert_or_assign(name, definition).first->second);
}

void Scheduler::wake(const std::string& name) {
  const auto resting = resting_.extract(name);
  if (!resting.empty()) return note_rest(*resting.mapped());
  if (jobs_.count(name) == 0 && switched_off_.includes(name)) note_nothing_missed(name);
}

void Scheduler::rest(SwitchedOff switched_off, Severity news) {
  for (const auto& [name, reason] : switched_off.names()) {
    if (definition(name) || switched_off_.names().count(name) > 0) continue;
    log(news, "disabled", {{"job", name}, {"reason", reason}});
  }
  switched_off_ = std::move(switched_off);
}

void Scheduler::note_rest(const JobDefinition& definition) {
  // A host that `only` does not choose may have had another name for a moment: what it missed is still missed.
  if (is_switched_off(*definition.settings)) note_nothing_missed(definition.name);
}

void Scheduler::note_nothing_missed(const std::string& job) {
  if (services_.journal.last_tick(job)) services_.journal.nothing_missed(job, services_.clock.now());
}

void Scheduler::note_rests() {
  for (const auto& [name, definition] : resting_) note_rest(*definition);
  for (const auto& [name, reason] : switched_off_.names()) {
    if (!definition(name)) note_nothing_missed(name);
  }
}

std::size_t Scheduler::disabled() const {
  return static_cast<std::size_t>(std::count_if(resting_.begin(), resting_.end(), [](const auto& resting) {
    return resting.second->settings->disabled.has_value();
  }));
}

std::unique_ptr<Job> Scheduler::make(const SharedDefinition& definition) {
  const auto before = taken_over_.extract(definition->name);
  if (before.empty()) return std::make_unique<Job>(definition, services_);
  return std::make_unique<Job>(definition, services_, before.mapped());
}

std::vector<JobState> Scheduler::state_at(TimePoint now) {
  std::vector<JobState> states;
  states.reserve(jobs_.size());
  note_rests();
  for (auto& [name, job] : jobs_) states.push_back(job->state_at(now));
  return states;
}

void Scheduler::take_over(std::vector<JobState> states) {
  for (JobState& state : states) {
    std::string name = state.job;
    taken_over_.insert_or_assign(std::move(name), std::move(state));
  }
}

void Scheduler::stop() {
  for (auto& [name, job] : jobs_) job->stop();
  jobs_.clear();
  note_rests();
  resting_.clear();
}

std::vector<std::string> Scheduler::names() const {
  std::vector<std::string> names;
  names.reserve(jobs_.size() + resting_.size());
  for (const auto& [name, job] : jobs_) names.emplace_back(name);
  for (const auto& [name, definition] : resting_) names.push_back(name);
  return names;
}

std::set<std::string, std::less<>> Scheduler::zones() const {
  std::set<std::string, std::less<>> zones;
  const auto add = [&](const SharedDefinition& definition) {
    if (definition->zone && !zones.contains(definition->zone->name())) zones.emplace(definition->zone->name());
  };
  for (const auto& [name, job] : jobs_) add(job->definition());
  for (const auto& [name, definition] : resting_) add(definition);
  return zones;
}

std::vector<SharedDefinition> Scheduler::definitions() const {
  std::vector<SharedDefinition> definitions;
  definitions.reserve(jobs_.size() + resting_.size());
  for (const auto& [name, job] : jobs_) definitions.push_back(job->definition());
  for (const auto& [name, definition] : resting_) definitions.push_back(definition);
  return definitions;
}

void Scheduler::forget_taken_over() {
  taken_over_.clear();
  unconfirmed_.clear();
}

SharedDefinition Scheduler::definition(const std::string& job) const {
  const auto found = jobs_.find(job);
  if (found != jobs_.end()) return found->second->definition();
  const auto resting = resting_.find(job);
  return resting == resting_.end() ? nullptr : resting->second;
}

std::optional<WaitForClock> Scheduler::wait_for_clock(TimePoint now) const {
  WaitForClock all;
  for (const auto& [name, job] : jobs_) {
    const auto until = job->waits_for_clock(now);
    if (!until) continue;
    if (all.jobs++ == 0) all.first = name;
    all.until = std::max(all.until, *until);
  }
  return all.jobs > 0 ? std::optional(std::move(all)) : std::nullopt;
}

void Scheduler::clock_changed(Duration step) {
  for (auto& [name, job] : jobs_) job->clock_changed(step);
}

}  // namespace acron
