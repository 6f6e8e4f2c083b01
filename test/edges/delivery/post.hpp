#pragma once

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "acron/edges/delivery/courier.hpp"
#include "fake_outbox.hpp"

namespace acron::test {

inline OutgoingMail mail_of(const std::string& job, std::size_t bytes = 10) {
  return {"root@web-0001", "mark@example.com", "id." + job + "@web-0001", job, std::string(bytes, 'x')};
}

inline const Delivery down{Delivery::Kind::postponed, Delivery::Scope::server, "no route"};
inline const Delivery greylisted{Delivery::Kind::postponed, Delivery::Scope::message, "451 later"};
inline const Delivery dropped{Delivery::Kind::postponed, Delivery::Scope::connection, "closed"};
inline const Delivery filtered{Delivery::Kind::postponed, Delivery::Scope::server, "550 SPF fail", true};
inline const Delivery unclear{Delivery::Kind::postponed, Delivery::Scope::message, "550 who?", false, true};
inline const Delivery unknown{Delivery::Kind::refused, Delivery::Scope::message, "550 who?"};
inline const Delivery banned{Delivery::Kind::refused, Delivery::Scope::server, "554 go away"};

/// Answers each message's tries in turn, and accepts when it has no more answers.
class FakeTransport final : public MailTransport {
 public:
  explicit FakeTransport(boost::asio::io_context& loop) : gate_(loop, boost::asio::steady_timer::time_point::max()) {}

  Task<Delivery> deliver(const OutgoingMail& mail) override {
    tries.push_back(mail.about);
    ids.push_back(mail.message_id);
    if (hangs || mute.count(mail.about) > 0)
      co_await gate_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    auto& left = answers[mail.about];
    if (left.empty()) co_return Delivery{Delivery::Kind::accepted, Delivery::Scope::message, "250 ok"};
    const auto answer = left.front();
    left.pop_front();
    co_return answer;
  }
  [[nodiscard]] bool greeted() const override { return greets; }
  Task<> close() override {
    ++closed;
    co_return;
  }

  std::map<std::string, std::deque<Delivery>> answers;
  /// All that hangs gets its answer.
  void answer() { gate_.cancel(); }

  bool hangs = false;
  std::set<std::string> mute;  // whose deliveries hang
  std::vector<std::string> tries;
  std::vector<std::string> ids;
  int closed = 0;
  bool greets = false;  // before it answers, or hangs

 private:
  boost::asio::steady_timer gate_;
};

/// One of the transports of a courier: all are the same fake.
class Over final : public MailTransport {
 public:
  explicit Over(FakeTransport& transport) : transport_(transport) {}
  Task<Delivery> deliver(const OutgoingMail& mail) override { return transport_.deliver(mail); }
  [[nodiscard]] bool greeted() const override { return transport_.greeted(); }
  Task<> close() override { return transport_.close(); }

 private:
  FakeTransport& transport_;
};

/// A courier, its outbox, its transport, its log and its loop.
struct Post {
  explicit Post(CourierLimits limits = {}, Backoff backoff = {Duration{1}, Duration{4}, 0x80000000U})
      : courier(
            loop.get_executor(), [this] { return std::make_unique<Over>(transport); }, outbox, backoff,
            [this](Severity severity, std::string_view event, const LogFields& fields) {
              log.push_back(std::string(event) + (fields.front().first == "job" ? " " + fields.front().second : ""));
              if (severity >= Severity::warning) loud.push_back(log.back());
              reason_of[log.back()] = fields.back().second;
              for (const auto& [name, value] : fields) {
                if (name == "reason") reason_in[log.back()] = value;
              }
            },
            limits) {}

  /// A new message. Returns its name.
  MailId submit(const OutgoingMail& mail) {
    auto [owed, text] = outbox.add(mail);
    courier.take(owed, text);
    return owed.id;
  }
  void start() {
    boost::asio::co_spawn(loop, courier.run(), boost::asio::bind_cancellation_slot(stop.slot(), boost::asio::detached));
  }
  void run_until(const std::function<bool()>& reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);  // of one that never comes
    while (!reached()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      loop.run_one_for(std::chrono::seconds(1));
    }
  }
  void run_until_empty() {
    run_until([this] { return courier.waiting() == 0; });
  }
  [[nodiscard]] std::ptrdiff_t said(const std::string& line) const { return std::count(log.begin(), log.end(), line); }

  boost::asio::io_context loop;
  FakeOutbox outbox{loop};
  FakeTransport transport{loop};
  std::vector<std::string> log;
  std::vector<std::string> loud;
  std::map<std::string, std::string> reason_of, reason_in;
  boost::asio::cancellation_signal stop;
  Courier courier;
};

inline constexpr auto far_off = std::chrono::hours{1};
inline constexpr Backoff patient_backoff{far_off, far_off, 0};

}  // namespace acron::test
