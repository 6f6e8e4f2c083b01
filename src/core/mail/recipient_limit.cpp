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

std::vector<RecipientLimit::Recipient> RecipientLimit::state() const {
  std::vector<Recipient> all;
  for (const auto& [address, count] : recipients_)
    all.push_back({address, {count.sent.begin(), count.sent.end()}, count.held_back});
  return all;
}

void RecipientLimit::take_over(const std::vector<Recipient>& counted) {
  if (per_hour_ == 0) return;
  for (const auto& [address, sent, held_back] : counted) recipients_[address] = {{sent.begin(), sent.end()}, held_back};
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
