#include "acron/edges/delivery/courier.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <new>
#include <string>
#include <utility>

#include "courier_lane.hpp"

#include "acron/runtime/loop/quietly.hpp"

namespace acron {
namespace asio = boost::asio;

namespace {

using Steady = std::chrono::steady_clock;

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

LogFields fields_about(const OwedMail& mail) {
  return {{"job", mail.about}, {"to", mail.to}, {"message-id", mail.message_id}};
}

/// Who or what a message goes to, as one name. It may have a secret, and is never logged.
std::string target_of(const MailQueue::Entry& entry) { return entry.text->to + '\n' + entry.text->url; }

LogFields with(LogFields fields, std::string_view name, std::string value) {
  fields.emplace_back(name, std::move(value));
  return fields;
}

}  // namespace

Courier::Courier(const asio::any_io_executor& executor, NewTransport new_transport, Outbox& outbox, Backoff backoff,
                 Log log, CourierLimits limits, std::string_view kind)
    : new_transport_(std::move(new_transport)),
      outbox_(outbox),
      backoff_(backoff),
      log_(std::move(log)),
      limits_(limits),
      kind_(kind),
      queue_(limits.texts),
      news_(limits.calm),
      wake_(executor),
      drained_(executor),
      self_(std::make_shared<Courier*>(this)),
      tasks_(executor) {
  lanes_.push_back(std::make_unique<Lane>(Lane{new_transport_()}));
}

Courier::~Courier() = default;

/// The wall clock places it among lives; within one, steps of that clock must neither hurry nor outdate anything.
void Courier::take(OwedMail owed, MailText text) {
  const auto now = Steady::now();
  const auto wall = wall_clock();
  const Duration age = std::max(wall - owed.queued, Duration{0});
  const Duration wait = text ? Duration{0} : std::clamp(owed.due - wall, Duration{0}, backoff_.longest);
  if (owed.server_failures > 0 && !server_down_) {  // the life before found it down
    server_failures_ = std::max(server_failures_, owed.server_failures);
    server_due_ = std::max(server_due_, now + wait);
  }
  queue_.push({std::move(owed), std::move(text), now - age, now + wait}, now);
  wake_.cancel();
}

void Courier::say(Severity severity, std::string_view event, const LogFields& fields) const {
  log_(severity, std::string{kind_}.append(event), fields);
}

void Courier::lose(const Entry& entry, std::string_view reason) {
  ++counters_.lost;
  say(Severity::error, "-lost", with(fields_about(entry.owed), "reason", std::string{reason}));
  outbox_.remove_mail(entry.owed.id);
}

Task<> Courier::run() {
  try {
    co_await bring_all();
  } catch (...) {
    tasks_.cancel();
    throw;
  }
}

Task<> Courier::bring_all() {
  const auto is_idle = [](const auto& lane) { return !lane->hand; };
  while (!flushing_ || waiting() > 0 || !std::all_of(lanes_.begin(), lanes_.end(), is_idle)) {
    if (auto next = next_in_turn(Steady::now())) {
      begin(idle_lane(), std::move(*next));
    } else {
      co_await sleep();
    }
  }
  drained_.cancel();
  for (const auto& lane : lanes_) co_await lane->transport->close();
}

void Courier::begin(Lane& lane, Entry entry) {
  lane.hand = std::move(entry);
  tasks_.start(kind_, work(lane));
}

/// As long as something is in turn, so that a queue is brought away without a new task for each message.
Task<> Courier::work(Lane& lane) {
  do {
    co_await deliver(lane);
    lane.hand = next_in_turn(Steady::now());
    if (lanes_.size() > 1) wake_.cancel();  // run() may have waited for this lane alone
  } while (lane.hand);
  wake_.cancel();
}

Task<> Courier::deliver(Lane& lane) {
  lane.began = Steady::now();
  lane.connected = true;
  lane.stall_noted = false;
  Delivery delivery{Delivery::Kind::postponed, Delivery::Scope::server, "acron is out of memory"};
  try {
    delivery = co_await lane.transport->deliver(*lane.hand->text);
  } catch (const std::bad_alloc&) {
    // The message waits as it would for a server that is down.
  }
  lane.used = Steady::now();
  const auto state = co_await asio::this_coro::cancellation_state;
  if (delivery.kind != Delivery::Kind::accepted && state.cancelled() != asio::cancellation_type::none) {
    // A try that was broken off from here says nothing about the server, and what is in hand still waits.
    throw boost::system::system_error{asio::error::operation_aborted};
  }
  settle(lane, delivery);
}

void Courier::read_ahead(const MailQueue::Test& held) {
  while (const auto id = queue_.begin_read(held)) {
    outbox_.read_mail(*id, [self = std::weak_ptr(self_), id = *id](const Result<MailText>& text) {
      if (const auto courier = self.lock()) (*courier)->settle_read(id, text);
    });
  }
}

void Courier::settle_read(MailId id, const Result<MailText>& text) {
  auto entry = queue_.end_read(id);
  if (!entry) return;
  if (!text) {
    const auto now = Steady::now();
    const Duration delay = backoff_.longest / 16;  // the disk's trouble: the same for all
    say(std::exchange(outbox_down_, true) ? Severity::debug : Severity::warning, "-postponed",
        with(with(fields_about(entry->owed), "reason", text.error().message), "next-in", format_duration(delay)));
    entry->due = now + delay;
    queue_.push(std::move(*entry), now);
  } else if (*text == nullptr) {
    lose(*entry, "its text was lost with the state file");
  } else {
    outbox_down_ = false;
    entry->text = *text;
    queue_.push_read(std::move(*entry));
  }
  wake_.cancel();
}

/// Whose trouble a failure is. A server that took other messages while this one went wrong, or since its target first
/// made connections go wrong or was refused as if all were, is not to blame.
Delivery::Scope Courier::blame(const Lane& lane, const std::string& target, const Delivery& delivery) {
  if (delivery.scope == Delivery::Scope::message) suspects_.answer(target);
  const bool nobody_knows = delivery.scope == Delivery::Scope::connection || delivery.perhaps_one;
  if (nobody_knows) suspects_.note_refusal(target, delivery.perhaps_one);
  const auto since = nobody_knows ? std::min(lane.began, suspects_.suspect(target, Steady::now())) : lane.began;
  return last_success_ > since ? Delivery::Scope::message : delivery.scope;
}

void Courier::settle(Lane& lane, const Delivery& delivery) {
  auto entry = std::move(*lane.hand);
  lane.hand.reset();
  const bool left = std::exchange(lane.hand_left, false);
  if (left && delivery.kind == Delivery::Kind::postponed) return;
  const auto scope = blame(lane, target_of(entry), delivery);
  if (delivery.kind == Delivery::Kind::accepted || delivery.scope == Delivery::Scope::message) {
    note_server_success();
  } else if (scope != Delivery::Scope::message) {
    note_trouble(lane, delivery);
  }
  if (delivery.kind == Delivery::Kind::postponed) return postpone(std::move(entry), scope, delivery);
  if (delivery.kind == Delivery::Kind::refused) return lose(entry, delivery.reason);
  ++counters_.sent;
  outbox_.remove_mail(entry.owed.id);
  say(Severity::info, "-sent", with(fields_about(entry.owed), "reply", delivery.reason));
}

/// What nobody knows to be final may pass, but hardly after a day.
Duration Courier::longest_stay(const Delivery& delivery) const {
  return delivery.unclear ? std::min(limits_.unclear_stay, limits_.longest_stay) : limits_.longest_stay;
}

void Courier::say_postponed(const Entry& entry, const Delivery& delivery, bool news, Duration delay) const {
  auto reason = delivery.reason;
  if (delivery.unclear) {
    const auto until = entry.owed.queued + longest_stay(delivery);
    reason += "; acron does not know whether this is final, and tries until " + in_utc(until);
  }
  say(news ? Severity::warning : Severity::debug, "-postponed",
      with(with(fields_about(entry.owed), "reason", std::move(reason)), "next-in", format_duration(delay)));
}

void Courier::postpone(Entry entry, Delivery::Scope scope, const Delivery& delivery) {
  const auto now = Steady::now();
  OwedMail& owed = entry.owed;
  const auto stay = longest_stay(delivery);
  if (scope == Delivery::Scope::message && may_give_up(now) && entry.arrived < now - stay)
    return lose(entry, delivery.reason + "; not taken for " + format_duration(stay));
  Duration delay{0};
  // Also when the connection was lost in its midst: a message that kills the server must not hold the others.
  if (scope != Delivery::Scope::server) {
    delay = backoff_.delay_after(++owed.attempts);
    // A stall of an earlier life counts as an attempt, and was not told.
    const bool news = (owed.attempts <= 2 && !std::exchange(entry.told, true)) || (delivery.unclear && !entry.unclear);
    say_postponed(entry, delivery, news, delay);
  }
  entry.unclear = delivery.unclear;
  entry.due = now + delay;
  owed.server_failures = scope == Delivery::Scope::message ? 0 : server_failures_;
  if (owed.server_failures > 0) delay = std::max(delay, backoff_.delay_after(owed.server_failures));
  outbox_.postpone_mail(owed.id, {owed.attempts, owed.server_failures, wall_clock() + delay});
  entry.text.reset();
  queue_.push(std::move(entry), now);
  // Not because of one message: the server may take the others, which were perhaps not tried in this life.
  if (scope != Delivery::Scope::message) give_up_outdated(now);
}

void Courier::give_up_outdated(Instant now) {
  if (!may_give_up(now)) return;
  const auto oldest = now - limits_.longest_stay;
  for (const Entry& entry : queue_.remove_if([oldest](const Entry& one) { return one.arrived < oldest; }))
    lose(entry, "not taken for " + format_duration(limits_.longest_stay));
}

/// Not a second time where another lane met the same trouble, or another recipient in the pause after it.
void Courier::note_trouble(const Lane& lane, const Delivery& delivery) {
  const bool known = server_down_ && lane.began < server_due_;
  if (!known) note_server_failure(delivery.reason);
  if (!delivery.perhaps_one && delivery.scope != Delivery::Scope::connection) {
    others_left_ = 0;
  } else if (!known) {
    others_left_ = limits_.others;
  }
}

void Courier::note_server_failure(const std::string& reason) {
  ++server_failures_;
  last_failure_ = Steady::now();
  const auto delay = backoff_.delay_after(flushing_ ? ++flush_failures_ : server_failures_);
  server_due_ = last_failure_ + delay;
  server_down_ = true;
  const bool news = news_.on_failure(last_failure_);
  say(news ? Severity::warning : Severity::debug, news ? "-server-down" : "-retry",
      {{"reason", reason}, {"next-in", format_duration(delay)}, {"waiting", std::to_string(waiting() + 1)}});
}

void Courier::note_server_success() {
  last_success_ = Steady::now();
  if (std::exchange(server_down_, false)) {
    server_due_ = {};
    wake_.cancel();  // run() waited for this try alone
  }
  news_.on_success(last_success_);
  tell_if_up(last_success_);
  server_failures_ = 0;
}

void Courier::tell_if_up(Instant now) {
  if (now < news_.up_at()) return;
  say(Severity::info, "-server-up",
      {{"failures", std::to_string(news_.tell_up(now))}, {"waiting", std::to_string(waiting())}});
}

Task<> Courier::sleep() {
  if (flushing_) drained_.cancel();
  wake_.expires_at(std::min({next_try(), next_idle_end(), news_.up_at()}));
  co_await wake_.async_wait(quietly);
  co_await leave_if_cancelled();
  tell_if_up(Steady::now());
  if (Steady::now() >= next_idle_end()) co_await close_idle_lanes();
}

bool Courier::can_do_something_before(Instant until) const {
  return in_hand() > 0 || queue_.is_reading() || (queue_.size() > 0 && next_try() < until);
}

Task<> Courier::flush(Instant until) {
  flushing_ = true;
  server_due_ = Steady::now();
  queue_.promote(Instant::max());
  wake_.cancel();
  while (can_do_something_before(until) && Steady::now() < until) {
    drained_.expires_at(until);
    co_await drained_.async_wait(quietly);
  }
}

std::vector<OwedMail> Courier::leave() {
  std::vector<OwedMail> left;
  for (const auto& lane : lanes_) {
    if (!lane->hand || std::exchange(lane->hand_left, true)) continue;
    left.push_back(lane->hand->owed);  // not destroyed: the transport reads it
  }
  for (Entry& entry : queue_.remove_if([](const Entry&) { return true; })) left.push_back(std::move(entry.owed));
  wake_.cancel();
  return left;
}

}  // namespace acron
