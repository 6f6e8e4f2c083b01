#include "untold_ends.hpp"

#include <utility>

namespace acron {

void UntoldEnds::add(const RunIdentity& run, const std::vector<MailId>& owed) {
  if (owed.empty()) {
    told_.push_back(run);
    return;
  }
  owing_.insert_or_assign(run.id, End{run, owed.size()});
  for (const MailId id : owed) run_of_.insert_or_assign(id, run.id);
}

void UntoldEnds::remove_mail(MailId id) {
  const auto mail = run_of_.find(id);
  if (mail == run_of_.end()) return;
  const auto end = owing_.find(mail->second);
  run_of_.erase(mail);
  if (--end->second.owed > 0) return;
  told_.push_back(std::move(end->second.run));
  owing_.erase(end);
}

std::vector<RunIdentity> UntoldEnds::take_told() { return std::exchange(told_, {}); }

std::vector<RunIdentity> UntoldEnds::take_all() {
  auto all = take_told();
  for (auto& [id, end] : owing_) all.push_back(std::move(end.run));
  clear();
  return all;
}

void UntoldEnds::clear() {
  told_.clear();
  owing_.clear();
  run_of_.clear();
}

}  // namespace acron
