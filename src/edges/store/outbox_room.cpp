#include "acron/edges/store/outbox_room.hpp"

#include <algorithm>
#include <utility>

namespace acron {
namespace {

using Use = OutboxRoom::Use;

bool fits(const Use& use, const OutboxRoom::Bound& bound, std::size_t bytes) {
  return use.messages < bound.messages && use.bytes + bytes <= bound.bytes;
}

void count(Use& use, std::size_t bytes) {
  ++use.messages;
  use.bytes += bytes;
}

}  // namespace

OutboxRoom::Answer OutboxRoom::ask(const OwedMail& mail) {
  const auto refused_by = [&](Use& use, const Bound& bound) -> Use* {
    return fits(use, bound, mail.bytes) ? nullptr : &use;
  };
  Use* full = nullptr;
  if (mail.webhook) {
    full = refused_by(servers_[mail.to], bounds_.webhooks_of_one_server);
    if (full == nullptr) full = refused_by(webhooks_, bounds_.webhooks);
  } else {
    full = refused_by(mail_, bounds_.mail);
  }
  if (full == nullptr) return Answer::has_room;
  return std::exchange(full->was_refused, true) ? Answer::refused : Answer::first_refusal;
}

void OutboxRoom::add(const OwedMail& mail) {
  if (!items_.emplace(mail.id, Item{mail.bytes, mail.webhook ? mail.to : std::string{}}).second) return;
  count(mail.webhook ? webhooks_ : mail_, mail.bytes);
  if (mail.webhook) count(servers_[mail.to], mail.bytes);
}

bool OutboxRoom::remove(MailId id) {
  const auto item = items_.find(id);
  if (item == items_.end()) return false;
  const auto& [bytes, server] = item->second;
  if (server.empty()) {
    free(mail_, bounds_.mail, bytes);
  } else {
    free(webhooks_, bounds_.webhooks, bytes);
    const auto use = servers_.find(server);
    free(use->second, bounds_.webhooks_of_one_server, bytes);
    if (use->second.messages == 0) servers_.erase(use);
  }
  items_.erase(item);
  return true;
}

std::size_t OutboxRoom::count_if(const std::function<bool(MailId)>& wanted) const {
  const auto count = std::count_if(items_.begin(), items_.end(), [&](const auto& item) { return wanted(item.first); });
  return static_cast<std::size_t>(count);
}

void OutboxRoom::free(Use& use, const Bound& bound, std::size_t bytes) {
  --use.messages;
  use.bytes -= bytes;
  if (4 * use.messages <= 3 * bound.messages && 4 * use.bytes <= 3 * bound.bytes) use.was_refused = false;
}

}  // namespace acron
