#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "acron/core/job/output_route.hpp"
#include "acron/core/job/run_report.hpp"
#include "acron/edges/delivery/courier.hpp"
#include "acron/edges/delivery/webhook_client.hpp"
#include "acron/runtime/loop/task_group.hpp"

namespace acron {

/// A server that was away for longer has missed the news; there is less of it than of mail.
inline constexpr CourierLimits webhook_courier_limits{
    .texts = std::size_t{512} * 1024,
    .longest_stay = std::chrono::hours{24},
    .idle = std::chrono::seconds{5},
    .stall = std::chrono::seconds{3},
    .kept_lanes = 0,  // hooks are not told apart before their text is read
    .others = 0,
};

/// What the server is told of a run. Its `to` has no secret.
OutgoingMail webhook_about(const RunReport& report, const HttpTarget& target);

/// Brings the JSON records of runs to the servers that `output https://...` names. Each server has a courier of its
/// own, so that one that is down holds up no other.
class Webhooks {
 public:
  /// `pool` is for what blocks. The outbox outlives it.
  Webhooks(boost::asio::any_io_executor executor, boost::asio::any_io_executor pool, Outbox& outbox, Backoff backoff,
           Courier::Log log, WebhookTimeLimits time_limits = {}, CourierLimits limits = webhook_courier_limits);
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;
  ~Webhooks();

  /// As Courier::set_backoff, for all servers.
  void set_backoff(Backoff backoff);

  /// A message made by webhook_about, as Courier::take.
  void take(OwedMail owed, MailText text = nullptr);

  /// For the end of the program: as Courier::flush, of all servers at once.
  Task<> flush(Courier::Instant until);
  /// As Courier::leave, of all servers.
  std::vector<OwedMail> leave();

  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Server;

  Courier& courier_of(const std::string& server);
  Task<> flush_one(Courier& courier, Courier::Instant until);

  boost::asio::any_io_executor executor_;
  boost::asio::any_io_executor pool_;
  Outbox& outbox_;
  Backoff backoff_;
  Courier::Log log_;
  WebhookTimeLimits time_limits_;
  CourierLimits limits_;
  boost::asio::steady_timer flushed_;
  std::size_t flushing_ = 0;
  std::map<std::string, std::unique_ptr<Server>, std::less<>> servers_;  // by what `describe` calls them
  TaskGroup tasks_;
};

}  // namespace acron
