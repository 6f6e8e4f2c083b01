#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace acron {

/// How many mails a recipient gets, so that a fault of many jobs does not bury the one that matters.
class RecipientLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;  // the caller's; only differences count

  struct Answer {
    bool may_go = true;
    std::uint64_t held_back = 0;  // of one that may go: those before it that might not, since the last that might
  };

  struct Recipient {
    std::string address;     // in lower case
    std::vector<Time> sent;  // within the last hour, the oldest first
    std::uint64_t held_back = 0;
  };

  /// So many in any hour for each recipient; 0: any number.
  explicit RecipientLimit(std::size_t per_hour = 60) : per_hour_(per_hour) {}

  /// Counts a mail that is about to be sent, at a time not before that of the last call. Recipients that differ only in
  /// letter case are one.
  Answer admit(std::string_view recipient, Time now);

  /// All that it has counted, and is to count on from: an upgrade is no new hour.
  [[nodiscard]] std::vector<Recipient> state() const;
  void take_over(const std::vector<Recipient>& counted);

 private:
  struct Count {
    std::deque<Time> sent;
    std::uint64_t held_back = 0;
  };

  void forget_the_quiet(Time now);

  std::size_t per_hour_;
  std::map<std::string, Count, std::less<>> recipients_;
};

}  // namespace acron
