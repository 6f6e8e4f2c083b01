#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace acron {

/// The recipients and web hooks of one server amid whose messages its connection went wrong, or whose messages it
/// refused in words about all, since when, until one of their messages gets an answer of its own. A server that takes
/// the messages of others meanwhile is not down: what is wrong is behind that one name. Whoever got an answer before
/// shows best whether it is down. A value without a clock.
class Suspects {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// Something went wrong for `target` at `now`. Returns since when it does.
  Instant suspect(const std::string& target, Instant now) {
    if (since_.size() >= most) since_.clear();
    return since_.emplace(target, now).first->second;
  }

  [[nodiscard]] bool has(const std::string& target) const { return since_.count(target) > 0; }

  /// The last trouble of `target`: the server refused it in words that may be about all recipients, or (not `refused`)
  /// its connection went wrong.
  void note_refusal(const std::string& target, bool refused) {
    if (refused_.size() >= most) refused_.clear();
    refused ? static_cast<void>(refused_.insert(target)) : static_cast<void>(refused_.erase(target));
  }
  [[nodiscard]] bool was_refused(const std::string& target) const { return refused_.count(target) > 0; }

  /// One of the messages for `target` got an answer of its own.
  void answer(const std::string& target) {
    since_.erase(target);
    refused_.erase(target);
    if (answered_.size() >= most) answered_.clear();
    answered_.insert(target);
  }

  [[nodiscard]] bool anyone_answered() const { return !answered_.empty(); }
  [[nodiscard]] bool was_answered(const std::string& target) const { return answered_.count(target) > 0; }

 private:
  static constexpr std::size_t most = 1000;  // who is forgotten is learned anew
  std::map<std::string, Instant> since_;
  std::set<std::string> refused_, answered_;
};

}  // namespace acron
