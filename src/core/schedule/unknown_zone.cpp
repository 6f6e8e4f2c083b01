#include "unknown_zone.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "zone_files.hpp"
#include "zone_meant.hpp"

namespace acron {
namespace {

/// A tree may name an unknown zone in each of its files: the names that there are, and the answers, last for one look.
constexpr std::chrono::seconds freshness{2};
constexpr std::size_t most_answers = 1000;

bool is_usable(std::string_view name) {
  return read_zone_file(std::string{zone_directory}.append(name)).rules.has_value();
}

/// The zone that an unknown name most likely means; empty where there is none that can be used.
std::string likely_zone(std::string_view name, const std::vector<std::string>& names) {
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const auto last = lower_ascii(name.substr(std::min(name.find('/') + 1, name.size())));
  const auto is_copy = [&last](auto n) { return lower_ascii(n) == last; };  // posix/Europe/Berlin
  const auto copied = std::find_if(candidates.begin(), candidates.end(), is_copy);
  const auto likely = copied != candidates.end() ? std::string{*copied} : meant_zone(name, candidates);
  return likely.empty() || !is_usable(likely) ? std::string{} : likely;
}

class Advice {
 public:
  std::string about(const std::string& name) {
    const std::scoped_lock lock{mutex_};
    refresh();
    if (const auto known = answers_.find(name); known != answers_.end()) return known->second;
    auto answer = answer_to(name);
    if (answers_.size() < most_answers) answers_.emplace(name, answer);
    return answer;
  }

 private:
  void refresh() {
    const auto now = std::chrono::steady_clock::now();
    if (!names_.empty() && now - read_at_ < freshness) return;
    read_at_ = now;
    names_ = zone_names();
    example_ = is_usable("Europe/Berlin") ? "Europe/Berlin or " : "";
    answers_.clear();
  }

  [[nodiscard]] std::string answer_to(const std::string& name) const {
    if (names_.empty()) return ": this machine has no time zones but UTC; install the package tzdata";
    if (const auto likely = likely_zone(name, names_); !likely.empty()) return did_you_mean(likely);
    return " (try a name such as " + example_ + "UTC)";
  }

  std::mutex mutex_;
  std::chrono::steady_clock::time_point read_at_;
  std::vector<std::string> names_;
  std::string example_;
  std::map<std::string, std::string> answers_;  // by name
};

}  // namespace

Error unknown_zone(std::string_view name) {
  static Advice advice;
  return {"unknown time zone '" + printable(name, 60) + "'" + advice.about(std::string{name})};
}

}  // namespace acron
