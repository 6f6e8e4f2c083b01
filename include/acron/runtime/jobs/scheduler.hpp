#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/definition_changes.hpp"
#include "acron/core/severity.hpp"
#include "acron/runtime/jobs/job.hpp"
#include "acron/runtime/tree/switched_off.hpp"

namespace acron {

/// Jobs that do not run before the clock is where it was when they ran last.
struct WaitForClock {
  std::size_t jobs = 0;
  std::string first;  // by name
  TimePoint until;    // for the one that waits longest
};

/// All jobs that are loaded, those included that rest: the disabled ones, and those that `only` has run elsewhere.
class Scheduler {
 public:
  explicit Scheduler(JobServices services) : services_(services) {}

  /// `news`: how loudly a job that is loaded is said; a start with ten thousand of them is one event.
  void apply(const DefinitionChanges& changes, Severity news = Severity::info);
  /// How far all jobs have come; what is due by `now` has begun.
  std::vector<JobState> state_at(TimePoint now);
  /// Jobs that are loaded go on where another image of the program was.
  void take_over(std::vector<JobState> states);
  /// Behind that: jobs as another image had them last. One that the tree then has alike is no news.
  void go_on_with(const std::vector<SharedDefinition>& jobs, Severity news);
  /// Jobs that are loaded from now on are new.
  void forget_taken_over();
  /// The wall clock jumped, or the rules of a zone changed (a step of zero).
  void clock_changed(Duration step);
  /// Empty when no job waits.
  [[nodiscard]] std::optional<WaitForClock> wait_for_clock(TimePoint now) const;
  /// The machine has another name: other jobs may be for it, and all have another splay.
  void host_changed();
  /// What names in the tree switch off now; to be told after apply().
  void rest(SwitchedOff switched_off, Severity news);
  /// What is due while a job is switched off is not missed: to be noted now and then, for acron may be killed.
  void note_rests();
  /// No further run starts.
  void stop();
  /// Of the jobs that are scheduled.
  [[nodiscard]] std::size_t size() const { return jobs_.size(); }
  [[nodiscard]] std::size_t disabled() const;
  [[nodiscard]] std::vector<std::string> names() const;
  /// Those that jobs name.
  [[nodiscard]] std::set<std::string, std::less<>> zones() const;
  /// Of all that are loaded.
  [[nodiscard]] std::vector<SharedDefinition> definitions() const;
  /// Null for a job that is not loaded.
  [[nodiscard]] SharedDefinition definition(const std::string& job) const;

 private:
  using Jobs = std::map<std::string_view, std::unique_ptr<Job>>;  // the key is the job's own name

  std::unique_ptr<Job> make(const SharedDefinition& definition);
  [[nodiscard]] bool is_confirmed(const JobDefinition& definition);
  void put_alike(const SharedDefinition& definition);
  template <typename Change>
  void change(Jobs::iterator found, Change change);
  [[nodiscard]] bool is_for_this_host(const SharedDefinition& definition) const;
  void load(const SharedDefinition& definition, Severity news);
  void lay_to_rest(const SharedDefinition& definition, Severity news);
  void wake(const std::string& name);
  void note_rest(const JobDefinition& definition);
  void note_nothing_missed(const std::string& job);

  JobServices services_;
  std::map<std::string, JobState> taken_over_;
  std::set<std::string> unconfirmed_;  // as the image before had them; the tree has not been read
  std::map<std::string, SharedDefinition> resting_;
  SwitchedOff switched_off_;
  Jobs jobs_;
};

}  // namespace acron
