#include "acron/core/mail/recipient_limit.hpp"

#include <utility>

#include "acron/core/text.hpp"

namespace acron {
namespace {

constexpr auto window = std::chrono::hours{1};

}  // namespace

RecipientLimit::Answer RecipientLimit::admit(std::string_view recipient, Time now) {
  if (per_hour_ == 0) return {};
  forget_the_quiet(now);
  auto& one = recipients_[lower_ascii(recipient)];
  if (one.sent.size() >= per_hour_) {
    ++one.held_back;
    return {.may_go = false, .held_back = 0};
  }
  one.sent.push_back(now);
  return {.may_go = true, .held_back = std::exchange(one.held_back, 0)};
}

/// What is an hour old counts no longer. A recipient of whom nothing is to be said is dropped, so that memory does not
/// grow with all those there ever were.
void RecipientLimit::forget_the_quiet(Time now) {
  for (auto one = recipients_.begin(); one != recipients_.end();) {
    auto& sent = one->second.sent;
    while (!sent.empty() && now - sent.front() >= window) sent.pop_front();
    one = sent.empty() && one->second.held_back == 0 ? recipients_.erase(one) : std::next(one);
  }
}

}  // namespace acron
