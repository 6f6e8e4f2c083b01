#include "smtp_connection.hpp"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "acron/core/mail/own_name.hpp"
#include "acron/runtime/loop/blocking_pool.hpp"
#include "acron/runtime/loop/quietly.hpp"
#include "tls_session.hpp"

namespace acron {
namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using boost::system::error_code;

SmtpConnection::SmtpConnection(const asio::any_io_executor& executor, asio::any_io_executor pool,
                               const std::string& server, std::string_view own_host, SmtpTerms terms)
    : socket_(executor),
      pool_(std::move(pool)),
      server_(server),
      verified_(is_verified(terms.security)),
      named_(!own_host.empty()),
      dialogue_(own_host, std::move(terms)) {}

Task<error_code> SmtpConnection::open(asio::ip::tcp::endpoint endpoint, Duration limit) {
  error_code failure;
  socket_.open(endpoint.protocol(), failure);
  if (failure) co_return failure;
  // Asio's sockets are inherited by every child unless told otherwise.
  if (::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC) < 0)
    co_return error_code{errno, boost::system::system_category()};
  socket_.set_option(asio::ip::tcp::no_delay{true}, failure);
  asio::steady_timer limiter{socket_.get_executor(), limit};
  const auto ended = co_await (socket_.async_connect(endpoint, quietly) || limiter.async_wait(quietly));
  failure = ended.index() == 0 ? std::get<0>(std::get<0>(ended)) : error_code{asio::error::timed_out};
  if (!failure && !named_) {
    const auto own_end = socket_.local_endpoint(failure);
    if (!failure) dialogue_.introduce_as(address_literal(own_end.address().to_string()));
  }
  co_return failure;
}

Task<Delivery> SmtpConnection::send(const OutgoingMail& mail, SmtpExtent extent, const SmtpTimeLimits& limits,
                                    Deadline& deadline, Deadline::Instant until) {
  const auto allow = [&](Duration time) { deadline.set(std::min(until, Deadline::Clock::now() + time)); };
  allow(limits.command);
  auto step = dialogue_.begin(mail, extent);
  while (!std::holds_alternative<SmtpAccepted>(step) && !std::holds_alternative<SmtpRefused>(step)) {
    // One more read of a reply that comes in pieces gets no time of its own.
    if (!std::holds_alternative<SmtpAwait>(step)) allow(time_for_step(limits));
    const bool sends = std::holds_alternative<SmtpSend>(step);
    step = co_await take(std::move(step));
    if (sends && dialogue_.content_sent()) allow(limits.verdict);
  }
  co_return delivery_of(step);
}

Duration SmtpConnection::time_for_step(const SmtpTimeLimits& limits) const {
  if (dialogue_.content_sent()) return limits.content;
  return lacks_tls() && !verified_ ? limits.tls : limits.command;
}

Task<SmtpStep> SmtpConnection::take(SmtpStep step) {
  if (auto* bytes = std::get_if<SmtpSend>(&step)) co_return co_await write(std::move(bytes->bytes));
  if (std::holds_alternative<SmtpUpgrade>(step)) co_return co_await upgrade();
  co_return co_await read();
}

Task<SmtpStep> SmtpConnection::write(std::string bytes) {
  const auto [failure, written] = co_await write_all(bytes);
  if (!failure) co_return SmtpAwait{};
  // A server that refuses in mid-message says so and closes; its words are worth more than our broken pipe. A
  // connection that is still there has no words for us.
  if (failure != asio::error::broken_pipe && failure != asio::error::connection_reset) co_return lost(failure);
  auto answer = co_await read();
  while (std::holds_alternative<SmtpAwait>(answer)) answer = co_await read();
  co_return std::holds_alternative<SmtpRefused>(answer) ? std::move(answer) : lost(failure);
}

Task<SmtpStep> SmtpConnection::read() {
  const auto [failure, size] = co_await read_some();
  if (failure) co_return lost(failure);
  co_return dialogue_.on_bytes({buffer_.data(), size});
}

Task<SmtpStep> SmtpConnection::upgrade() {
  auto prepare = [host = server_, trust = verified_ ? TlsTrust::certificate : TlsTrust::anyone] {
    return new_tls_session(host, trust);
  };
  auto session = co_await off_the_loop(pool_, std::move(prepare));
  if (!session) co_return dialogue_.on_tls_failure(session.error().message);
  tls_.emplace(socket_, session->release());
  const auto [failure] = co_await tls_->async_handshake(asio::ssl::stream_base::client, quietly);
  if (!failure) co_return dialogue_.on_tls();
  co_return dialogue_.on_tls_failure(tls_fault(tls_->native_handle(), failure));
}

Task<SmtpConnection::Transferred> SmtpConnection::write_all(std::string_view bytes) {
  if (tls_) co_return co_await asio::async_write(*tls_, asio::buffer(bytes), quietly);
  co_return co_await asio::async_write(socket_, asio::buffer(bytes), quietly);
}

Task<SmtpConnection::Transferred> SmtpConnection::read_some() {
  if (tls_) co_return co_await tls_->async_read_some(asio::buffer(buffer_), quietly);
  co_return co_await socket_.async_read_some(asio::buffer(buffer_), quietly);
}

SmtpStep SmtpConnection::lost(error_code failure) const {
  // Few servers take leave of TLS; a reply that is cut short is noticed without that.
  const bool closed = failure == asio::error::eof || failure == asio::ssl::error::stream_truncated;
  return dialogue_.lost(closed ? "the server closed the connection" : "connection lost: " + failure.message());
}

Delivery SmtpConnection::timed_out(const std::string& reason) const { return delivery_of(dialogue_.lost(reason)); }

Delivery SmtpConnection::delivery_of(const SmtpStep& step) const {
  if (const auto* accepted = std::get_if<SmtpAccepted>(&step)) {
    return {Delivery::Kind::accepted, Delivery::Scope::message, accepted->reply};
  }
  const auto& refused = std::get<SmtpRefused>(step);
  const auto one_message = idle() || refused.answered ? Delivery::Scope::message : Delivery::Scope::connection;
  return {refused.permanent ? Delivery::Kind::refused : Delivery::Kind::postponed,
          refused.whole_server ? Delivery::Scope::server : one_message, refused.reply, refused.perhaps_one,
          refused.unclear};
}

Task<> SmtpConnection::quit() {
  constexpr int most_reads = 100;  // a server that never ends its words is not heard out
  co_await write_all("QUIT\r\n");
  error_code failure;
  for (int i = 0; i < most_reads && !failure; ++i) std::tie(failure, std::ignore) = co_await read_some();
}

void SmtpConnection::cut_off() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace acron
