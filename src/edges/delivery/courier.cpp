#include "acron/edges/delivery/courier.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <string>
#include <utility>

#include "quietly.hpp"

namespace acron {
namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

LogFields fields_of(const OwedMail& mail) {
  return {{"job", mail.about}, {"to", mail.to}, {"message-id", mail.message_id}};
}

LogFields with(LogFields fields, std::string_view name, std::string value) {
  fields.emplace_back(name, std::move(value));
  return fields;
}

}  // namespace

Courier::Courier(const asio::any_io_executor& executor, MailTransport& transport, Outbox& outbox, Backoff backoff,
                 Log log, CourierLimits limits, std::string_view kind)
    : transport_(transport),
      outbox_(outbox),
      backoff_(backoff),
      log_(std::move(log)),
      limits_(limits),
      kind_(kind),
      queue_(limits.texts),
      wake_(executor),
      drained_(executor),
      self_(std::make_shared<Courier*>(this)) {}

/// The wall clock places it among lives; within one, steps of that clock must neither hurry nor outdate anything.
void Courier::take(OwedMail owed, MailText text) {
  const auto now = Clock::now();
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
  say(Severity::error, "-lost", with(fields_of(entry.owed), "reason", std::string{reason}));
  outbox_.remove_mail(entry.owed.id);
}

Task<> Courier::run() {
  while (!(flushing_ && waiting() == 0)) {
    if (take_due(Clock::now())) {
      co_await deliver_in_hand();
    } else {
      co_await sleep();
    }
  }
  drained_.cancel();
  co_await transport_.close();
}

bool Courier::take_due(Instant now) {
  if (now < server_due_) return false;
  queue_.promote(now);
  read_ahead();
  in_hand_ = queue_.take();
  return in_hand_.has_value();
}

void Courier::read_ahead() {
  while (const auto id = queue_.begin_read()) {
    outbox_.read_mail(*id, [self = std::weak_ptr(self_), id = *id](const Result<MailText>& text) {
      if (const auto courier = self.lock()) (*courier)->settle_read(id, text);
    });
  }
}

void Courier::settle_read(MailId id, const Result<MailText>& text) {
  auto entry = queue_.end_read(id);
  if (!entry) return;
  if (!text) {
    const auto now = Clock::now();
    const Duration delay = backoff_.longest / 16;  // the disk's trouble: the same for all
    say(std::exchange(outbox_down_, true) ? Severity::debug : Severity::warning, "-postponed",
        with(with(fields_of(entry->owed), "reason", text.error().message), "next-in", format_duration(delay)));
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

Task<> Courier::deliver_in_hand() {
  connected_ = true;
  const auto delivery = co_await transport_.deliver(*in_hand_->text);
  last_try_ = Clock::now();
  const auto state = co_await asio::this_coro::cancellation_state;
  if (delivery.kind != Delivery::Kind::accepted && state.cancelled() != asio::cancellation_type::none) {
    // A try that was broken off from here says nothing about the server, and what is in hand still waits.
    throw boost::system::system_error{asio::error::operation_aborted};
  }
  settle(delivery);
}

void Courier::settle(const Delivery& delivery) {
  auto entry = std::move(*in_hand_);
  in_hand_.reset();
  const bool left = std::exchange(hand_left_, false);
  if (left && delivery.kind == Delivery::Kind::postponed) return;
  if (delivery.kind == Delivery::Kind::accepted || delivery.scope == Delivery::Scope::message) {
    note_server_success();
  } else {
    note_server_failure(delivery.reason);
  }
  if (delivery.kind == Delivery::Kind::postponed) return postpone(std::move(entry), delivery);
  if (delivery.kind == Delivery::Kind::refused) return lose(entry, delivery.reason);
  ++counters_.sent;
  outbox_.remove_mail(entry.owed.id);
  say(Severity::info, "-sent", with(fields_of(entry.owed), "reply", delivery.reason));
}

void Courier::postpone(Entry entry, const Delivery& delivery) {
  const auto now = Clock::now();
  OwedMail& owed = entry.owed;
  Duration delay{0};
  // Also when the connection was lost in its midst: a message that kills the server must not hold the others.
  if (delivery.scope != Delivery::Scope::server) {
    delay = backoff_.delay_after(++owed.attempts);
    say(owed.attempts == 1 ? Severity::warning : Severity::debug, "-postponed",
        with(with(fields_of(owed), "reason", delivery.reason), "next-in", format_duration(delay)));
  }
  entry.due = now + delay;
  owed.server_failures = delivery.scope == Delivery::Scope::message ? 0 : server_failures_;
  if (owed.server_failures > 0) delay = std::max(delay, backoff_.delay_after(owed.server_failures));
  if (delivery.scope == Delivery::Scope::message && entry.arrived < now - limits_.longest_stay)
    return lose(entry, "not taken for " + format_duration(limits_.longest_stay));
  outbox_.postpone_mail(owed.id, {owed.attempts, owed.server_failures, wall_clock() + delay});
  entry.text.reset();
  queue_.push(std::move(entry), now);
  // Not because of one message: the server may take the others, which were perhaps not tried in this life.
  if (delivery.scope != Delivery::Scope::message) give_up_outdated(now);
}

void Courier::give_up_outdated(Instant now) {
  const auto oldest = now - limits_.longest_stay;
  for (const Entry& entry : queue_.remove_if([oldest](const Entry& one) { return one.arrived < oldest; }))
    lose(entry, "not taken for " + format_duration(limits_.longest_stay));
}

void Courier::note_server_failure(const std::string& reason) {
  ++server_failures_;
  const auto delay = backoff_.delay_after(flushing_ ? ++flush_failures_ : server_failures_);
  server_due_ = Clock::now() + delay;
  const bool news = !std::exchange(server_down_, true);
  say(news ? Severity::warning : Severity::debug, news ? "-server-down" : "-retry",
      {{"reason", reason}, {"next-in", format_duration(delay)}, {"waiting", std::to_string(queue_.size() + 1)}});
}

void Courier::note_server_success() {
  if (std::exchange(server_down_, false)) {
    say(Severity::info, "-server-up",
        {{"failures", std::to_string(server_failures_)}, {"waiting", std::to_string(queue_.size())}});
  }
  server_failures_ = 0;
}

Task<> Courier::sleep() {
  if (flushing_) drained_.cancel();
  const auto idle_end = connected_ ? last_try_ + limits_.idle : Instant::max();
  wake_.expires_at(std::min(next_try(), idle_end));
  co_await wake_.async_wait(quietly);
  if (!connected_ || Clock::now() < last_try_ + limits_.idle) co_return;
  connected_ = false;
  co_await transport_.close();
}

Courier::Instant Courier::next_try() const { return std::max(queue_.next_due(), server_due_); }

bool Courier::can_do_something_before(Instant until) const {
  return (in_hand_ && !hand_left_) || queue_.is_reading() || (queue_.size() > 0 && next_try() < until);
}

Task<> Courier::flush(Instant until) {
  flushing_ = true;
  server_due_ = Clock::now();
  queue_.promote(Instant::max());
  wake_.cancel();
  while (can_do_something_before(until) && Clock::now() < until) {
    drained_.expires_at(until);
    co_await drained_.async_wait(quietly);
  }
}

std::size_t Courier::leave() {
  const auto count = waiting();
  hand_left_ = in_hand_.has_value();  // not destroyed: the transport still reads it
  queue_.remove_if([](const Entry&) { return true; });
  wake_.cancel();
  return count;
}

}  // namespace acron
