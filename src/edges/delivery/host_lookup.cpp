#include "host_lookup.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>

#include "acron/runtime/loop/quietly.hpp"

namespace acron {
namespace asio = boost::asio;
using asio::ip::tcp;

/// Lives as long as the look-up, whoever still waits for it.
struct HostLookup::Pending {
  explicit Pending(const asio::any_io_executor& executor) : resolver(executor), waiting(executor) {}
  tcp::resolver resolver;
  asio::steady_timer waiting;
  bool done = false;
  boost::system::error_code failure;
  Endpoints found;
};

namespace {

HostLookup::Endpoints known_without_asking(const SmtpServer& server) {
  using namespace asio::ip;
  // RFC 6761, section 6.3. Servers that listen on one of the two mostly choose the old one.
  if (server.host == "localhost") return {{address_v4::loopback(), server.port}, {address_v6::loopback(), server.port}};
  boost::system::error_code not_numeric;
  const auto address = make_address(server.host, not_numeric);
  return not_numeric ? HostLookup::Endpoints{} : HostLookup::Endpoints{{address, server.port}};
}

}  // namespace

void HostLookup::start(const SmtpServer& server) {
  pending_ = std::make_shared<Pending>(executor_);
  const auto flags = tcp::resolver::numeric_service | tcp::resolver::address_configured;
  pending_->resolver.async_resolve(
      server.host, std::to_string(server.port), flags,
      [pending = pending_](const boost::system::error_code& failure, const tcp::resolver::results_type& results) {
        pending->done = true;
        pending->failure = failure;
        for (const auto& result : results) pending->found.push_back(result.endpoint());
        pending->waiting.cancel();
      });
}

Task<Result<HostLookup::Endpoints>> HostLookup::find(const SmtpServer& server, Duration limit) {
  if (auto known = known_without_asking(server); !known.empty()) co_return known;
  if (!pending_) start(server);
  if (!pending_->done) {
    pending_->waiting.expires_after(limit);
    co_await pending_->waiting.async_wait(quietly);
  }
  if (!pending_->done) {
    co_return Error{"the name of " + describe(server) + " was not resolved within " + format_duration(limit)};
  }
  const auto answer = std::exchange(pending_, nullptr);
  if (answer->failure) {
    co_return Error{"the name of " + describe(server) + " was not resolved: " + answer->failure.message()};
  }
  co_return answer->found;
}

}  // namespace acron
