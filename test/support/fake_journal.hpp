#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "acron/runtime/jobs/run_journal.hpp"

namespace acron {

/// Remembers what has run for as long as the test lives.
class FakeJournal final : public RunJournal {
 public:
  [[nodiscard]] std::optional<TimePoint> last_tick(const std::string& job) const override {
    const auto found = ticks.find(job);
    return found != ticks.end() ? std::optional(found->second) : std::nullopt;
  }
  [[nodiscard]] std::optional<Occurrence> last_start(const std::string& job) const override {
    const auto found = starts.find(job);
    return found != starts.end() ? std::optional(found->second) : std::nullopt;
  }
  void nothing_missed(const std::string& job, TimePoint now) override { ticks[job] = now; }
  void passed_over(const std::string& job, TimePoint tick) override { ticks[job] = std::max(ticks[job], tick); }
  void started(const RunIdentity& identity, const Occurrence& occurrence, const std::optional<TimeLimit>&) override {
    ticks.insert_or_assign(identity.job, occurrence.tick);
    starts.insert_or_assign(identity.job, occurrence);
  }
  void queued(const std::string& job, const Occurrence& occurrence, std::string_view waits_for) override {
    waits.insert_or_assign({job, occurrence.due}, waits_for);
  }
  void dequeued(const std::string& job, TimePoint due) override { waits.erase({job, due}); }
  void has_process(const std::string&, pid_t) override {}
  void asked_to_end(const std::string&, TimePoint) override {}
  void has_failed(const std::string&, const FailedAttempt&) override {}
  [[nodiscard]] Incident incident(const std::string& job) const override {
    const auto found = incidents.find(job);
    return found != incidents.end() ? found->second : Incident{};
  }
  void ended(const RunRecord& record, std::vector<OutgoingMail> owed) override {
    owes.insert(owes.end(), owed.begin(), owed.end());
    records.push_back(record);
    Incident& one = incidents[record.identity.job];
    one = next(one, record.verdict, record.identity.started + record.duration);
  }

  std::map<std::string, TimePoint> ticks;     // the last of each job; a test may say what ran in an earlier life
  std::map<std::string, Occurrence> starts;   // likewise
  std::map<std::string, Incident> incidents;  // likewise
  std::map<std::pair<std::string, TimePoint>, std::string> waits;  // what queued runs wait for
  std::vector<RunRecord> records;
  std::vector<OutgoingMail> owes;
};

}  // namespace acron
