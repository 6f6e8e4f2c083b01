// Which delivery is next, and which go on beside each other.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "acron/edges/delivery/courier.hpp"
#include "courier_lane.hpp"

namespace acron {

namespace {

using Steady = std::chrono::steady_clock;

}  // namespace

std::size_t Courier::in_hand() const {
  return static_cast<std::size_t>(
      std::count_if(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->hand && !lane->hand_left; }));
}

std::size_t Courier::busy_lanes() const {
  return static_cast<std::size_t>(
      std::count_if(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->hand.has_value(); }));
}

/// Whether a delivery is to show that a server is no longer down.
bool Courier::is_try(const Lane& lane) const { return lane.hand && server_down_ && lane.began >= last_failure_; }

/// Beside a try, too: one more to the same recipient would tell nothing new.
bool Courier::only_spare_lanes() const {
  return busy_lanes() >= limits_.most_lanes ||
         std::any_of(lanes_.begin(), lanes_.end(), [this](const auto& lane) { return is_try(*lane); });
}

/// A web server's hooks are told apart where the text, which has the URL, is in memory.
bool Courier::is_on_its_way(const Entry& entry) const {
  const auto same = [&](const Entry& other) {
    return entry.owed.to == other.owed.to && (!entry.text || entry.text->url == other.text->url);
  };
  return std::any_of(lanes_.begin(), lanes_.end(), [&](const auto& lane) { return lane->hand && same(*lane->hand); });
}

/// By the name that settle() gives its target. Of mail only: a web hook's has its URL, which is not always in memory.
bool Courier::is_suspect(const Entry& entry) const { return suspects_.has(entry.owed.to + '\n'); }

bool Courier::suspect_under_way() const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [this](const auto& lane) { return lane->hand && is_suspect(*lane->hand); });
}

/// Suspect for what the server said: such a message is not known to hang.
bool Courier::was_refused(const Entry& entry) const { return suspects_.was_refused(entry.owed.to + '\n'); }

bool Courier::refused_under_way() const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [this](const auto& lane) { return lane->hand && was_refused(*lane->hand) && !is_try(*lane); });
}

/// What hangs may do so because of its recipient, whose other messages must not take all lanes, nor all memory; and
/// those that hung before must not take more than one of them, together. One who was refused may go beside a try of a
/// server that is down, though: it may have refused all, and be well by now.
MailQueue::Test Courier::held(To whom) const {
  const bool spare = only_spare_lanes();
  const bool no_suspect = spare || suspect_under_way();
  const bool no_refused = busy_lanes() >= limits_.most_lanes || refused_under_way();
  return [=, this](const Entry& entry) {
    if (whom == To::proven && !is_proven(entry)) return true;
    const bool is_held = was_refused(entry) ? no_refused : no_suspect && is_suspect(entry);
    return is_held || (spare && is_on_its_way(entry));
  };
}

/// Whether the server answered a message to its recipient before, and gave no cause for doubt since.
bool Courier::is_proven(const Entry& entry) const {
  return suspects_.was_answered(entry.owed.to + '\n') && !is_suspect(entry);
}

/// While a server that may have failed but one recipient has its pause, each other one may be tried; the last try is
/// left for one that was answered before, whose message may come any time.
MailQueue::Test Courier::held_in_pause(To whom) const {
  return [this, held = held(whom), last = others_left_ < 2](const Entry& entry) {
    return is_suspect(entry) || (last && !is_proven(entry)) || held(entry);
  };
}

/// At a stop there is no time to wait for the usual one.
Duration Courier::stall() const { return flushing_ ? std::min(limits_.stall, limits_.stall_at_stop) : limits_.stall; }

bool Courier::is_stalled(const Lane& lane, Instant now) const { return lane.hand && now >= lane.began + stall(); }

bool Courier::any_stalled() const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [this, now = Steady::now()](const auto& lane) { return is_stalled(*lane, now); });
}

/// As a try that failed, so that after a restart those who have not been tried yet come first.
void Courier::note_stalls(Instant now) {
  for (const auto& lane : lanes_) {
    if (!is_stalled(*lane, now) || lane->hand_left || std::exchange(lane->stall_noted, true)) continue;
    const auto& owed = lane->hand->owed;
    const auto wall = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    outbox_.postpone_mail(owed.id, {owed.attempts + 1, owed.server_failures, wall});
  }
}

