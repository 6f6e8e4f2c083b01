#include "vanished_jobs.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace acron {

bool is_below(const std::string& name, const std::string& directory) {
  return directory.empty() ? !name.empty() : name.starts_with(directory + "/");
}

void Census::count(const std::string& job, std::size_t Count::*kind) {
  ++(directories_[""].*kind);
  for (auto slash = job.find('/'); slash != std::string::npos; slash = job.find('/', slash + 1))
    ++(directories_[job.substr(0, slash)].*kind);
}

Census::Count Census::at(const std::string& directory) const {
  const auto found = directories_.find(directory);
  return found == directories_.end() ? Count{} : found->second;
}

const std::string* Census::emptied() const {
  const Count all = at("");
  // Above another in the order of names is above it in the tree. Jobs that came at the same time count as there: where
  // as many came as went, files were moved.
  for (const auto& [directory, count] : directories_) {
    if (count.there == 0 && 2 * count.gone > all.gone + all.there) return &directory;
  }
  return nullptr;
}

void VanishedJobs::update(const Census& census, Time now, Duration patience, TreeLook& look) {
  const std::size_t before = incidents_.size();
  std::erase_if(incidents_, [&](const auto& incident) {
    const auto& [directory, begin] = incident;
    // While files are being put back, those that are not back yet are not given up.
    const bool is_over = census.gone_below(directory) == 0 || (!look.unsettled && is_back(census, directory, begin));
    if (is_over) look.back.push_back(directory);
    return is_over || now >= begin.until;
  });
  tell_restored(census, now, look);
  const std::string* emptied = census.emptied();
  // What has just been given up would count as missing once more.
  if (emptied == nullptr || incidents_.size() < before || keeps(*emptied) || incidents_.contains(*emptied)) return;
  std::erase_if(incidents_, [&](const auto& incident) { return is_below(incident.first, *emptied); });
  incidents_.emplace(*emptied, Incident{now + patience, census.gone_below(*emptied)});
  look.vanished.push_back({*emptied, census.gone_below(*emptied), patience});
}

/// As many are there as there were, whichever they are. While there are fewer, they say nothing of those that are
/// missing: files are put back one after the other, or somebody has written a job where a file system is to be mounted.
bool VanishedJobs::is_back(const Census& census, const std::string& directory, const Incident& incident) {
  return census.there_below(directory) >= incident.jobs;
}

void VanishedJobs::tell_restored(const Census& census, Time now, TreeLook& look) {
  for (auto& [directory, incident] : incidents_) {
    if (std::exchange(incident.is_told, true) || census.there_below(directory) > 0) continue;
    const auto kept_for = std::chrono::duration_cast<Duration>(incident.until - now);
    look.vanished.push_back({directory, census.gone_below(directory), kept_for});
  }
}

void VanishedJobs::restore(const std::vector<MissingJobs>& missing) {
  for (const MissingJobs& jobs : missing) incidents_.emplace(jobs.directory, Incident{jobs.until, jobs.jobs, false});
}

std::vector<MissingJobs> VanishedJobs::missing() const {
  std::vector<MissingJobs> all;
  for (const auto& [directory, incident] : incidents_) all.push_back({directory, incident.jobs, incident.until});
  return all;
}

bool VanishedJobs::keeps(const std::string& job) const {
  return std::any_of(incidents_.begin(), incidents_.end(),
                     [&](const auto& incident) { return is_below(job, incident.first); });
}

bool VanishedJobs::is_due(Time now) const {
  return std::any_of(incidents_.begin(), incidents_.end(),
                     [&](const auto& incident) { return now >= incident.second.until; });
}

}  // namespace acron
