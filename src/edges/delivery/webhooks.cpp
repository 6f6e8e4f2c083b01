#include "acron/edges/delivery/webhooks.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "acron/core/job/run_json.hpp"
#include "acron/runtime/loop/quietly.hpp"

namespace acron {

OutgoingMail webhook_about(const RunReport& report, const HttpTarget& target) {
  OutgoingMail message;
  message.to = describe(target);
  message.message_id = report.identity.id;
  message.about = report.identity.job;
  message.text = run_json(report);
  message.url = target.url;
  return message;
}

namespace {

/// `host:port` of what `describe` says of a URL.
std::string server_in(std::string_view described) {
  described.remove_prefix(std::min(described.find("://") + 3, described.size()));
  return std::string{described.substr(0, described.find('/'))};
}

/// Which server a courier's word about its server is about. That of a record has the job instead.
Courier::Log naming(Courier::Log log, std::string server) {
  return [log = std::move(log), server = std::move(server)](Severity severity, std::string_view event,
                                                            const LogFields& fields) {
    const bool of_record = !fields.empty() && fields.front().first == "job";
    auto all = fields;
    if (!of_record) all.emplace_back("server", server);
    log(severity, event, all);
  };
}

}  // namespace

struct Webhooks::Server {
  Server(const boost::asio::any_io_executor& executor, const boost::asio::any_io_executor& pool, Outbox& outbox,
         Backoff backoff, Courier::Log log, WebhookTimeLimits time_limits, CourierLimits limits)
      : courier(
            executor,
            [executor, pool, time_limits] { return std::make_unique<WebhookClient>(executor, pool, time_limits); },
            outbox, backoff, std::move(log), limits, "webhook") {}
  Courier courier;
};

Webhooks::Webhooks(boost::asio::any_io_executor executor, boost::asio::any_io_executor pool, Outbox& outbox,
                   Backoff backoff, Courier::Log log, WebhookTimeLimits time_limits, CourierLimits limits)
    : executor_(std::move(executor)),
      pool_(std::move(pool)),
      outbox_(outbox),
      backoff_(backoff),
      log_(std::move(log)),
      time_limits_(time_limits),
      limits_(limits),
      flushed_(executor_),
      tasks_(executor_) {}

Webhooks::~Webhooks() = default;

void Webhooks::set_backoff(Backoff backoff) {
  backoff_ = backoff;
  for (const auto& [name, server] : servers_) server->courier.set_backoff(backoff);
}

void Webhooks::take(OwedMail owed, MailText text) {
  Courier& courier = courier_of(owed.to);
  courier.take(std::move(owed), std::move(text));
}

Courier& Webhooks::courier_of(const std::string& name) {
  auto& server = servers_[name];
  if (!server) {
    server = std::make_unique<Server>(executor_, pool_, outbox_, backoff_, naming(log_, server_in(name)), time_limits_,
                                      limits_);
    tasks_.start("webhook", server->courier.run());
  }
  return server->courier;
}

Task<> Webhooks::flush(Courier::Instant until) {
  for (const auto& [name, server] : servers_) {
    ++flushing_;
    tasks_.start("webhook-flush", flush_one(server->courier, until));
  }
  while (flushing_ > 0) {
    flushed_.expires_at(Courier::Instant::max());
    co_await flushed_.async_wait(quietly);
  }
}

Task<> Webhooks::flush_one(Courier& courier, Courier::Instant until) {
  co_await courier.flush(until);
  --flushing_;
  flushed_.cancel();
}

std::vector<OwedMail> Webhooks::leave() {
  std::vector<OwedMail> left;
  for (const auto& [name, server] : servers_) std::ranges::move(server->courier.leave(), std::back_inserter(left));
  return left;
}

std::size_t Webhooks::waiting() const {
  std::size_t count = 0;
  for (const auto& [name, server] : servers_) count += server->courier.waiting();
  return count;
}

}  // namespace acron