/// What takes long once the server has greeted us may do so because of its recipient, if that one is new or failed
/// before.
Duration Courier::wait_beside(const Lane& lane, To whom, bool stalled) const {
  if (!lane.transport->greeted() || is_proven(*lane.hand)) return stall();
  if (whom == To::proven && stalled) return Duration{0};
  const bool doubtful = whom == To::proven || stalled || lane.hand->owed.attempts > 0;
  return doubtful ? std::min(limits_.stall_of_one, stall()) : stall();
}

/// When the next delivery may begin, for all that those under way have to say: at once (the epoch), at an instant, or
/// once one of them has ended (max). A server that is down and does not even greet us gets few tries at a time.
Courier::Instant Courier::next_lane(To whom) const {
  const bool stalled = any_stalled();
  std::size_t busy = 0;
  std::size_t unheard = 0;
  Instant next{};
  for (const auto& lane : lanes_) {
    if (!lane->hand) continue;
    ++busy;
    if (is_suspect(*lane->hand)) continue;  // it may well hang, and others need not see whether it does
    if (is_try(*lane) && !lane->transport->greeted()) ++unheard;
    next = std::max(next, lane->began + wait_beside(*lane, whom, stalled));
  }
  const auto kept = whom == To::all && suspects_.anyone_answered() ? limits_.kept_lanes : 0;
  const bool enough = busy + kept >= limits_.most_lanes + limits_.spare_lanes || unheard >= limits_.most_unheard;
  return enough ? Instant::max() : next;
}

std::optional<Courier::Entry> Courier::next_in_turn(Instant now) {
  const auto whom = now < next_lane(To::all) ? To::proven : To::all;
  if (now < next_lane(whom)) return std::nullopt;
  note_stalls(now);
  queue_.promote(now);
  return now < server_due_ ? next_in_pause(whom) : next_not_held(whom);
}

std::optional<Courier::Entry> Courier::next_not_held(To whom) {
  const bool stalled = any_stalled();
  if (whom == To::proven || only_spare_lanes() || suspect_under_way()) queue_.set_aside(held(whom));
  read_ahead(held(whom));
  const auto later = [this](const Entry& entry) { return is_on_its_way(entry) || is_suspect(entry); };
  std::optional<Entry> next;
  if (server_down_ || stalled || whom == To::proven) next = next_proven(later);
  if (next || whom == To::proven) return next;
  // With what takes long: what failed before may do so again.
  if (busy_lanes() > 0)
    next = queue_.take([&](const Entry& entry) { return entry.owed.attempts > 0 || later(entry); }, false);
  return next ? std::move(next) : queue_.take(later, busy_lanes() < limits_.most_lanes);
}

/// Which message tells most about a server that is down, and hardly hangs.
std::optional<Courier::Entry> Courier::next_proven(const MailQueue::Test& held) {
  return queue_.take([&](const Entry& entry) { return !is_proven(entry) || held(entry); }, false);
}

std::optional<Courier::Entry> Courier::next_in_pause(To whom) {
  if (others_left_ == 0) return std::nullopt;
  const auto held = held_in_pause(whom);
  queue_.set_aside(held);
  read_ahead(held);
  auto next = next_proven(held);
  if (!next) next = queue_.take(held, false);
  if (next) --others_left_;
  return next;
}

Courier::Lane& Courier::idle_lane() {
  for (const auto& lane : lanes_) {
    if (!lane->hand) return *lane;
  }
  return *lanes_.emplace_back(std::make_unique<Lane>(Lane{new_transport_()}));
}

Courier::Instant Courier::next_idle_end() const {
  Instant next = Instant::max();
  for (const auto& lane : lanes_) {
    if (!lane->hand && lane->connected) next = std::min(next, lane->used + limits_.idle);
  }
  return next;
}

/// Only run() gives an idle lane work, and it waits here.
Task<> Courier::close_idle_lanes() {
  const auto now = Steady::now();
  for (const auto& lane : lanes_) {
    if (lane->hand || !lane->connected || now < lane->used + limits_.idle) continue;
    lane->connected = false;
    co_await lane->transport->close();
  }
  // The first one stays, for what its transport remembers.
  const auto gone = std::remove_if(lanes_.begin() + 1, lanes_.end(),
                                   [](const auto& lane) { return !lane->hand && !lane->connected; });
  lanes_.erase(gone, lanes_.end());
}

Courier::Instant Courier::next_try(To whom) const {
  const auto in_pause = others_left_ > 0 ? queue_.next_due(held_in_pause(whom)) : Instant::max();
  return std::max(next_lane(whom), std::min(in_pause, std::max(queue_.next_due(held(whom)), server_due_)));
}

Courier::Instant Courier::next_try() const { return std::min(next_try(To::all), next_try(To::proven)); }

}  // namespace acron
