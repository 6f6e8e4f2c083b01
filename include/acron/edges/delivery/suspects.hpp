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

  /// One of the messages for `target` got an answer of its own.
  void answer(const std::string& target) {
    since_.erase(target);
    if (answered_.size() >= most) answered_.clear();
    answered_.insert(target);
  }

  [[nodiscard]] bool was_answered(const std::string& target) const { return answered_.count(target) > 0; }

 private:
  static constexpr std::size_t most = 1000;  // who is forgotten is learned anew
  std::map<std::string, Instant> since_;
  std::set<std::string> answered_;
};

}  // namespace acron
