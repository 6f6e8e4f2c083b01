#include "acron/runtime/scheduler.hpp"

#include "acron/runtime/log.hpp"

namespace acron {

void Scheduler::apply(const DefinitionChanges& changes, Severity news) {
  for (const std::string& name : changes.removed) {
    services_.runs.withdraw(name, "the job's file is gone");
    elsewhere_.erase(name);
    if (jobs_.erase(name) > 0) log(Severity::info, "unload", {{"job", name}});
  }
  for (const SharedDefinition& definition : changes.loaded) {
    if (is_for_this_host(definition)) {
      load(definition, news);
    } else {
      send_elsewhere(definition, news);
    }
  }
}

bool Scheduler::is_for_this_host(const SharedDefinition& definition) const {
  return includes(definition->settings->only, services_.site.host);
}

void Scheduler::send_elsewhere(const SharedDefinition& definition, Severity news) {
  services_.runs.withdraw(definition->name, "the job is for other hosts now");
  log(news, "elsewhere", {{"job", definition->name}, {"only", describe(definition->settings->only)}});
  jobs_.erase(definition->name);
  elsewhere_.insert_or_assign(definition->name, definition);
}

void Scheduler::load(const SharedDefinition& definition, Severity news) {
  elsewhere_.erase(definition->name);
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
  // The key lives in the definition that is about to go.
  auto node = jobs_.extract(found);
  node.mapped()->replace(definition);
  services_.runs.edited(definition);
  node.key() = node.mapped()->name();
  jobs_.insert(std::move(node));
}

void Scheduler::host_changed() {
  std::vector<SharedDefinition> leave, come;
  for (const auto& [name, job] : jobs_) {
    if (!is_for_this_host(job->definition())) leave.push_back(job->definition());
  }
  for (const auto& [name, definition] : elsewhere_) {
    if (is_for_this_host(definition)) come.push_back(definition);
  }
  for (const SharedDefinition& definition : leave) send_elsewhere(definition, Severity::info);
  for (auto& [name, job] : jobs_) job->host_changed();
  for (const SharedDefinition& definition : come) load(definition, Severity::info);
}

std::unique_ptr<Job> Scheduler::make(const SharedDefinition& definition) {
  const auto before = taken_over_.extract(definition->name);
  if (before.empty()) return std::make_unique<Job>(definition, services_);
  return std::make_unique<Job>(definition, services_, before.mapped());
}

std::vector<JobState> Scheduler::state_at(TimePoint now) {
  std::vector<JobState> states;
  states.reserve(jobs_.size());
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
  elsewhere_.clear();
}

std::vector<std::string> Scheduler::names() const {
  std::vector<std::string> names;
  names.reserve(jobs_.size());
  for (const auto& [name, job] : jobs_) names.emplace_back(name);
  return names;
}

SharedDefinition Scheduler::definition(const std::string& job) const {
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? nullptr : found->second->definition();
}

void Scheduler::clock_changed(Duration step) {
  for (auto& [name, job] : jobs_) job->clock_changed(step);
}

}  // namespace acron
